import type { Dialect } from '../syslog/dialect.ts';
import { asa } from './asa.ts';
import { barracuda } from './barracuda.ts';
import { cefLogins } from './cef-logins.ts';
import { cef, leef, leef2, leef2Caret } from './cef.ts';
import { checkpoint, checkpointPairs } from './checkpoint.ts';
import { ciscoLogins } from './cisco-logins.ts';
import { filterlog } from './filterlog.ts';
import { fortinet } from './fortinet.ts';
import { globalProtect } from './globalprotect.ts';
import { ios } from './ios.ts';
import { meraki } from './meraki.ts';
import { mikrotik } from './mikrotik.ts';
import { netfilter } from './netfilter.ts';
import { paloAlto } from './paloalto.ts';
import { pflog } from './pflog.ts';
import { sonicwall } from './sonicwall.ts';
import { sophos } from './sophos.ts';
import { srx } from './srx.ts';
import { srxText } from './srx-text.ts';
import { watchGuard } from './watchguard.ts';

/** Firewalls known by the program that writes, or by what no other writes. Add one: one import, one line. */
export const firewalls: readonly Dialect[] = [
  ciscoLogins,
  asa,
  ios,
  netfilter,
  filterlog,
  pflog,
  mikrotik,
  fortinet,
  paloAlto,
  globalProtect,
  watchGuard,
  barracuda,
  srx,
  srxText,
  sonicwall,
  sophos,
  checkpoint,
  checkpointPairs,
  meraki,
  cefLogins,
  cef,
  leef,
  leef2,
  leef2Caret,
];
