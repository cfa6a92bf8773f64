import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../src/finding/diff.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { exampleCampaign, exampleFinding, exampleSummary } from './example.ts';

const outcome = (findings: Finding[], over = {}): Parameters<typeof compare>[0] => ({
  findings,
  summary: exampleSummary(over),
});

test('findings are matched by id; what is changed is named', () => {
  const other = exampleFinding({ bits: 41, bar: 25, techniques: ['T1046'] });
  const { differences, same } = compare(
    outcome([exampleFinding(), exampleCampaign()]),
    outcome([other, exampleCampaign()]),
  );
  assert.equal(same, 1);
  assert.deepEqual(
    differences.map(({ kind, what }) => [kind, what]),
    [['changed', ['bits 37.2 → 41.0', 'bar 20.0 → 25.0', 'techniques T1595.001+T1595.002 → T1046']]],
  );
});

test('a bar that another setting moves for all findings is told once, not of each', () => {
  const { differences, same } = compare(
    outcome([exampleFinding()], { bar: 20 }),
    outcome([exampleFinding({ bar: 30 })], { bar: 30 }),
  );
  assert.deepEqual([differences, same], [[], 1]);
});

test('an episode that began elsewhere is the same finding with another id', () => {
  const moved = exampleFinding({ id: 'scan-moved', firstSeen: '2026-11-21T22:34:33.000000Z' });
  const later = exampleFinding({
    id: 'scan-later',
    firstSeen: '2026-11-22T22:34:33.000000Z',
    lastSeen: '2026-11-22T23:00:00.000000Z',
  });
  const [one, ...none] = compare(outcome([exampleFinding()]), outcome([moved])).differences;
  assert.deepEqual([one.kind, one.what, none], ['changed', ['id 4f2a91c3d0e7 → scan-moved'], []]);
  const kinds = compare(outcome([exampleFinding()]), outcome([later])).differences.map(({ kind }) => kind);
  assert.deepEqual(kinds.sort(), ['gained', 'lost']);
});

test('a campaign that began elsewhere is known by its members', () => {
  const members = [1, 2, 3].map((at) => ({ address: `192.0.2.${at}`, probes: 1 }));
  const kinds = (now: Finding): string[] =>
    compare(outcome([exampleCampaign({ members })]), outcome([now])).differences.map(({ kind }) => kind);
  assert.deepEqual(kinds(exampleCampaign({ id: 'crowd-2', members: members.slice(1) })), ['changed']);
  assert.deepEqual(kinds(exampleCampaign({ id: 'crowd-2', members: members.slice(2) })).sort(), ['gained', 'lost']);
});

test('lost and gained say what became of the source', () => {
  const [{ source }] = [exampleFinding()];
  const address = source?.address ?? '';
  const why = (over: object, findings: Finding[] = []): readonly string[] =>
    compare(outcome([exampleFinding()]), outcome(findings, over)).differences.filter(({ kind }) => kind === 'lost')[0]
      .what;
  const line = { source: address, what: 'monitor', because: 'every minute', probes: 7 };
  assert.deepEqual(why({ explained: [line] }), ['explained: monitor: every minute']);
  const near = { source: address, bits: 12.25, decidedBy: 'misses', reason: 'r', contacts: 4 };
  assert.deepEqual(why({ nearest: [near], bar: 30 }), ['12.3 bits, under the bar of 30.0']);
  const campaign = exampleCampaign({ members: [{ address, probes: 3 }] });
  assert.deepEqual(why({}, [campaign]), [`part of campaign ${campaign.id}`]);
  assert.deepEqual(why({ bar: 99 }), ['37.2 bits, under the bar of 99.0']);
});

test('findings a day; a shorter time counts as a day, and what only informs does not count', () => {
  const span = { first: '2026-11-21T00:00:00.000000Z', last: '2026-11-25T00:00:00.000000Z' };
  const informs = exampleFinding({ id: 'port-1', kind: 'anomaly', bits: 5 });
  const { before, after } = compare(
    outcome([exampleFinding(), informs]),
    outcome([exampleFinding(), exampleCampaign()], { span }),
  );
  assert.deepEqual([before.alarms, before.perDay, after.alarms, after.perDay], [1, 1, 2, 0.5]);
});
