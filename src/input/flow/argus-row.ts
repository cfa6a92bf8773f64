// Hot: once a row.

/** Where the values of a row of argus stand once it has been taken apart. */
export const Place = {
  start: 0,
  last: 1,
  protocol: 2,
  source: 3,
  sourcePort: 4,
  direction: 5,
  target: 6,
  targetPort: 7,
  state: 8,
  packets: 9,
  bytes: 10,
  sourcePackets: 11,
  targetPackets: 12,
  sourceBytes: 13,
  flags: 14,
} as const;
export const PLACES = 15;

/** Names of columns in the head of rows with commas. */
export const NAMES: ReadonlyMap<string, number> = new Map([
  ['StartTime', Place.start],
  ['LastTime', Place.last],
  ['Proto', Place.protocol],
  ['SrcAddr', Place.source],
  ['Sport', Place.sourcePort],
  ['Dir', Place.direction],
  ['DstAddr', Place.target],
  ['Dport', Place.targetPort],
  ['State', Place.state],
  ['TotPkts', Place.packets],
  ['TotBytes', Place.bytes],
  ['SrcPkts', Place.sourcePackets],
  ['DstPkts', Place.targetPackets],
  ['SrcBytes', Place.sourceBytes],
  ['Flgs', Place.flags],
]);

/** The values of a row, by Place; '' where there is none. */
export type Fields = readonly string[];

const WORDS = /\s+/;

/** Takes a row in columns apart, from the arrow outwards. */
export function aligned(text: string): Fields | undefined {
  const words = text.split(WORDS);
  const arrow = words.findIndex((word) => /^[<?|*]{0,2}[-o|]?[>?|*]{1,2}$|^<[-o?|]{1,2}>?$|^who$/.test(word));
  if (arrow < 3 || words.length < arrow + 4) return undefined;
  const fields: string[] = Array.from({ length: PLACES }, () => '');
  const timed = words[1].includes(':') && /^\d{4}[-/]/.test(words[0]);
  fields[Place.start] = timed ? `${words[0]} ${words[1]}` : words[0];
  // address and port are one word, or two
  const apart = !/[.:]/.test(words[arrow - 1]);
  const source = apart ? arrow - 2 : arrow - 1;
  fields[Place.protocol] = words[source - 1];
  fields[Place.flags] = words.slice(timed ? 2 : 1, source - 1).join('');
  [fields[Place.source], fields[Place.sourcePort]] = apart ? [words[source], words[source + 1]] : parted(words[source]);
  fields[Place.direction] = words[arrow];
  const rest = words.length - 3;
  const target = words.slice(arrow + 1, rest);
  [fields[Place.target], fields[Place.targetPort]] =
    target.length === 2 ? [target[0], target[1]] : parted(target[0] ?? '');
  fields[Place.packets] = words[rest];
  fields[Place.bytes] = words[rest + 1];
  fields[Place.state] = words[rest + 2];
  return fields;
}

/** Address and port that run together: `192.0.2.7.51234`, `2001:db8::7.51234`. */
function parted(word: string): [string, string] {
  const dot = word.lastIndexOf('.');
  const whole = dot < 0 || (!word.includes(':') && word.split('.').length === 4);
  return whole ? [word, ''] : [word.slice(0, dot), word.slice(dot + 1)];
}

/** argus writes names for well-known ports unless told `-n`; those are few. */
const PORTS: ReadonlyMap<string, number> = new Map([
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['domain', 53],
  ['http', 80],
  ['pop3', 110],
  ['sunrpc', 111],
  ['ntp', 123],
  ['imap', 143],
  ['imap2', 143],
  ['snmp', 161],
  ['https', 443],
  ['microsoft-ds', 445],
  ['imaps', 993],
  ['mysql', 3306],
  ['ms-wbt-server', 3389],
  ['sip', 5060],
]);

/** A port; 0: none told; −1: not a port. */
export function portOf(text: string): number {
  if (text === '' || text === '*') return 0;
  const port = text.startsWith('0x') ? Number.parseInt(text, 16) : (PORTS.get(text) ?? Number(text));
  return port >= 0 && port <= 0xffff ? port : -1;
}
