import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cases, findingsIn } from '../support/replay.ts';

test('a login that is accepted before a source looks guilty is among what it learned', async () => {
  const { input } = cases().find(({ name }) => name === 'log-scan-then-login') ?? assert.fail('the case is gone');
  const [scan] = (await findingsIn(input)).filter(({ kind }) => kind === 'scan');
  // Of the refusals beside it only the first few are kept.
  assert.deepEqual(
    scan.learned.map(({ user, at }) => [user, at]),
    [['backup', '2026-11-20T08:01:40.000000Z']],
  );
});
