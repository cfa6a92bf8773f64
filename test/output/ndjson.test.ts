import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingSchema, summarySchema } from '../../src/finding/finding.ts';
import { ndjson } from '../../src/output/ndjson.ts';
import { exampleCampaign, exampleFinding, exampleSummary } from '../finding/example.ts';
import { HARMFUL, PAYLOADS } from '../finding/payloads.ts';
import { rendered } from './render.ts';

test('one line a finding, then the summary, each as the schema says', async () => {
  const written = await rendered(ndjson, [exampleFinding(), exampleCampaign()], exampleSummary());
  const lines = written
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  assert.equal(lines.length, 3);
  findingSchema.parse(lines[0]);
  findingSchema.parse(lines[1]);
  summarySchema.parse(lines[2]);
});

test('the same findings are the same bytes', async () => {
  const once = await rendered(ndjson, [exampleFinding()], exampleSummary({ seconds: 1 }));
  const again = await rendered(ndjson, [exampleFinding()], exampleSummary({ seconds: 2 }));
  assert.equal(again.replace(/"seconds":2\b/, '"seconds":1'), once);
});

test('texts from the wire come back as they were, on one line, with nothing raw in it', async () => {
  for (const payload of PAYLOADS) {
    const finding = exampleFinding({ caveats: [payload] });
    const [line, ...rest] = (await rendered(ndjson, [finding], exampleSummary())).split('\n');
    assert.equal(rest.length, 2);
    assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.deepEqual((JSON.parse(line) as { caveats: string[] }).caveats, [payload]);
  }
  assert.match(PAYLOADS.join(''), HARMFUL);
});
