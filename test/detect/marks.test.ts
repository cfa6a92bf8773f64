import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MARKS } from '../../src/detect/mark-table.ts';
import { type MarkObserver, marks } from '../../src/detect/marks.ts';
import { Method, Outcome, Proof } from '../../src/record/contact.ts';
import { mix } from '../../src/table/hash.ts';
import { contacts, type ContactSpec, range } from '../support/contacts.ts';
import { Alone } from '../support/judge.ts';

const HERE = 0xc0000200;
const UDP = 17;
const ICMP = 1;

interface Held {
  /** share of the probes asked that hold the mark; NaN: never asked */
  readonly share: (name: string) => number;
  readonly bits: number;
}

/** What one source's probes hold. */
function held(probes: readonly ContactSpec[]): Held {
  const alone = new Alone(marks, 1, probes.length);
  const batch = contacts(probes);
  alone.admission.account.fill(0);
  for (const row of range(probes.length)) alone.observe(batch, row, row + 1);
  const { asked, held: counts } = alone.observer as MarkObserver;
  const share = (name: string): number => {
    const mark = MARKS.findIndex((spec) => spec.name === name);
    assert.ok(mark >= 0, name);
    return counts[mark] / asked[mark];
  };
  return { share, bits: alone.bits(0) };
}

/** n probes of one source to one address after the other. */
const probes = (count: number, make: (n: number, to: number) => Partial<ContactSpec> = () => ({})): ContactSpec[] =>
  [...range(count)].map((n) => ({ from: 0x50000005, to: HERE + n, port: 80, ...make(n, HERE + n) }));

const word = (n: number): number => mix(0x77, n);
const MASSCAN = 'IP id = target ^ port ^ sequence number';
/** FNV-1a over kind, MSS and scale, as the decoder makes it: the option MSS 1460 alone. */
const MSS_ONLY = (() => {
  let hash = 0x811c9dc5 | 0;
  for (const byte of [2, 1460 >>> 8, 1460 & 0xff, 255]) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
})();

/** Name of a mark → probes that hold it, and probes that nearly do. */
const CASES: Readonly<Record<string, readonly [yes: ContactSpec[], no: ContactSpec[]]>> = {
  [MASSCAN]: [
    probes(9, (n, to) => ({ seq: word(n), ipId: (to ^ 80 ^ word(n)) & 0xffff })),
    probes(9, (n, to) => ({ seq: word(n), ipId: (to ^ 81 ^ word(n)) & 0xffff })),
  ],
  'IP id 54321': [probes(9, () => ({ ipId: 54321 })), probes(9, () => ({ ipId: 54320 }))],
  'sequence number = target address': [probes(9, (_, to) => ({ seq: to })), probes(9, (_, to) => ({ seq: to ^ 1 }))],
  'one sequence number for several targets': [probes(9, () => ({ seq: 12345 })), probes(9, () => ({ seq: 0 }))],
  'sequence numbers whose halves differ alike': [
    probes(9, (n) => ({ seq: (0x12345678 ^ (n * 0x10001)) >>> 0 })),
    probes(9, (n) => ({ seq: (0x12345678 ^ (n * 0x20001)) >>> 0 })),
  ],
  'sequence number ^ target is constant': [
    probes(9, (_, to) => ({ seq: (to ^ 0xdeadbeef) >>> 0 })),
    probes(9, (n, to) => ({ seq: (to ^ 0xdeadbee0 ^ n) >>> 0 })),
  ],
  'sequence number ^ source ^ ports is constant': [
    probes(9, (n) => ({
      port: 1 + n,
      sourcePort: 40000 + n,
      seq: (0xabcdef01 ^ 0x50000005 ^ (((40000 + n) << 16) + 1 + n)) >>> 0,
    })),
    probes(9, (n) => ({ port: 1 + n, sourcePort: 40000 + n, seq: (0xabcdef01 ^ (40000 + n)) >>> 0 })),
  ],
  'IP id ^ target is constant': [
    probes(9, (n) => ({ to: HERE ^ (word(n) & 0xffff), ipId: (HERE ^ word(n) ^ 0x5aa5) & 0xffff })),
    probes(9, (n, to) => ({ ipId: (to ^ 0x5aa5 ^ (n << 3)) & 0xffff })),
  ],
  'one IP id, not zero, for several targets': [probes(9, () => ({ ipId: 777 })), probes(9, () => ({ ipId: 0 }))],
  'one source port for several targets': [
    probes(9, () => ({ sourcePort: 45000 })),
    probes(9, () => ({ sourcePort: 45000, proof: Proof.handshake })),
  ],
  'window 1024 with no option but MSS, fragments allowed': [
    probes(9, (n) => ({ window: [1024, 2048, 3072, 4096][n % 4], traits: 0, options: MSS_ONLY, mss: 1460 })),
    probes(9, () => ({ window: 1024, traits: 0 })),
  ],
  'window 512 without options': [probes(9, () => ({ window: 512, options: 0 })), probes(9, () => ({ window: 512 }))],
  'window 65535 with no option but MSS, fragments allowed': [
    probes(9, () => ({ window: 65535, traits: 0, options: 0 })),
    probes(9, () => ({ window: 65535, options: MSS_ONLY })),
  ],
  'SYN with an acknowledgement number': [probes(9, (n) => ({ ack: 1 + n })), probes(9)],
  'first TTL changes from probe to probe': [
    probes(9, (n) => ({ ttl: 40 + ((7 * n) % 20) })),
    probes(9, (n) => ({ ttl: 50 + (n % 2) })),
  ],
  'echo request without data': [
    probes(9, () => ({ protocol: ICMP, method: Method.icmpEcho, port: 8 })),
    probes(9, () => ({ protocol: ICMP, method: Method.icmpEcho, port: 8, length: 56 })),
  ],
  'one echo identifier, sequence counting over targets': [
    probes(9, (n) => ({ protocol: ICMP, method: Method.icmpEcho, port: 8, seq: (99 << 16) | n, length: 56 })),
    probes(9, (n) => ({ protocol: ICMP, method: Method.icmpEcho, port: 8, seq: ((99 + n) << 16) | n, length: 56 })),
  ],
  'UDP datagram without data': [probes(9, () => ({ protocol: UDP })), probes(9, () => ({ protocol: UDP, length: 8 }))],
  'SYN without options': [probes(9, () => ({ options: 0 })), probes(9)],
};

for (const [name, [yes, no]] of Object.entries(CASES)) {
  test(`${name}: held by probes that have it`, () => assert.ok(held(yes).share(name) === 1));
  test(`${name}: not held by probes that nearly have it`, () => assert.ok(!(held(no).share(name) > 0)));
}

// ── nmap -O, by the values of nmap.org/book/osdetect-methods.html ──

const OS = 'probe of nmap OS detection';
const NMAP_OS: Readonly<Record<string, Partial<ContactSpec>>> = {
  T2: { flags: 0, window: 128, method: Method.tcpNull },
  T3: { flags: 0x2b, window: 256, method: Method.tcpOdd },
  T4: { flags: 0x10, window: 1024, method: Method.tcpAck },
  T5: { flags: 0x02, window: 31337 },
  T6: { flags: 0x10, window: 32768, method: Method.tcpAck },
  T7: { flags: 0x29, window: 65535, method: Method.tcpXmas },
  ECN: { flags: 0xc2, window: 3, urgent: 63477 },
  IE: { protocol: ICMP, method: Method.icmpEcho, port: 8, seq: 295, length: 120 },
};

for (const [probe, header] of Object.entries(NMAP_OS))
  test(`${OS}: ${probe}`, () => {
    assert.equal(held(probes(1, () => header)).share(OS), 1);
    const other = header.window === undefined ? { seq: 297 } : { window: header.window + 1 };
    assert.equal(held(probes(1, () => ({ ...header, ...other }))).share(OS), 0);
  });

// ── weight ──

/** What a stream of marks must have for a bar of 20 bits, at six streams. */
const BAR = 20 + Math.log2(6);
const FIXED = [MASSCAN, 'IP id 54321', 'sequence number = target address'];

for (const name of FIXED)
  test(`${name}: the second packet passes the bar, the first does not`, () => {
    const [yes] = CASES[name];
    assert.ok(held(yes.slice(0, 2)).bits >= BAR, `${held(yes.slice(0, 2)).bits}`);
    const one = held(yes.slice(0, 1)).bits;
    assert.ok(name.includes('target address') || one < BAR, `${one}`);
  });

test('a key of a tool that nobody has named shows by the third packet', () => {
  for (const name of ['sequence number ^ target is constant', 'sequence number ^ source ^ ports is constant'])
    assert.ok(held(CASES[name][0].slice(0, 2)).bits >= BAR, name);
  assert.ok(held(CASES['IP id ^ target is constant'][0].slice(0, 3)).bits >= BAR);
});

test('ordinary headers weigh nothing, however many', () => {
  assert.ok(held(probes(200, (n) => ({ outcome: n % 2 === 0 ? Outcome.answered : Outcome.refused }))).bits <= 1);
});

test('relations of IPv4 headers are not asked of IPv6', () => {
  const six = [...range(6)].map((n) => ({ from: '2001:db8:9::1', to: `2001:db8:1::${n + 1}`, traits: 1, ipId: 54321 }));
  assert.ok(Number.isNaN(held(six).share('IP id 54321')));
});

test('probes of different transports are not compared with each other', () => {
  const mixed = probes(8, (n) => ({
    ipId: 0,
    protocol: n % 2 === 0 ? 6 : UDP,
    sourcePort: 45000,
    seq: n % 2 === 0 ? word(n) : 5,
    length: 4,
  }));
  assert.equal(held(mixed).share('one sequence number for several targets'), 0);
});

test('one IP id to hosts whose addresses end alike is no relation of the target', () => {
  const alike = [...range(6)].map((n) => ({ from: 5, to: (0x0a000105 + n * 0x10000) >>> 0, ipId: 777 }));
  assert.ok(!(held(alike).share('IP id ^ target is constant') > 0));
});

test('an IP id that counts packets keeps to targets that are counted through, and is no relation of theirs', () => {
  const name = 'IP id ^ target is constant';
  for (const [first, step] of [
    [0x4000, 0],
    [0x4002, 0],
    [0x5216, 0],
    [0x1230, 2],
    [0x1230, 3],
  ]) {
    const counted = probes(60, (n, to) => ({ at: n, ipId: (to + first + step * n) & 0xffff }));
    assert.equal(held(counted).share(name), 0);
    assert.equal(held(counted.toReversed()).share(name), 0, 'told in another order');
    const other = counted.map((spec) => ({
      ...spec,
      ipId: ((Number(spec.ipId) & 0xff) << 8) | (Number(spec.ipId) >>> 8),
    }));
    assert.equal(held(other).share(name), 0);
  }
  // Of a key the id goes down about as often as up.
  const keyed = probes(60, (_, to) => ({ ipId: (to ^ 0x5aa5) & 0xffff }));
  assert.ok(held(keyed).share(name) >= 0.5);
  assert.ok(held(keyed.slice(0, 4)).bits >= BAR);
});
