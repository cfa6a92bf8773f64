import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Pairs } from '../../../src/input/flow/pairs.ts';
import { formatAddress, parseAddress } from '../../../src/record/address.ts';
import { allocateContacts, type ContactBatch, METHODS, Outcome, Proof } from '../../../src/record/contact.ts';

const FIN = 1;
const SYN = 2;
const RST = 4;
const PSH = 8;
const ACK = 16;
const ALL = FIN | SYN | PSH | ACK;
const START = 1_795_300_000e6;
const A = '192.0.2.7';
const B = '203.0.113.10';
const OUTCOMES = Object.keys(Outcome);
const ICMP_UNREACHABLE = 0x0303;

interface Told {
  readonly from?: string;
  readonly to?: string;
  readonly ports?: readonly [number, number];
  readonly protocol?: number;
  readonly flags?: number;
  readonly packets?: number;
  readonly bytes?: number;
  /** µs after START */
  readonly start?: number;
  readonly back?: number;
  readonly flagsBack?: number;
  readonly sampled?: boolean;
  readonly denied?: boolean;
}

/** The same record the other way, as an answer. */
const back = (told: Told, rest: Told = {}): Told => {
  const { from = A, to = B, ports = [44298, 22], protocol } = told;
  const turned = { from: to, to: from, ports: [ports[1], ports[0]] as const };
  return protocol === undefined ? { ...turned, ...rest } : { ...turned, protocol, ...rest };
};

function add(pairs: Pairs, told: Told, contacts: ContactBatch): void {
  const { flow } = pairs;
  const { from = A, to = B, ports = [44298, 22], protocol = 6, packets = 1, start = 0 } = told;
  flow.clear();
  flow.record += 1;
  flow.address.set(parseAddress(from) as Uint32Array, 0);
  flow.address.set(parseAddress(to) as Uint32Array, 4);
  [flow.sourcePort, flow.targetPort] = ports;
  flow.protocol = protocol;
  flow.packets = packets;
  flow.bytes = told.bytes ?? packets * 44;
  flow.flags = told.flags ?? flow.flags;
  flow.start = START + start;
  flow.end = flow.start;
  flow.packetsBack = told.back ?? -1;
  flow.bytesBack = Math.max(0, flow.packetsBack) * 44;
  flow.flagsBack = told.flagsBack ?? flow.flagsBack;
  flow.sampled = told.sampled ?? false;
  flow.denied = told.denied ?? false;
  pairs.add(contacts);
}

function lines(contacts: ContactBatch): string[] {
  const { address, sourcePort, targetPort, method, outcome, proof, count } = contacts;
  return Array.from({ length: count }, (_, row) => {
    const ends = `${formatAddress(address, 8 * row)}:${sourcePort[row]} > ${formatAddress(address, 8 * row + 4)}`;
    const how = METHODS[method[row]] ?? `(${method[row]})`;
    const proofs = Object.entries(Proof).filter(([, bit]) => (proof[row] & bit) !== 0);
    return [`${ends}:${targetPort[row]}`, how, OUTCOMES[outcome[row]], ...proofs.map(([name]) => name)].join(' ');
  });
}

/** What records come to, at the end of the input. */
function of(...records: readonly Told[]): string[] {
  const pairs = new Pairs(0);
  const contacts = allocateContacts(4096);
  for (const told of records) add(pairs, told, contacts);
  pairs.drain(contacts);
  return lines(contacts);
}

/** A record that shows that this exporter tells flags. */
const OTHER: Told = { from: '192.0.2.99', to: '203.0.113.99', flags: SYN, start: 9e6 };
const OTHERS = '192.0.2.99:44298 > 203.0.113.99:22 tcp-syn unanswered';
const ENDS = `${A}:44298 > ${B}:22`;

describe('TCP, by the flags of both sides', () => {
  const cases: readonly (readonly [string, Told, Told, string])[] = [
    ['closed', { flags: SYN }, { flags: RST | ACK }, 'tcp-syn refused closed'],
    ['half open', { flags: SYN | RST }, { flags: SYN | ACK }, 'tcp-syn answered brokenOff'],
    ['no answer to the answer', { flags: SYN }, { flags: SYN | ACK }, 'tcp-syn answered'],
    ['connected, nothing said', { flags: SYN | ACK | RST }, { flags: SYN | ACK }, 'tcp-connect answered handshake'],
    ['a connection', { flags: ALL, packets: 6 }, { flags: ALL, packets: 6 }, 'tcp-connect answered handshake exchange'],
    ['an ACK', { flags: ACK }, { flags: RST }, 'tcp-ack refused closed'],
    ['a FIN', { flags: FIN }, { flags: RST | ACK }, 'tcp-fin refused closed'],
    ['nothing', { flags: 0 }, { flags: RST | ACK }, 'tcp-null refused closed'],
    ['the middle', { flags: ACK | PSH, packets: 9 }, { flags: ACK | PSH, packets: 9 }, '(21) answered exchange'],
  ];
  for (const [name, out, answer, said] of cases)
    test(`${name}, in either order`, () => {
      assert.deepEqual(of(out, back(out, answer), OTHER), [`${ENDS} ${said}`, OTHERS]);
      assert.deepEqual(of(back(out, answer), out, OTHER), [`${ENDS} ${said}`, OTHERS]);
    });

  test('an answer nobody asked for, and the RST for it', () => {
    const stray = { from: B, to: A, ports: [443, 1025], flags: SYN | ACK } as const;
    assert.deepEqual(of(stray, back(stray, { flags: RST })), [`${B}:443 > ${A}:1025 (20) unknown`]);
  });
});

describe('TCP, by the flags of one side', () => {
  const cases: readonly (readonly [string, Told, string])[] = [
    ['a SYN', { flags: SYN }, `${ENDS} tcp-syn unanswered`],
    [
      'the answer of a service',
      { from: B, to: A, ports: [22, 44298], flags: SYN | ACK },
      `${B}:22 > ${A}:44298 (20) unknown`,
    ],
    ['an RST', { from: B, to: A, ports: [22, 44298], flags: RST | ACK }, `${B}:22 > ${A}:44298 (20) unknown`],
    ['a client that goes on', { flags: ALL, packets: 6 }, `${ENDS} tcp-connect answered continued`],
    ['a service that goes on', { from: B, to: A, ports: [22, 44298], flags: ALL, packets: 6 }, `${ENDS} (21) answered`],
    ['Xmas', { flags: FIN | PSH | 32 }, `${ENDS} tcp-xmas unanswered`],
    ['a bare ACK', { flags: ACK }, `${ENDS} tcp-ack unanswered`],
    ['data', { flags: ACK | PSH, bytes: 900 }, `${ENDS} (21) unknown`],
    ['denied', { flags: SYN, denied: true }, `${ENDS} tcp-syn refused filtered`],
    ['sampled', { flags: SYN, sampled: true }, `${ENDS} tcp-syn unknown`],
    ['sampled ACK', { flags: ACK, sampled: true }, `${ENDS} (21) unknown`],
  ];
  for (const [name, told, said] of cases) test(name, () => assert.deepEqual(of(told, OTHER), [said, OTHERS]));

  test('flags that are never told', () => {
    const untold = { flags: 0, packets: 5 };
    assert.deepEqual(of({ ...untold, packets: 1 }), [`${ENDS} tcp-syn unanswered`]);
    assert.deepEqual(of(untold, back({}, untold)), [`${ENDS} tcp-connect answered handshake`]);
  });

  test('mostly data without its beginning: samples are taken, whatever the exporter says', () => {
    const pieces = Array.from({ length: 5 }, (_, at) => ({
      ports: [50_000 + at, 443] as const,
      flags: ACK,
      bytes: 1500,
    }));
    assert.deepEqual(of({ flags: ACK }, ...pieces)[0], `${ENDS} (21) unknown`);
  });
});

describe('others', () => {
  const dns: Told = { protocol: 17, ports: [44298, 53] };

  test('UDP: who was first, or who has the higher port', () => {
    const said = `${A}:44298 > ${B}:53 udp answered`;
    assert.deepEqual(of(back(dns), dns), [said]);
    const even: Told = { protocol: 17, ports: [53, 44298] };
    assert.deepEqual(of(even, back(even, { start: 5000 })), [`${A}:53 > ${B}:44298 udp answered`]);
    assert.deepEqual(of(dns), [`${A}:44298 > ${B}:53 udp unanswered`]);
    assert.deepEqual(of(back(dns)), [`${B}:53 > ${A}:44298 (20) unknown`]);
    const reflected: Told = { protocol: 17, ports: [5683, 8956] };
    assert.deepEqual(of(reflected), [`${A}:5683 > ${B}:8956 (20) unknown`]);
    assert.deepEqual(of({ ...reflected, ports: [5683, 5683] }), [`${A}:5683 > ${B}:5683 udp unanswered`]);
    assert.deepEqual(of({ ...dns, packets: 2 }, back(dns, { packets: 2 })), [`${said} exchange`]);
  });

  test('echo: request and reply; replies alone; types that are not told', () => {
    const request: Told = { protocol: 1, ports: [0, 0x0800] };
    const reply = back(request, { ports: [0, 0] });
    assert.deepEqual(of(reply, request), [`${A}:0 > ${B}:8 icmp-echo answered`]);
    assert.deepEqual(of(request, { ...request, from: B, to: A }).length, 2);
    assert.deepEqual(
      of(reply, { protocol: 1, to: '203.0.113.1', ports: [0, 0x0800] })[0],
      `${B}:0 > ${A}:8 (20) unknown`,
    );
    assert.deepEqual(of(reply), [`${B}:0 > ${A}:8 (21) unknown`]);
  });

  test('an error of ICMP is no contact, and refuses the datagram that it is as long as', () => {
    const error = back({ protocol: 1 }, { ports: [0, ICMP_UNREACHABLE], bytes: 60 + 28 });
    assert.deepEqual(of({ ...dns, bytes: 60 }, error), [`${A}:44298 > ${B}:53 udp refused closed`]);
    assert.deepEqual(of(error), []);
  });

  test('records of both directions say who began', () => {
    assert.deepEqual(of({ ...dns, ports: [53, 44298], back: 1 }), [`${A}:53 > ${B}:44298 udp answered`]);
    assert.deepEqual(of({ flags: SYN, back: 0 }), [`${ENDS} tcp-syn unanswered`]);
  });

  test('bare protocols, and what goes to groups', () => {
    assert.deepEqual(of({ protocol: 47 }), [`${A}:0 > ${B}:47 ip-protocol unanswered`]);
    assert.deepEqual(of({ protocol: 47, packets: 100 }), [`${A}:0 > ${B}:47 (21) unknown`]);
    assert.deepEqual(of({ protocol: 2, to: '224.0.0.22' }), []);
  });
});

describe('conversations', () => {
  test('are told in the order in which they began', () => {
    const begins = [30, 10, 20, 10, 0];
    const told = of(
      ...begins.map((start, at) => ({ ports: [1000 + at, 22] as const, flags: SYN, start: start * 1e6 })),
    );
    assert.deepEqual(
      told.map((line) => Number(line.split(/[: ]/)[1])),
      [1004, 1001, 1003, 1002, 1000],
    );
  });

  test('wait by the clock of the exporters, then are told without the answer, and with it when it comes at last', () => {
    const pairs = new Pairs(0);
    const contacts = allocateContacts(4096);
    add(pairs, { flags: SYN }, contacts);
    const clock = (from: number, to: number): void => {
      for (let minute = from; minute <= to; minute += 1)
        add(pairs, { from: '192.0.2.99', ports: [minute + 1, 80], flags: SYN, start: minute * 60e6 }, contacts);
    };
    clock(1, 15);
    assert.equal(contacts.count, 0);
    clock(16, 17);
    assert.equal(lines(contacts)[0], `${ENDS} tcp-syn unanswered`);
    const before = contacts.count;
    add(pairs, back({}, { flags: SYN | ACK, start: 1 }), contacts);
    pairs.drain(contacts);
    const after = lines(contacts).slice(before);
    assert.equal(after.filter((line) => line.startsWith(ENDS)).join(), `${ENDS} tcp-syn answered`);
  });

  test('one with a wrong time does not stop the others from being joined', () => {
    const wrong = { from: '192.0.2.99', flags: SYN, start: 50 * 365 * 86_400e6 };
    assert.deepEqual(of({ flags: SYN }, wrong, back({}, { flags: RST | ACK })).slice(0, 1), [
      `${ENDS} tcp-syn refused closed`,
    ]);
  });

  test('the same ports long after are another; soon after, the same', () => {
    const again = (seconds: number): number => of({ flags: SYN }, { flags: SYN, start: seconds * 1e6 }).length;
    assert.equal(again(59), 1);
    assert.equal(again(61), 2);
    assert.equal(of({ flags: SYN, start: 61e6 }, { flags: SYN }).length, 2);
  });

  test('more than are kept: the earliest are told first, none is lost, later records of the told add nothing', () => {
    const pairs = new Pairs(0);
    const contacts = allocateContacts(1 << 17);
    const many = 70_000;
    for (let at = 0; at < many; at += 1)
      add(
        pairs,
        { to: `198.18.${(at >> 8) & 255}.${at & 255}`, ports: [40_000 + (at >> 16), 22], flags: SYN, start: at },
        contacts,
      );
    assert.equal(contacts.count, many - (1 << 16));
    assert.ok(contacts.time.slice(0, contacts.count).every((time, at) => time === START + at));
    while (pairs.drain(contacts));
    assert.equal(contacts.count, many);
  });

  test('drain stops when the batch is full, and goes on', () => {
    const pairs = new Pairs(0);
    const wide = allocateContacts(64);
    for (let at = 0; at < 9; at += 1) add(pairs, { ports: [1000 + at, 22], flags: SYN }, wide);
    const narrow = allocateContacts(4);
    const counts = [];
    for (let more = true; more; narrow.count = 0) {
      more = pairs.drain(narrow);
      counts.push(narrow.count);
    }
    assert.deepEqual(counts, [4, 4, 1]);
  });

  test('IPv6 and IPv4 side by side', () => {
    const six: Told = { from: '2001:db8::7', to: '2001:db8::9', flags: SYN };
    const told = of(six, { flags: SYN }, back(six, { flags: RST }), back({}, { flags: RST }));
    assert.deepEqual(told, [
      '2001:db8::7:44298 > 2001:db8::9:22 tcp-syn refused closed',
      `${ENDS} tcp-syn refused closed`,
    ]);
  });
});
