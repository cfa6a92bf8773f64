import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addsUp, differences, otherwise, streamsOf } from '../../src/finding/explain.ts';
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
