import {
  byChance,
  type Deed,
  durationOf,
  type Host,
  SECOND,
  soon,
  type Step,
  targetOf,
} from '../../correlate/after/access.ts';
import type { Success } from '../../correlate/after/calls.ts';
import { Attempt, type Judges } from '../../correlate/after/exploits.ts';
import { inCommon, type Looks } from '../../correlate/after/looks.ts';
import type { Planted } from '../../correlate/after/planted.ts';
import type { Taking } from '../../correlate/after/takings.ts';
import { FAMILIES, familyOfRequest } from '../../detect/web/families.ts';
import { familyNamed } from '../../detect/web/families/index.ts';
import { blamedBy } from '../../finding/blamed.ts';
import type { Finding } from '../../finding/finding.ts';
import { latinBytes } from '../../record/latin.ts';
import { nearOf, type Scanners } from './scanners.ts';

/** Deeds that have to do with what a site was asked for: exploits that worked, and secrets that somebody came for. */

/** Bits at which something counts as having followed a scan. */
export const FOLLOWED = 8;
/** Bits of a family from which on a name is a secret. */
const SECRET = 6;
/** Bits of coming for it at once: of benign sources at most one in eight begins so. */
const DIRECT = 3;
const AGENT_MOST = 10;
const WEEK = 7 * 86_400;
const HOUR = 3600;

const FILE = familyNamed('file of the system');
const WAY_OUT = familyNamed('way out to a file of the system');
/** Bits of a family from which on a request is an exploit. */
const EXPLOIT = 10;
/** Bits of a family from which on it is about what is open by mistake. */
const OPEN = 6;

/** Ends of archives, dumps, copies and keys; bits of coming straight for one that only a scanner had been told of. */
const PACKED = /\.(?:zip|rar|7z|tar|tgz|gz|bz2|xz|sql|dump|db|sqlite3?|bak|old|orig|key|pem|pfx|p12|kdbx)$/iu;
const ARCHIVE = 5;

/** What a target attempts. */
export const judgeAttempt: Judges = (bytes, from, to) => {
  const family = familyOfRequest(1, false, bytes, from, to);
  const { technique, bits } = FAMILIES[family];
  if (family === FILE || family === WAY_OUT) return Attempt.file;
  if (technique !== 'vulnerability' || bits < OPEN) return Attempt.none;
  return bits >= EXPLOIT ? Attempt.exploit : Attempt.open;
};

/** What somebody achieved by a request, or by speaking with what asks for no login. */
export function deedOfSuccess(success: Success): Deed {
  const { source, near, server, port, path, tried, times, worked, called, isOpen = false } = success;
  const { bits, why } = success.weight;
  const place: Host = { host: server, isName: false, port };
  const where = `${server === '' ? 'the site' : targetOf(place)}${path === '' ? '' : ` at ${path}`}`;
  const base = { source, near, place, name: path, times };
  const attempt: Step = {
    ...base,
    technique: isOpen ? 'T1595.001' : 'T1595.002',
    first: tried,
    last: tried,
    bits: 0,
    reason: isOpen
      ? `spoke with ${where}, which asks for no login`
      : `sent what an interpreter would carry out to ${where}`,
  };
  const did: Step = {
    ...base,
    technique: 'T1190',
    first: worked,
    last: worked,
    times: 1,
    bits,
    reason: `got through: ${called === '' ? where : server} ${why}`,
  };
  return { before: [attempt], did, needsScan: isOpen, achieved: true };
}

/** Somebody put a program among the pages, or came to one that another had put there, and used it. */
export function deedOfPlanted(planted: Planted, scanners: Scanners): Deed {
  const { source, near, server, port, path, finder, finderNear, found, first, last, times, weight } = planted;
  const place: Host = { host: server, isName: false, port };
  const where = `the program ${path}${server === '' ? '' : ` of ${targetOf(place)}`}`;
  const step = { place, name: path, technique: 'T1190', source, near, first, last, times, bits: weight.bits };
  const did: Step = { ...step, reason: `used ${where}; ${weight.why}` };
  // Whoever else came to it is none of the story, unless it is a scanner.
  const isScanner = finder === source || scanners.by({ source: finder, near: finderNear }).length > 0;
  const asked: Step = {
    ...step,
    technique: 'T1595.002',
    source: finder,
    near: finderNear,
    first: found,
    last: found,
    times: 1,
    bits: 0,
    reason: `asked for ${where}`,
  };
  return { before: isScanner ? [asked] : [], did, needsScan: true, achieved: true };
}

/** Somebody came for a secret that only a scanner had been told of. */
export function deedOfTaking(taking: Taking, scanners: Scanners, looks: Looks): Deed[] {
  const { name, finder, taker, near, found, taken, sameAgent, takers } = taking;
  if (scanners.of(finder).length === 0) return [];
  const isFinder = taker === finder;
  const campaign = isFinder ? undefined : sharedBy(finder, taker, scanners);
  // Who scans, too, finds what others have found; but members of one campaign have shared the names out.
  if (!isFinder && scanners.of(taker).length > 0 && !campaign) return [];
  if (campaign && taken.time - found.time < 60 * SECOND) return [];
  if (isFinder && (sameAgent || taken.time - found.time < 60 * SECOND)) return [];
  const bytes = latinBytes(name);
  const { bits: secret, technique, name: family } = FAMILIES[familyOfRequest(1, false, bytes, 0, bytes.length)];
  const isArchive = taking.isDirect && PACKED.test(name);
  const isSecret = technique === 'enumeration' && secret >= SECRET;
  const isNear = !isFinder && scanners.near(near).some((scan) => blamedBy(scan.finding).includes(finder));
  if (!isSecret && !isNear && !isArchive) return [];
  const weights: [number, string][] = [];
  if (isSecret) weights.push([secret, `${family}: ${secret} bits`]);
  if (!isSecret && isArchive) weights.push([ARCHIVE, `an archive or a copy: ${ARCHIVE} bits`]);
  if (taking.isDirect) weights.push([DIRECT, `came for it at once: ${DIRECT} bits`]);
  const alike = isFinder ? [] : [...(sameAgent ? [agentWeight(taking)] : []), ...stackWeight(taking, looks)];
  // Programs bring their stack and their agent along: of the two, what is rarer counts.
  weights.push(...alike.sort(([a], [b]) => b - a).slice(0, 1));
  if (campaign) weights.push(memberWeight(campaign, taking));
  if (isNear || isFinder) {
    const { bits, why } = byChance(scanners.count * takers, isFinder);
    weights.push([bits, why]);
  }
  const gap = Math.max(0, taken.time - found.time) / SECOND;
  if (isNear) {
    const { bits, why } = soon(gap, 0, 0, HOUR);
    weights.push([bits, why]);
  }
  const bits = weights.reduce((sum, [part]) => sum + part, 0);
  if (bits < FOLLOWED || gap > WEEK) return [];
  const place: Host = { host: taking.server || taking.site, isName: taking.server === '', port: taking.port };
  const size = taking.bytes < 0 ? '' : ` (${taking.bytes} bytes)`;
  const others = takers === 1 ? 'nobody else' : `${takers - 1} others`;
  const did: Step = {
    technique: 'T1190',
    source: taker,
    near,
    place,
    name,
    first: taken,
    last: taken,
    times: 1,
    bits,
    reason: `fetched ${name}${size}, which ${finder} had found ${durationOf(gap)} before, and ${others} since; ${weights.map(([, why]) => why).join('; ')}`,
  };
  const before: Step = {
    technique: 'T1595.003',
    source: finder,
    near: nearOf(finder),
    place,
    name,
    first: found,
    last: found,
    times: 1,
    bits: 0,
    reason: `was the first to be told that ${name} exists`,
  };
  return [{ before: [before], did, needsScan: true, achieved: isSecret && !isFinder }];
}

/** The campaign that both are members of. */
const sharedBy = (finder: string, taker: string, scanners: Scanners): Finding | undefined =>
  scanners.of(taker).find((scan) => scan.finding.kind === 'campaign' && scanners.of(finder).includes(scan))?.finding;

/** Being a member of the campaign, by how many of all sources are. */
function memberWeight({ id, members = [] }: Finding, { sources }: Taking): [number, string] {
  const bits = Math.min(AGENT_MOST, Math.max(0, Math.log2((sources + 1) / (members.length + 1))));
  return [
    bits,
    `a member of the campaign ${id}, as ${members.length} of ${sources} sources are: ${bits.toFixed(1)} bits`,
  ];
}

/** Calling itself as the scanner did, by how usual that is: the two are left out of the count. */
function agentWeight({ agentSources, sources }: Taking): [number, string] {
  const others = Math.max(0, agentSources - 2);
  const bits = Math.min(AGENT_MOST, Math.max(0, Math.log2((sources + 1) / (others + 1))));
  return [bits, `the same user agent, as ${others} of ${sources} other sources have: ${bits.toFixed(1)} bits`];
}

/** The same stack, by how usual that is. */
function stackWeight({ finder, taker }: Taking, looks: Looks): [number, string][] {
  const [one, other] = [looks.of(finder, 'stack'), looks.of(taker, 'stack')];
  if (one.value === 0 || one.value !== other.value) return [];
  const { alike, of } = looks.share('stack', one.value);
  const { bits, why } = inCommon(one.what, Math.max(0, alike - 2), Math.max(0, of - 2), 1);
  return bits > 0 ? [[bits, why]] : [];
}
