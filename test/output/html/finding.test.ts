import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingCard } from '../../../src/output/html/finding.ts';
import { exampleFinding } from '../../finding/example.ts';

test('the scanner that an intrusion speaks of can no more be clicked than its own source', () => {
  const row = { stream: 'chain' as const, bits: 11, contacts: 1, evidence: [] };
  const account = [
    { ...row, reason: '198.18.100.2 was the first to be told that /backup.zip exists' },
    { ...row, reason: 'fetched it, which 2001:db8:bad::7 had found 3 s before' },
  ];
  const { html: card } = findingCard({ finding: exampleFinding({ kind: 'intrusion', account }), rank: 1 });
  assert.match(card, /198\.18\.100\[\.\]2 was/);
  assert.doesNotMatch(card, /198\.18\.100\.2|2001:db8:bad::7/);
});

test('what is advised for several targets is said once', () => {
  const advice = ['tcp/22', 'tcp/80'].map((port) => ({
    mitigation: 'M1056' as const,
    target: `203.0.113.10 ${port}`,
    text: 'Allow only who needs it.',
    why: 'it answers strangers',
    verify: 'nc',
  }));
  const { html: card } = findingCard({ finding: exampleFinding({ advice }), rank: 1 });
  assert.equal(card.match(/Allow only who needs it/g)?.length, 1);
  assert.match(card, /tcp\/22<\/code>, <code>203\.0\.113\.10 tcp\/80/);
});
