import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/finding/finding.ts';
import { notifications, silence } from '../../src/triage/silence.ts';
import { exampleFinding } from '../finding/example.ts';

interface Told {
  readonly class?: Finding['triage']['class'];
  readonly hour?: number;
  readonly tool?: string;
  readonly port?: number;
  readonly kind?: Finding['kind'];
}

const example = exampleFinding();
let serial = 0;
function finding({ class: kind = 'background', hour = 1, tool, port = 23, kind: what = 'scan' }: Told): Finding {
  serial += 1;
  return {
    ...example,
    id: `scan-${String(serial).padStart(16, '0')}`,
    kind: what,
    source: { address: `203.0.113.${serial % 256}`, proven: false },
    firstSeen: `2026-11-21T${String(hour).padStart(2, '0')}:30:00.000000Z`,
    tool: tool === undefined ? null : { name: tool, bits: 16, marks: [] },
    services: [{ protocol: 'tcp', port, probes: 1 }],
    followedBy: [],
    triage: { ...example.triage, class: kind },
  };
}
const many = (count: number, told: Told): Finding[] => Array.from({ length: count }, () => finding(told));

test('background by one tool in one hour is one digest; nobody is told of each, and all are there', () => {
  const findings = [...many(100, { tool: 'zmap' }), ...many(100, { tool: 'zmap', hour: 2, port: 80 })];
  const digests = silence(findings);
  assert.deepEqual(
    digests.map(({ what, findings: count, ports }) => [what, count, ports]),
    [
      ['zmap', 100, ['tcp/23']],
      ['zmap', 100, ['tcp/80']],
    ],
  );
  assert.equal(digests[0].hour, '2026-11-21T01:00:00.000000Z');
  assert.equal(findings.length, 200);
  assert.equal(notifications(findings, digests), 2);
});

test('what is about us is told at once, as long as anybody can look at each', () => {
  const findings = [...many(10, { class: 'targeted' }), ...many(15, { kind: 'intrusion', class: 'background' })];
  assert.deepEqual(silence(findings), []);
  assert.equal(notifications(findings, []), 25);
});

test('of a storm that is about us the worthiest are told, and how many there are beside them', () => {
  const mirai = many(40, { class: 'targeted', tool: 'mirai' });
  const others = [...many(9, { class: 'localised', port: 80 }), ...many(2, { class: 'targeted', port: 81 })];
  const worthy = finding({ class: 'targeted', port: 82 });
  worthy.triage.priority = 99;
  const own = { ...finding({ class: 'targeted' }), techniques: ['T1046'] };
  const digests = silence([...mirai, ...others, worthy, own]);
  assert.deepEqual(
    digests.map(({ what }) => what),
    ['mirai, aimed at us', 'tcp/80, aimed at us', 'others, aimed at us'],
  );
  assert.ok(worthy.triage.notify && own.triage.notify);
  assert.equal(notifications([...mirai, ...others, worthy, own], digests), 11);
  const silent = [...mirai, ...others, worthy].filter(({ triage }) => triage.notify === false).length;
  assert.equal(
    digests.reduce((sum, { findings }) => sum + findings, 0),
    silent,
  );
});

test('a few unlike things are told one by one', () => {
  const findings = [finding({ port: 1 }), finding({ port: 2 }), finding({ port: 2 })];
  assert.deepEqual(silence(findings), []);
  assert.ok(findings.every(({ triage }) => triage.notify));
});

test('an hour of a hundred unlike things is no more than ten notifications, and so any hour is no more than twenty', () => {
  const ports = Array.from({ length: 100 }, (_, port) => many(1 + (port % 5), { port })).flat();
  const digests = silence(ports);
  assert.ok(notifications(ports, digests) <= 10);
  const told = ports.filter(({ triage }) => triage.notify).length;
  assert.equal(
    digests.reduce((sum, { findings }) => sum + findings, told),
    ports.length,
  );
  assert.equal(digests.at(-1)?.what, 'others');
});

test('known scanners are one line', () => {
  const findings = [
    ...many(3, { class: 'known-scanner', tool: 'zmap' }),
    ...many(3, { class: 'known-scanner', port: 9 }),
  ];
  assert.deepEqual(
    silence(findings).map(({ what, sources }) => [what, sources]),
    [['known scanners', 6]],
  );
});
