import type { PeerCase } from './corpus.ts';
import type { Expected } from './expected.ts';
import type { Ours } from './ours.ts';

/**
 * Why our answer to a case differs from the peer's, from a closed list. A reason is given only where what the program
 * said bears it out (`holds`); what no reason holds for is unexplained, and is a fault of ours until it has been looked
 * into. The page says so.
 */

/** A case, what the peer expects, what we said in one run, and whom we did not blame though the peer does. */
export interface Differing {
  readonly one: PeerCase;
  readonly expected: Expected;
  readonly ours: Ours;
  readonly missed: readonly string[];
}

interface Reason {
  readonly name: string;
  /** in words, for the page */
  readonly says: string;
  readonly holds: (differing: Differing) => boolean;
}

type Near = Ours['nearest'][number];

/** Contacts by which a peer that counts to a fixed number alarms, in the suites. */
const SHORT = 15;

const nearOf = ({ ours, missed }: Differing): (Near | undefined)[] =>
  missed.length > 0
    ? missed.map((address) => ours.nearest.find(({ source }) => source === address))
    : [ours.nearest[0]];

/** Everyone the peer blames has bits here, under the bar, by at most so many contacts. */
const under = (differing: Differing, most: number): boolean =>
  nearOf(differing).every((near) => near !== undefined && near.bits < differing.ours.bar && near.contacts <= most);

/** Our program names everyone the peer blames, and holds nothing against them. */
const seen = ({ ours, missed }: Differing): boolean => missed.every((address) => ours.sources?.has(address) !== false);

const records = ({ ours }: Differing): number => ours.inputs.reduce((sum, input) => sum + input.records, 0);
const used = ({ ours }: Differing): number => ours.inputs.reduce((sum, input) => sum + input.used, 0);

/** Whether the case is one of a suite's, by the beginning of its name. */
const isOf = ({ one }: Differing, suite: string, names: RegExp): boolean => one.suite === suite && names.test(one.case);

const blamesNobody = ({ expected }: Differing): boolean => expected.blamed.length === 0;

/** Add a reason: an entry. The first that holds is told. */
export const REASONS: readonly Reason[] = [
  {
    name: 'peer’s settings',
    says: 'The case tries a setting of the peer (a list of addresses, a source to ignore, a protocol switched off), which is not given to our program.',
    holds: (d) => isOf(d, 'psad', /reputation|disabled|ignore/),
  },
  {
    name: 'declared tool',
    says: 'The peer’s rule only files the line under a heading and alarms nobody. The request itself names the scanner that sends it: with us that is enough.',
    holds: (d) => blamesNobody(d) && d.ours.findings.every(({ tool }) => tool !== null && tool.bits >= d.ours.bar / 2),
  },
  {
    name: 'empty expectation',
    says: 'The corpus tells no alert for this case, though the peer’s own assertion names the source that we name.',
    holds: (d) => isOf(d, 'crowdsec-hub', /^http-wordpress_wpconfig$/) && blamesNobody(d),
  },
  {
    name: 'single request',
    says: 'The peer alarms on a single request (or two) by its name. Ours charges it with bits, which stay under the bar.',
    holds: (d) => under(d, 2),
  },
  {
    name: 'outward',
    says: 'A host of the own network tries hosts outside. Of hosts that are not ours nothing is known, and own hosts call in vain every day: misses on the way out weigh little (docs/blind-spots.md).',
    holds: (d) =>
      d.one.suite === 'slips' &&
      nearOf(d).every((near) => near === undefined || near.reason.includes('way out of the own network')),
  },
  {
    name: 'short',
    says: `The peer counts to a fixed number of contacts, or alarms on one odd packet. Ours weighs each contact, and so few (at most ${SHORT}) stayed under the bar, with bits.`,
    holds: (d) => under(d, SHORT),
  },
  {
    name: 'guessed secrets',
    says: 'Passwords guessed, or users turned away by the rules of the server: brute force (T1110), not scanning. The source is named, its account holds next to nothing that tells of a scan.',
    holds: (d) => seen(d) && (isOf(d, 'crowdsec-hub', /-bf|bruteforce/) || isOf(d, 'fail2ban', /^apache-auth/)),
  },
  {
    name: 'load',
    says: 'The peer limits how often somebody may ask. That is load, not scanning; the page that was asked for exists or says nothing.',
    holds: (d) => seen(d) && isOf(d, 'fail2ban', /^nginx-limit-req/),
  },
  {
    name: 'one line',
    says: 'One line or two. What they tell weighs less than choosing the best of all streams costs, or they tell neither a name that was asked for nor a target that was missed: the source is named, with 0 bits.',
    holds: (d) =>
      seen(d) &&
      records(d) <= 2 &&
      (isOf(d, 'fail2ban', /^apache-(noscript|shellshock)/) ||
        isOf(d, 'crowdsec-hub', /^(sshd-refused-conn|postfix-helo)$/) ||
        isOf(d, 'psad', /MS SQL Server communication/)),
  },
  {
    name: 'odd packet',
    says: 'The peer’s rule is about a field of a packet that is odd by itself. Nobody is looked for by it: no target is missed.',
    holds: (d) => isOf(d, 'psad', /invalid ICMP/),
  },
  {
    name: 'one flow',
    says: 'One accepted flow record to a port that the peer’s list names or does not name: a rule of policy, not evidence.',
    holds: (d) => d.one.suite === 'panther' && used(d) > 0 && d.ours.findings.length === 0,
  },
  {
    name: 'process',
    says: 'What a program did on its own host. It tells of no contact with a target; such records are joined to the flows of that host, and alone they are no finding.',
    holds: (d) => d.one.suite === 'sigma-regression' && used(d) === records(d),
  },
  {
    name: 'hand-made packets',
    says: 'Requests in packets without any connection: no handshake, and nothing comes back. No server reads such requests, nor do we.',
    holds: (d) => isOf(d, 'maltrail-sensor', /^web_scan$/),
  },
  {
    name: 'hired monitor',
    says: 'A service under its own name that the owner of a site hires to watch it (availability, links, speed): one request by it is no scan.',
    holds: (d) => isOf(d, 'coreruleset-913', /^hexometer$/),
  },
  {
    name: 'saying not read',
    says: 'The envelope is read (syslog); what the program says in it is a format of its own that is not read yet.',
    holds: (d) => isOf(d, 'crowdsec-hub', /^sympa_ww-http-scan$/) || isOf(d, 'wazuh-ruleset', /^junos/),
  },
];

/** Why an input is not read at all, by suite and case; what is not listed is unexplained. */
interface Unread {
  readonly name: string;
  readonly says: string;
  readonly of: readonly (readonly [suite: string, cases: RegExp])[];
}

export const UNREAD_REASONS: readonly Unread[] = [
  {
    name: 'audit record',
    says: 'A record of administration of a product or a cloud account (who exported, allowed or changed what): no contact with a target. The word “scan” stands in a name.',
    of: [['panther', /^(?!AWS\.VPC)/]],
  },
  {
    name: 'compliance check',
    says: 'A result of a compliance check on the own host (OpenSCAP), or its score: a scan in name only, without a source.',
    of: [['wazuh-ruleset', /^oscap/]],
  },
  {
    name: 'another’s verdict',
    says: 'The line is itself the verdict of a detector on its host (PortSentry), which does not tell the address that was tried.',
    of: [['fail2ban', /^portsentry/]],
  },
  {
    name: 'no time',
    says: 'The line has lost its time, which servers write: it cannot be put into order.',
    of: [['ossec', /^apache\.ini/]],
  },
  {
    name: 'not so written',
    says: 'A line that no server writes so (a day of one digit in the stamp).',
    of: [['ossec', /^web_rules\.ini:NOT A web attack/]],
  },
  {
    name: 'format not read',
    says: 'A format that is not read yet: log of one product of its own.',
    of: [['crowdsec-hub', /^(apache-guacamole_user_enum|caddy-crs-anomaly-score)$/]],
  },
];

export const UNEXPLAINED = 'unexplained';

/** Name of the reason that our program did not blame whom the peer does. */
export const reasonOf = (differing: Differing): string =>
  REASONS.find(({ holds }) => holds(differing))?.name ?? UNEXPLAINED;

/** Name of the reason that an input could not be read. */
export const unreadReasonOf = ({ suite, case: name }: PeerCase): string =>
  UNREAD_REASONS.find(({ of }) => of.some(([which, cases]) => which === suite && cases.test(name)))?.name ??
  UNEXPLAINED;
