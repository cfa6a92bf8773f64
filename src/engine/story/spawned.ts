import {
  type Cited,
  type Deed,
  durationOf,
  type Host,
  SECOND,
  type Step,
  targetOf,
} from '../../correlate/after/access.ts';
import { innerOf, isServer, SAID } from '../../correlate/process/servers.ts';
import { APART, type Asker, type Spawn } from '../../correlate/after/spawned.ts';
import { timeOf } from '../../finding/time.ts';
import { programOf } from '../../correlate/process/words.ts';
import { beginOf, type Scan, type Scanners } from './scanners.ts';

/**
 * A server that starts what servers hardly ever start, while somebody who scanned is asking it: how odd that start is, by a
 * stated bound, and how seldom such starts fall so close to a request of any scanner. Where the request itself carries the
 * command that was then run, it needs no scan.
 */

/** Bits that what was started is worth at most, however many kinds of it there are. */
const MOST_ODD = 16;
/** What stands in the request and then runs on the host: nobody else would have had the server run it. */
const NAMED = 20;
/** Bits below which coming so close says nothing: where scanners ask all day, one is always close. */
const CLOSE = 2;
/** Seconds of telemetry that are given in advance. */
const PRIOR = 3600;
const SHOWN = 3;
const LONGEST = 120;

/** What follows of it; none: nobody who scanned was near, or somebody always is. */
export function deedOfSpawn(spawn: Spawn, scanners: Scanners): Deed[] {
  const likely = spawn.askers.filter(({ source, isNamed }) => isNamed || scanners.of(source).length > 0);
  const [asker] = likely.sort((a, b) => Number(b.isNamed) - Number(a.isNamed) || Math.abs(a.gap) - Math.abs(b.gap));
  if (!asker) return [];
  const odd = Math.min(
    MOST_ODD,
    spawn.odd.reduce((sum, { bits }) => sum + bits, 0),
  );
  const near = asker.isNamed ? named() : close(spawn, scanners, 2 * odd);
  const among = Math.log2(asker.among);
  if (near.bits < CLOSE) return [];
  const kinds = spawn.odd.map(({ kind, bits }) => `${SAID[kind]} (${bits})`).join(', ');
  const hosts = among > 0 ? `; at one of ${asker.among} hosts, −${among.toFixed(1)} bits` : '';
  const reason = `got ${whereOf(spawn, asker)} to start ${commandsOf(spawn)}, ${gapOf(asker)}; which ${kinds}: stated bound ${odd} bits; ${near.why}${hosts}`;
  return [
    {
      before: [],
      did: stepOf(spawn, asker, odd + near.bits - among, reason),
      needsScan: !asker.isNamed,
      achieved: true,
    },
  ];
}

function stepOf(spawn: Spawn, { source, near, server, port, path, asked }: Asker, bits: number, reason: string): Step {
  const place: Host = { host: server || spawn.hostName, isName: server === '', port };
  const [first, last] = asked.time <= spawn.first.time ? [asked, spawn.last] : [spawn.first, later(asked, spawn.last)];
  return { technique: 'T1190', source, near, place, name: path, first, last, times: 1, bits, reason };
}

const later = (one: Cited, other: Cited): Cited => (one.time > other.time ? one : other);

const named = (): { bits: number; why: string } => ({
  bits: NAMED,
  why: `the request carried the very command: ${NAMED} bits`,
});

/** By how much of the time scanners were asking a host, and how often this server starts such things. */
function close({ before, seconds, first }: Spawn, scanners: Scanners, most: number): { bits: number; why: string } {
  const begin = first.time - seconds * SECOND;
  const asking = scanners.all.reduce((sum, scan) => sum + askingOf(scan, begin), 0) / SECOND;
  const each = (seconds + PRIOR) / (before + 1);
  const bits = Math.max(0, Math.min(most, Math.log2(each / Math.max(1, asking))));
  return {
    bits,
    why: `within ${durationOf(asking)} in which scanners were asking, where it starts such things once in ${durationOf(each)}: ${bits.toFixed(1)} bits`,
  };
}

/** µs around the probes of a scan that went to one of its targets, since the telemetry began. */
function askingOf(scan: Scan, begin: number): number {
  const { probes, targets, lastSeen } = scan.finding;
  const last = timeOf(lastSeen);
  if (last < begin) return 0;
  const whole = last - beginOf(scan) + 2 * APART;
  const seen = Math.min(1, (last - begin + 2 * APART) / whole);
  return seen * Math.min(whole, (2 * APART * probes) / Math.max(1, targets.addresses));
}

/** `apache of host web1`; of a server that is known by its account only, `a service of user www-data of host web1` */
function whereOf({ server, hostName }: Spawn, asker: Asker): string {
  const name = isServer(server) || /[/\\]/u.test(server) ? programOf(server) : `a service of user ${server}`;
  const host = hostName === '' ? targetOf({ host: asker.server, isName: false, port: asker.port }) : `host ${hostName}`;
  return `${name} of ${host}`;
}

/** What shells were given to run, once each. */
function commandsOf({ commands }: Spawn): string {
  const inner = [...new Set(commands.map(innerOf))];
  if (inner.length === 0) return 'a shell';
  const shown = inner.slice(0, SHOWN).map((text) => `"${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}"`);
  const more = inner.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function gapOf({ gap, path }: Asker): string {
  const what = path === '' ? 'it had spoken with it' : `its request for ${path}`;
  const seconds = Math.abs(gap) / SECOND;
  const time = seconds < 10 ? `${seconds.toFixed(1)} s` : durationOf(seconds);
  return gap < 0 ? `${time} before the log tells ${what}` : `${time} after ${what}`;
}
