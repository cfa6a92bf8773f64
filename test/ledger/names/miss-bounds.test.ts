import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Finding } from '../../../src/finding/finding.ts';
import { run } from '../../../src/engine/run.ts';
import { range } from '../../support/contacts.ts';
import { scratch } from '../../input/scratch.ts';
import { type Hit, logOf, START, visitors } from '../../support/weblog.ts';

const READER = '192.0.2.66';

async function findings(context: TestContext, hits: readonly Hit[]): Promise<Finding[]> {
  const path = join(scratch(context), 'a.log');
  writeFileSync(path, logOf([...visitors(40), ...hits]));
  return (await run({ paths: [path], workers: 1, home: [], falsePerDay: 1 })).findings;
}

/** Words that stand in no order. */
const word = (n: number): string => `${'qwertzuiop'[n % 10]}${'lambda'[n % 6]}${'nopqr'[n % 5]}sel`;
const AT = START + 500;
const page: Hit = { at: AT - 1, source: READER, target: '/about.html' };

/** Things that are not there, with the referer of a page. */
const parts = (of: string, count = 30, nameOf = (n: number): string => `/${word(n)}/view`): Hit[] =>
  [...range(count)].map((n) => ({
    at: AT + n / 30,
    source: READER,
    target: nameOf(n),
    status: 404,
    bytes: 150,
    referer: `http://www.example.org${of}`,
  }));

test('what a page of ours leads to, which its reader was given, is a dead link', async (context) => {
  assert.deepEqual(await findings(context, [page, ...parts(page.target)]), []);
});

test('a referer costs its sender nothing: a page that was never asked for explains nothing', async (context) => {
  const [scan] = await findings(context, [page, ...parts('/jobs.html')]);
  assert.equal(scan.source?.address, READER);
});

test('no page has a hundred dead links to the root: who names it for all that he asks for guesses', async (context) => {
  const guess = (n: number): string => `/${word(n)}${'vwxyz'[Math.floor(n / 20)]}`;
  const [scan] = await findings(context, [page, ...parts(page.target, 100, guess)]);
  assert.equal(scan.source?.address, READER);
  const pictures = parts(page.target, 100, (n) => `${guess(n)}.jpg`);
  const people = parts(page.target, 100, (n) => `/people${guess(n)}`);
  assert.deepEqual(await findings(context, [page, ...pictures]), []);
  assert.deepEqual(await findings(context, [page, ...people]), []);
});

test('an identifier after a semicolon makes no guess a name that programs were told', async (context) => {
  const session = (n: number): string => `/${word(n)};jsessionid=9F86D081884C7D65`;
  const [scan] = await findings(context, asked([...range(20)].map(session)));
  assert.equal(scan.source?.address, READER);
});

const AGENT = 'Mozilla/5.0 (compatible; SiteReader/1.0; +https://reader.example.net/)';
const asked = (targets: readonly string[]): Hit[] =>
  targets.map((target, n) => ({ at: AT + n / 2, source: READER, target, status: 404, bytes: 150, agent: AGENT }));
const PAGES = ['about', 'team', 'shop', 'news', 'press', 'jobs'];
const FOLDERS = ['de', 'fr', 'es', 'it'];

test('who puts a folder before pages that are there made the names of them; before others, guessed them', async (context) => {
  const within = (pages: readonly string[]): string[] =>
    FOLDERS.flatMap((folder) => pages.map((of) => `/${folder}/${of}.html`));
  assert.deepEqual(await findings(context, asked(within(PAGES))), []);
  const [scan] = await findings(context, asked(within([...range(6)].map(word))));
  assert.equal(scan.source?.address, READER);
});

test('pages that most sites have are guessed by who means no harm; other words are not', async (context) => {
  const usual = [
    'accessibility',
    'impressum',
    'contact',
    'contact-us',
    'privacy',
    'terms',
    'legal',
    'help',
    'sitemap',
    'faq',
  ];
  assert.deepEqual(await findings(context, asked(usual.map((name) => `/${name}`))), []);
  const [scan] = await findings(context, asked([...range(10)].map((n) => `/${word(n)}`)));
  assert.equal(scan.source?.address, READER);
});

test('icons, feeds and the like are tried by the dozen; by the hundred they are words put to such names', async (context) => {
  const of = (count: number, nameOf: (word: string) => string): Hit[] =>
    asked([...range(count)].map((n) => nameOf(`${word(n)}${'vwxyz'[Math.floor(n / 30)]}`)));
  for (const nameOf of [
    (name: string) => `/${name}/favicon.ico`,
    (name: string) => `/${name}/feed/`,
    (name: string) => `/.well-known/${name}`,
  ]) {
    assert.deepEqual(await findings(context, of(30, nameOf)), []);
    const [scan] = await findings(context, of(120, nameOf));
    assert.equal(scan.source?.address, READER);
  }
  const [scan] = await findings(
    context,
    of(20, (name) => `/feed${name}`),
  );
  assert.equal(scan.source?.address, READER);
});
