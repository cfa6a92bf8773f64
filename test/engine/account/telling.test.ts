import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { run } from '../../../src/engine/run.ts';
import { scratch } from '../../input/scratch.ts';
import { range } from '../../support/contacts.ts';
import { type Hit, logOf, START, visitors } from '../../support/weblog.ts';

const nameOf = (n: number): string =>
  `/${'qwertzuiop'[n % 10]}${'asdfghjk'[Math.floor(n / 10)]}${'lager'.repeat(1 + (n % 3))}`;

/** The paths that a scan of eighty names learned, of which three are there and the others get this answer. */
async function learned(context: TestContext, other: (name: string) => Partial<Hit>): Promise<string[]> {
  const guesses = [...range(80)].map((n): Hit => {
    const target = nameOf(n);
    const hit = { at: START + n, source: '192.0.2.66', target };
    return n % 30 === 11 ? { ...hit, bytes: 700 + 13 * n } : { ...hit, ...other(target) };
  });
  const path = join(scratch(context), 'a.log');
  writeFileSync(path, logOf([...visitors(40), ...guesses]));
  const { findings } = await run({ paths: [path], workers: 1, home: [], falsePerDay: 1, bar: 4 });
  assert.equal(findings.length, 1);
  return findings[0].learned.map(({ path: name = '' }) => name).sort((a, b) => a.localeCompare(b));
}

const THERE = [11, 41, 71].map(nameOf).sort((a, b) => a.localeCompare(b));

test('what is answered to every name tells of none, whether it repeats the name or not', async (context) => {
  assert.deepEqual(await learned(context, () => ({ status: 404, bytes: 153 })), THERE);
  assert.deepEqual(await learned(context, () => ({ bytes: 5121 })), THERE);
  assert.deepEqual(await learned(context, () => ({ status: 302, bytes: 210 })), THERE);
  const echo = await learned(context, (name) => ({ bytes: 5000 + 2 * name.length }));
  assert.deepEqual(echo, THERE);
});

test('where the site says what is not there, the same answer tells of several that they are', async (context) => {
  const folders = await learned(context, (name) =>
    name.includes('d') || name.includes('f') ? { status: 301, bytes: 162 } : { status: 404, bytes: 153 },
  );
  assert.ok(folders.length >= 20, `${folders.length}`);
});
