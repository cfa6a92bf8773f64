import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Finding } from '../../src/finding/finding.ts';
import { exampleFinding, exampleLearned, exampleSummary } from '../finding/example.ts';
import { type Ran, runStub } from './run.ts';

const home = mkdtempSync(join(tmpdir(), 'findings-'));
after(() => rmSync(home, { recursive: true }));

const finding = (
  n: number,
  priority: number,
  over: Partial<Finding>,
  kind: Finding['triage']['class'] = 'background',
): Finding =>
  exampleFinding({
    id: `scan-000000000000000${n}`,
    triage: { ...exampleFinding().triage, class: kind, priority },
    ...over,
  });
const FINDINGS = [
  finding(1, 5, { techniques: ['T1595.001'], lastSeen: '2026-11-21T08:00:00.000000Z' }),
  finding(2, 80, { techniques: ['T1595.002'], lastSeen: '2026-11-21T20:00:00.000000Z' }, 'targeted'),
  finding(3, 40, { techniques: ['T1595.003'], lastSeen: '2026-11-21T21:00:00.000000Z' }, 'localised'),
  finding(4, 100, { kind: 'intrusion', techniques: ['T1190'], lastSeen: '2026-11-21T22:00:00.000000Z' }, 'targeted'),
];

before(async () => {
  const result = { findings: FINDINGS, summary: exampleSummary(), learned: exampleLearned(), skipped: [] };
  await runStub(['analyze', 'a.pcap'], home, { result });
});

const list = (...words: string[]): Promise<Ran> => runStub(['findings', ...words], home);
/** Numbers of the findings that are listed, in order. */
async function listed(...words: string[]): Promise<number[]> {
  const { code, out } = await list('--json', ...words);
  assert.equal(code, 0);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number((JSON.parse(line) as Finding).id.at(-1)));
}

test('findings of the last analysis are listed, most worth first', async () => {
  assert.deepEqual(await listed(), [4, 2, 3, 1]);
});

test('class, technique, priority and time are filters, together or alone', async () => {
  assert.deepEqual(await listed('--class', 'targeted'), [4, 2]);
  assert.deepEqual(await listed('--technique', 'T1595.002'), [2]);
  assert.deepEqual(await listed('--technique', 't1595'), [2, 3, 1]);
  assert.deepEqual(await listed('--min-priority', '40'), [4, 2, 3]);
  assert.deepEqual(await listed('--since', '2026-11-21T20:30:00Z'), [4, 3]);
  assert.deepEqual(await listed('--since', '2h'), [4, 2, 3], 'before the last of all');
  assert.deepEqual(await listed('--class', 'targeted', '--technique', 'T1595', '--min-priority', '80'), [2]);
});

test('the page says how many of how many, and why each is worth it', async () => {
  const { out } = await list('--class', 'targeted');
  assert.match(out, /^2 of 4 findings/);
  assert.ok(out.indexOf('0004') < out.indexOf('0002'));
  for (const reason of FINDINGS[1].triage.reasons.slice(0, 1)) assert.ok(out.includes(reason.slice(0, 20)));
});

test('the page says which inputs the last analysis read', async () => {
  const { out } = await list();
  assert.match(out, /^ {2}read {6}a\.pcap$/m);
});

test('what cannot be asked for is said', async () => {
  for (const words of [
    ['--class', 'wicked'],
    ['--technique', 'scan'],
    ['--min-priority', '101'],
    ['--format', 'html'],
  ]) {
    const { code, err } = await list(...words);
    assert.equal(code, 2);
    assert.match(err, new RegExp(`${words[0]}.*OPTION_VALUE`));
  }
  const { code, err } = await runStub(['findings'], join(home, 'nothing'));
  assert.equal(code, 74);
  assert.match(err, /FINDINGS_MISSING/);
});
