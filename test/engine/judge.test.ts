import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingSchema, type Finding } from '../../src/finding/finding.ts';
import { canonicalFinding } from '../../src/finding/canonical.ts';
import { Method, Outcome, Proof } from '../../src/record/contact.ts';
import { mix } from '../../src/table/hash.ts';
import { type ContactSpec, exchange, randomOf, range } from '../support/contacts.ts';
import { judged, probesToFinding } from '../support/judge.ts';

const SCANNER = '203.0.113.9';
const HERE = 0xc0000200;
const stranger = (n: number): number => 0x50000000 + 0x100 * n;

const sweep = (count: number, from: string | number = SCANNER): ContactSpec[] =>
  [...range(count)].map((n) => ({ from, to: HERE + n, port: 23 }));
/** Others have found out that nobody is there. */
const darkened = (count: number): ContactSpec[] =>
  [...range(count)]
    .map((n) => ({ from: stranger(n), to: HERE + n, port: 5900 }))
    .sort((a, b) => mix(3, a.to) - mix(3, b.to));
const closedPorts = (count: number): ContactSpec[] =>
  [...range(count)].map((n) => ({ from: SCANNER, to: HERE + 1, port: 1000 + n, outcome: Outcome.refused }));
const clients = (count: number): ContactSpec[] =>
  [...range(count)].flatMap((n) => exchange({ from: stranger(n), to: HERE + 80, port: 443 }));

const scanOf = (findings: readonly Finding[]): Finding => {
  const finding = findings.find(({ source }) => source?.address === SCANNER);
  assert.ok(finding);
  return finding;
};

// ── how soon ──

test('into space that is known to be dark: a finding by the fifth probe', () => {
  const probes = probesToFinding(darkened(40), sweep(40));
  assert.ok(probes <= 5, `${probes}`);
});

test('into space of which nothing is known: a finding by the tenth probe', () => {
  const probes = probesToFinding([], sweep(40));
  assert.ok(probes <= 10, `${probes}`);
});

test('closed ports of an unknown host: a finding by the tenth probe', () => {
  const probes = probesToFinding([], closedPorts(40));
  assert.ok(probes <= 10, `${probes}`);
});

const FIXED: Readonly<Record<string, (n: number) => Partial<ContactSpec>>> = {
  masscan: (n) => ({ seq: mix(1, n), ipId: ((HERE + n) ^ 80 ^ mix(1, n)) & 0xffff }),
  zmap: () => ({ ipId: 54321 }),
  mirai: (n) => ({ seq: HERE + n }),
};

for (const [tool, header] of Object.entries(FIXED)) {
  const probes = [...range(3)].map((n) => ({ from: SCANNER, to: HERE + n, outcome: Outcome.answered, ...header(n) }));
  test(`${tool}: named by the second packet`, () => {
    assert.ok(probesToFinding(clients(5), probes) <= 2);
    assert.equal(scanOf(judged([...clients(5), ...probes.slice(0, 2)]).findings).tool?.name, tool);
  });
}

test('a finding does not depend on how its probes were told: five of them in one range', () => {
  const specs = [...darkened(40), ...sweep(5)];
  assert.equal(judged(specs, { cut: 1 }).findings.length, 1);
  for (const cut of [5, 20, 45]) assert.equal(judged(specs, { cut }).findings.length, 1, `${cut}`);
});

test('one packet that says who it is from is a finding', () => {
  assert.equal(
    judged([...clients(5), { from: SCANNER, to: HERE, protocol: 17, port: 5060, hint: 1, length: 300 }]).findings
      .length,
    1,
  );
});

// ── nobody innocent ──

test('clients of a service, a monitor, a trace, a stale name: no findings', () => {
  const calm = [
    ...clients(200),
    ...[...range(300)].map((n) => ({
      from: '203.0.113.60',
      to: HERE + 80 + (n % 5),
      port: 443,
      outcome: Outcome.answered,
    })),
    ...[...range(30)].map((n) => ({
      from: '203.0.113.61',
      to: HERE + 80,
      protocol: 17,
      port: 33434 + n,
      ttl: 1 + Math.floor(n / 3),
    })),
    ...[...range(100)].map((n) => ({ from: '203.0.113.62', to: HERE + 99, port: 25, at: 1000 + 60 * n })),
  ];
  assert.deepEqual(
    judged(calm).findings.map(({ source }) => source?.address),
    [],
  );
});

test('people at home who browse the world: no findings', () => {
  const random = randomOf(1);
  const browse = [...range(3000)].map((n) => ({
    from: HERE + 10 + (n % 20),
    to: 0x5f000000 + Math.floor(random() * 2 ** 24),
    port: 443,
    outcome: random() < 0.9 ? Outcome.answered : Outcome.unanswered,
    at: n / 10,
  }));
  assert.deepEqual(judged(browse).findings, []);
});

// ── what is told ──

test('a finding is what the schema says, and its rows add up to its bits', () => {
  const open = { from: SCANNER, to: HERE + 3, port: 23, outcome: Outcome.answered, proof: Proof.handshake };
  for (const specs of [
    sweep(60),
    closedPorts(60),
    [...sweep(60), open, ...sweep(90)],
    [...darkened(100), ...sweep(100)],
  ]) {
    const finding = canonicalFinding(scanOf(judged(specs).findings));
    const { success, error } = findingSchema.safeParse(JSON.parse(JSON.stringify(finding)));
    assert.ok(success, String(error));
    const sum = finding.account.reduce(
      (total, { stream, bits }) => (stream === finding.decidedBy ? total + bits : total),
      0,
    );
    assert.ok(Math.abs(sum - finding.bits) < 1e-6);
  }
});

test('a row cites no more contacts than it stands for', () => {
  const { account } = scanOf(judged([...darkened(100), ...sweep(100)]).findings);
  for (const { evidence, contacts, reason } of account) assert.ok(evidence.length <= contacts, reason);
});

test('probes, targets, services, times and shape of a sweep', () => {
  const finding = scanOf(judged(sweep(60)).findings);
  assert.equal(finding.probes, 60);
  assert.deepEqual(finding.targets, { addresses: 60, ports: 1, paths: 0, names: 0 });
  assert.deepEqual(finding.services, [{ protocol: 'tcp', port: 23, probes: 60 }]);
  assert.equal(finding.shape, 'address-scan');
  assert.equal(finding.order, 'sequential');
  assert.deepEqual(finding.methods, ['tcp-syn']);
  assert.deepEqual(finding.techniques, ['T1595.001']);
  assert.equal(Date.parse(finding.lastSeen) - Date.parse(finding.firstSeen), 59_000);
  assert.deepEqual(finding.inputs, ['a.pcap']);
  assert.equal(finding.source?.proven, false);
});

const orderOf = (targets: readonly number[]): Finding['order'] =>
  scanOf(judged(targets.map((target) => ({ from: SCANNER, to: HERE + target, port: 23 }))).findings).order;

test('order: ascending, descending, permuted, or too few to tell', () => {
  const up = [...range(60)];
  assert.equal(orderOf(up), 'sequential');
  assert.equal(orderOf(up.toReversed()), 'descending');
  assert.equal(orderOf(up.toSorted((a, b) => mix(9, a) - mix(9, b))), 'permuted');
  assert.equal(orderOf(up.slice(0, 11)), null);
});

test('shapes: ports of one host, hosts and ports', () => {
  assert.equal(scanOf(judged(closedPorts(60)).findings).shape, 'port-scan');
  const block = [...range(80)].map((n) => ({
    from: SCANNER,
    to: HERE + (n % 10),
    port: 1000 + n,
    outcome: Outcome.refused,
  }));
  assert.equal(scanOf(judged(block).findings).shape, 'block-scan');
});

test('what answered is learned, and told to be new once', () => {
  const open = (from: string): ContactSpec[] => [
    { from, to: HERE + 200, port: 22, outcome: Outcome.answered, proof: Proof.handshake },
  ];
  const { findings } = judged([...sweep(30), ...open(SCANNER), ...sweep(30, '203.0.113.7'), ...open('203.0.113.7')]);
  const learned = findings.map(({ source, learned }) => [
    source?.address,
    learned.map(({ address, port, state, firstTime }) => `${address} ${port} ${state} ${firstTime}`).join(),
  ]);
  assert.deepEqual(Object.fromEntries(learned), {
    '203.0.113.7': '192.0.2.200 22 open false',
    [SCANNER]: '192.0.2.200 22 open true',
  });
});

test('a source of our own that scans is internal discovery', () => {
  const { findings } = judged([...range(100)].map((n) => ({ from: HERE + 250, to: 0xc6336400 + n, port: 445 })));
  assert.deepEqual(
    findings.map(({ techniques, source }) => [source?.address, ...techniques]),
    [['192.0.2.250', 'T1046']],
  );
});

test('one scan is one finding; after a silence the next one is another', () => {
  const again = sweep(60).map((spec, n) => ({ ...spec, port: 24, at: 7200 + n }));
  const { findings } = judged([...sweep(60), ...again]);
  assert.equal(findings.length, 2);
  assert.equal(new Set(findings.map(({ id }) => id)).size, 2);
  assert.deepEqual(
    findings.map(({ status, probes }) => [status, probes]),
    [
      ['closed', 60],
      ['open', 60],
    ],
  );
});

test('episodes are told apart however contacts were cut', () => {
  const again = sweep(60).map((spec, n) => ({ ...spec, port: 24, at: 7200 + n }));
  for (const cut of [7, 120]) assert.equal(judged([...sweep(60), ...again], { cut }).findings.length, 2, `${cut}`);
});

test('ids stay when unrelated sources come in between or in another order', () => {
  const noise = [...range(100)].map((n) => ({
    from: stranger(n),
    to: HERE + 200,
    port: 443,
    outcome: Outcome.answered,
  }));
  const timed = sweep(60).map((spec, n) => ({ ...spec, at: n * 3 }));
  const of = (specs: readonly ContactSpec[]): string => scanOf(judged(specs).findings).id;
  const alone = of(timed);
  const random = randomOf(4);
  for (let round = 0; round < 3; round += 1) {
    const between = noise.map((spec) => ({ ...spec, at: Math.floor(random() * 180) }));
    const mixed = [...timed, ...between].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
    assert.equal(of(mixed), alone);
  }
});

test('a finding has the bits that opened it, whatever its source did later', () => {
  const later = [...range(60)].map((n) => ({
    from: SCANNER,
    to: HERE + 80 + n,
    port: 443,
    outcome: Outcome.answered,
    at: 100_000 * n + 200,
  }));
  const others = [...range(60)].flatMap((n) =>
    [...range(3)].flatMap((k) => exchange({ from: stranger(k), to: HERE + 80 + n, port: 443 })),
  );
  const { findings } = judged([
    ...others,
    ...darkened(8),
    ...sweep(6),
    ...later.map((spec, n) => ({ ...spec, at: 1000 + 600 * n })),
  ]);
  const finding = scanOf(findings);
  assert.ok(finding.bits >= finding.bar, `${finding.bits} of ${finding.bar}`);
});

test('forged sources with two marked packets each do not blind the judge', () => {
  const forged = [...range(4200)].flatMap((n) =>
    [...range(3)].map((k) => ({ from: 0x50000000 + n * 977, to: HERE + k, ipId: 54321, outcome: Outcome.answered })),
  );
  const { findings } = judged([...forged, ...sweep(60).map((spec, n) => ({ ...spec, at: 200_000 + n }))]);
  assert.ok(findings.some(({ source }) => source?.address === SCANNER));
});

const METHODS_SEEN: readonly (readonly [number, string])[] = [
  [Method.tcpFin, 'tcp-fin'],
  [Method.tcpNull, 'tcp-null'],
  [Method.tcpXmas, 'tcp-xmas'],
  [Method.tcpMaimon, 'tcp-maimon'],
  [Method.tcpAck, 'tcp-ack'],
  [Method.tcpOdd, 'tcp-odd'],
  [Method.udp, 'udp'],
  [Method.sctpInit, 'sctp-init'],
  [Method.icmpEcho, 'icmp-echo'],
  [Method.icmpTimestamp, 'icmp-timestamp'],
  [Method.ipProtocol, 'ip-protocol'],
];

for (const [method, name] of METHODS_SEEN)
  test(`a sweep by ${name} is found and said so`, () => {
    const protocol =
      method === Method.udp
        ? 17
        : method >= Method.icmpEcho && method <= Method.icmpOther
          ? 1
          : method === Method.sctpInit
            ? 132
            : method === Method.ipProtocol
              ? 99
              : 6;
    const finding = scanOf(judged(sweep(40).map((spec) => ({ ...spec, method, protocol, length: 8 }))).findings);
    assert.deepEqual(finding.methods, [name]);
    assert.equal(finding.probes, 40);
  });
