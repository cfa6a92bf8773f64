import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addsUp, differences, FULL, otherwise, streamsOf } from '../../src/finding/explain.ts';
import { CAP } from '../../src/ledger/account.ts';
import { exampleCampaign, exampleFinding } from './example.ts';

test('the deciding stream comes first and its running sum ends at the bits of the finding', () => {
  const [first, second] = streamsOf(exampleFinding());
  assert.equal(first.stream, 'misses');
  assert.deepEqual(
    first.steps.map(({ sum }) => sum),
    [34, 39.2, 37.2],
  );
  assert.equal(second.stream, 'order');
  assert.equal(second.decides, false);
  assert.ok(addsUp(exampleFinding()));
  assert.ok(!addsUp(exampleFinding({ bits: 37.3 })));
});

test('so many fewer contacts are what it takes, and not one more', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 30, noNaN: true }),
      fc.integer({ min: 1, max: 500 }),
      fc.double({ min: 1, max: 100, noNaN: true }),
      (each, contacts, bar) => {
        const bits = each * contacts;
        fc.pre(bits >= bar && bits < FULL);
        const row = { stream: 'misses', bits, reason: 'r', contacts, evidence: [] } as const;
        const [first] = otherwise(exampleFinding({ account: [{ ...row, evidence: [] }], bits, bar }));
        assert.equal(first.kind, 'fewer');
        if (first.kind !== 'fewer') return;
        assert.ok(bits - first.fewer * first.each < bar + 1e-9);
        assert.ok(bits - (first.fewer - 1) * first.each >= bar - 1e-9);
      },
    ),
  );
});

test('of a full stream nothing is told by the mean', () => {
  assert.equal(FULL, CAP);
  const account = [{ stream: 'misses', bits: 260, reason: 'r', contacts: 900, evidence: [] } as const];
  const kinds = otherwise(exampleFinding({ account: [{ ...account[0], evidence: [] }], bits: 260 })).map(
    ({ kind }) => kind,
  );
  assert.deepEqual(kinds, ['full', 'without-stream', 'bar']);
  const crowd = exampleCampaign({ bits: 400, account: [{ ...account[0], stream: 'crowd', bits: 400, evidence: [] }] });
  assert.equal(otherwise(crowd)[0].kind, 'fewer');
});

test('a row that is not needed is said so', () => {
  const found = otherwise(exampleFinding()).find(({ kind }) => kind === 'without-row');
  assert.ok(found?.kind === 'without-row');
  assert.equal(found.row.reason, 'address that never answered');
  assert.equal(found.bits, 32);
});

test('without the deciding stream the next one bears the cost of the choice', () => {
  const found = otherwise(exampleFinding()).find(({ kind }) => kind === 'without-stream');
  assert.deepEqual(found, { kind: 'without-stream', stream: 'order', bits: 9.25, opens: false });
  const alone = otherwise(exampleCampaign()).find(({ kind }) => kind === 'without-stream');
  assert.deepEqual(alone, { kind: 'without-stream', stream: undefined, bits: 0, opens: false });
});

test('a higher bar and what it costs', () => {
  const found = otherwise(exampleFinding({ bits: 30, bar: 20 })).find(({ kind }) => kind === 'bar');
  assert.deepEqual(found, { kind: 'bar', bar: 30, rarer: 1024 });
});

test('differences name the key and both values', () => {
  assert.deepEqual(differences(exampleFinding(), exampleFinding()), []);
  assert.deepEqual(differences(exampleFinding(), exampleFinding({ probes: 7 })), [
    { key: 'probes', stored: '2619', computed: '7' },
  ]);
});
