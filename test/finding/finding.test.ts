import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalFinding, canonicalSummary, sumOf } from '../../src/finding/canonical.ts';
import { type AccountRow, findingSchema, summarySchema } from '../../src/finding/finding.ts';
import { schemas } from '../../src/finding/json-schema.ts';
import { exampleCampaign, exampleFinding, exampleSummary } from './example.ts';

test('a finding, a campaign and a summary are what the schema says', () => {
  for (const finding of [exampleFinding(), exampleCampaign()]) assert.deepEqual(findingSchema.parse(finding), finding);
  assert.deepEqual(summarySchema.parse(exampleSummary()), exampleSummary());
});

test('the schema refuses what is not a finding', () => {
  const wrong = [
    { id: 'A;rm' },
    { kind: 'alert' },
    { techniques: ['T1595.1'] },
    { firstSeen: '2026-11-21T22:34:32Z' },
    { account: [] },
    { probes: -1 },
    { source: undefined },
  ];
  for (const over of wrong)
    assert.equal(findingSchema.safeParse({ ...exampleFinding(), ...over }).success, false, JSON.stringify(over));
});

test('the written form has all keys of the schema, in its order', () => {
  const shape = Object.keys(findingSchema.shape).filter((key) => key !== 'trace');
  const progress = { what: 'addresses', within: '203.0.113.0/24', done: 3, of: 256 } as const;
  assert.deepEqual(Object.keys(canonicalFinding(exampleCampaign({ progress }))), shape);
  assert.deepEqual(Object.keys(canonicalSummary(exampleSummary())), Object.keys(summarySchema.shape));
});

test('the written form does not depend on the order in which keys were set', () => {
  const turned = <T>(value: T): T => {
    if (Array.isArray(value)) return value.map(turned) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, item]) => [key, turned(item)]),
    ) as T;
  };
  const finding = exampleFinding({ followedBy: [followUp] });
  assert.equal(JSON.stringify(canonicalFinding(turned(finding))), JSON.stringify(canonicalFinding(finding)));
  assert.equal(
    JSON.stringify(canonicalSummary(turned(exampleSummary()))),
    JSON.stringify(canonicalSummary(exampleSummary())),
  );
});

const followUp = {
  technique: 'T1190',
  at: '2026-11-21T22:40:00.000000Z',
  source: '198.18.10.12',
  target: '203.0.113.10 tcp/80',
  gapSeconds: 324.12345,
  bits: 12.34567,
  reason: 'same /24',
  evidence: [{ input: 'a.pcap', record: 3, time: '2026-11-21T22:40:00.000000Z' }],
};

test('the written form is a fixed point and passes the schema', () => {
  const once = canonicalFinding(exampleFinding({ followedBy: [followUp], rate: 1 / 3 }));
  assert.deepEqual(canonicalFinding(once), once);
  findingSchema.parse(once);
});

test('rounded rows still add up to the rounded total', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -50, max: 200, noNaN: true }), { minLength: 1, maxLength: 40 }), (bits) => {
      const account: AccountRow[] = bits.map((one) => ({
        stream: 'misses',
        bits: one,
        reason: 'r',
        contacts: 1,
        evidence: [],
      }));
      const total = bits.reduce((sum, one) => sum + one, 0);
      const finding = canonicalFinding(exampleFinding({ account, bits: total }));
      assert.equal(sumOf(finding.account, 'misses'), finding.bits);
      assert.ok(Math.abs(finding.bits - total) <= 0.0005 * (bits.length + 1) + 1e-9);
    }),
  );
});

test('a total that the rows do not bear out is left as it is', () => {
  assert.equal(canonicalFinding(exampleFinding({ bits: 99 })).bits, 99);
});

test('the published schemas name every required key', () => {
  const { 'finding.schema.json': finding } = schemas() as { 'finding.schema.json': { required: string[] } };
  const optional = ['members', 'memberCount', 'progress', 'trace'];
  assert.deepEqual(
    finding.required,
    Object.keys(findingSchema.shape).filter((key) => !optional.includes(key)),
  );
});
