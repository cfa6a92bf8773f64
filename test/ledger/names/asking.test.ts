import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Finding } from '../../../src/finding/finding.ts';
import { run } from '../../../src/engine/run.ts';
import { range } from '../../support/contacts.ts';
import { scratch } from '../../input/scratch.ts';
import { type Hit, logOf, START, visitors } from '../../support/weblog.ts';

const GUESSER = '192.0.2.66';

async function findings(context: TestContext, text: string): Promise<Finding[]> {
  const path = join(scratch(context), 'a.log');
  writeFileSync(path, text);
  return (await run({ paths: [path], workers: 1, home: [], falsePerDay: 1 })).findings;
}

/** Requests for one page with parameters, and the same answer to all. */
const asks = (queries: readonly string[], source = GUESSER): Hit[] =>
  queries.map((query, at) => ({ at: START + at, source, target: `/page?${query}`, bytes: 3300 }));
const parameters = (at: number, count: number): string =>
  [...range(count)]
    .map((n) => `${'abcdefghijkl'[n]}${'qwertzuiop'[at % 10]}${'asdfg'[at % 5]}${at > 9 ? 'x' : ''}=1`)
    .join('&');

test('many parameters that nobody has used, in one request after the other, are guesses', async (context) => {
  const queries = [...range(20)].map((at) => parameters(at, 8));
  const [scan, ...others] = await findings(context, logOf([...visitors(40), ...asks(queries)]));
  assert.deepEqual([scan.source?.address, scan.techniques[0], others], [GUESSER, 'T1595.003', []]);
});

test('many parameters that come with links are used again by others', async (context) => {
  const campaigns = [...range(6)].map((at) => parameters(at, 8));
  const people = [...range(30)].flatMap((n) => asks(campaigns, `203.0.113.${n + 1}`));
  assert.deepEqual(await findings(context, logOf([...visitors(40), ...people])), []);
});

/** Looks whether there is each of some names, and then asks with another verb. */
const looks = (verb: string, status: number): Hit[] =>
  [...range(30)].flatMap((n) => {
    const target = `/${'abcdefghij'[n % 10]}${'xyz'[n % 3]}report.odt`;
    const at = START + 2 * n;
    const missed: Hit = { at, source: GUESSER, target, verb: 'HEAD', status: 404, bytes: 0 };
    return [missed, { ...missed, at: at + 1, verb, status }];
  });

test('who is let write looks first whether there is such a thing; who is not only looks', async (context) => {
  assert.deepEqual(await findings(context, logOf([...visitors(40), ...looks('PUT', 201)])), []);
  const [scan] = await findings(context, logOf([...visitors(40), ...looks('PUT', 405)]));
  assert.equal(scan.source?.address, GUESSER);
});

/** Hosts that are tried one after the other, all answered by one page that is written a little differently each time. */
const hosts = (bytesOf: (n: number) => number): Hit[] =>
  [...range(40)].map((n) => ({
    at: START + 300 + n,
    source: GUESSER,
    site: `${'abcdefghij'[n % 10]}${'wxyz'[n % 4]}host${n > 19 ? 's' : ''}.example.org`,
    target: '/',
    bytes: bytesOf(n),
  }));
const read = visitors(40).map((hit) => ({ ...hit, site: 'www.example.org' }));

test('hosts that all get nearly the same page are guesses, and sites of their own are not', async (context) => {
  const [scan] = await findings(context, logOf([...read, ...hosts((n) => 4000 + ((37 * n) % 100))]));
  assert.deepEqual([scan.source?.address, scan.techniques[0]], [GUESSER, 'T1595.003']);
  assert.deepEqual(await findings(context, logOf([...read, ...hosts((n) => 4000 + ((37 * n) % 40) * 500)])), []);
});

test('what programs ask any host for of themselves guesses no host', async (context) => {
  const feeds = hosts(() => 150).map((hit) => ({ ...hit, target: '/feed', status: 404 }));
  assert.deepEqual(await findings(context, logOf([...read, ...feeds])), []);
  const pages = feeds.map((hit) => ({ ...hit, target: '/' }));
  assert.equal((await findings(context, logOf([...read, ...pages]))).length, 1);
});

const refused = (second: number, extension: number): string =>
  `[2026-11-21 23:${10 + Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}] NOTICE[1234] chan_sip.c: Registration from '"${extension}" <sip:${extension}@203.0.113.40>' failed for '${GUESSER}:5060' - No matching peer found`;

test('extensions that are counted through are guesses, each once', async (context) => {
  const through = [...range(160)].map((at) => refused(at, 100 + at));
  const [scan] = await findings(context, through.join('\n'));
  assert.deepEqual([scan.source?.address, scan.techniques[0]], [GUESSER, 'T1595.003']);
  const some = [...range(160)].map((at) => refused(at, 100 + (at % 8)));
  assert.deepEqual(await findings(context, some.join('\n')), []);
});

/** Readers who come back to a site, most of them to the same pages, and one to many that nobody else reads. */
const readers = (answer: Partial<Hit>): Hit[] =>
  [...range(280)].map((n) => {
    const reader = n < 200 ? Math.floor(n / 10) : 20;
    const page = n < 200 ? (7 * reader + n) % 40 : n;
    const target = `/${'qwertzuiop'[page % 10]}${'asdfgh'[Math.floor(page / 10) % 6]}${'yxcvb'[Math.floor(page / 60)]}-story`;
    return { at: START + 9 * n, source: `203.0.113.${reader + 1}`, target, ...answer };
  });

test('pages that their reader has kept are there, though he is told the same of all', async (context) => {
  for (const bytes of [0, 211]) assert.deepEqual(await findings(context, logOf(readers({ status: 304, bytes }))), []);
  assert.equal((await findings(context, logOf(readers({ bytes: 211 })))).length, 1);
});

/** Twenty people who read forty pages, and later somebody who asks for 80 names of his own, each answered so. */
const amid = (bytesOf: (n: number) => number, answer: Partial<Hit>): Hit[] => [
  ...readers({})
    .slice(0, 200)
    .map((hit, n) => ({ ...hit, bytes: bytesOf(n) })),
  ...[...range(80)].map((n): Hit => ({ at: START + 2000 + n, source: GUESSER, target: nameOf(n), ...answer })),
];

const pages = (n: number): number => 3000 + 37 * n;

test('an empty page for everything is given to nobody; one that is only looked for has no size', async (context) => {
  const empty = { status: 200, bytes: 0 };
  const [scan] = await findings(context, logOf(amid(pages, empty)));
  assert.equal(scan.source?.address, GUESSER);
  assert.deepEqual(await findings(context, logOf(amid(pages, { ...empty, verb: 'HEAD' }))), []);
});

test('where every name gets one page, it is unmodified under every name; where pages differ their reader has kept them', async (context) => {
  const kept = { status: 304, bytes: 0 };
  const [scan] = await findings(context, logOf(amid(() => 1432, kept)));
  assert.equal(scan.source?.address, GUESSER);
  assert.deepEqual(await findings(context, logOf(amid(pages, kept))), []);
});

/** The same, each page by way of a redirection that is the same for all; behind it stand pages of these sizes. */
const sent = (bytesOf: (at: number) => number): Hit[] =>
  readers({ status: 301, bytes: 178 }).flatMap((hit) => [
    hit,
    { ...hit, at: hit.at + 1, status: 200, bytes: bytesOf(hit.at) },
  ]);

test('who is sent on to pages of their own was given them; who is sent to one page for all guessed', async (context) => {
  assert.deepEqual(await findings(context, logOf(sent((at) => 3000 + ((37 * at) % 4999)))), []);
  assert.equal((await findings(context, logOf(sent(() => 4000)))).length, 1);
});

/** A log in JSON that tells no sizes. */
const unsized = (hits: readonly Hit[]): string =>
  hits
    .map(({ at, source, target, status = 200 }) => {
      const time = new Date(at * 1000).toISOString();
      return `${JSON.stringify({ time, remote_addr: source, request: `GET ${target} HTTP/1.1`, status })}\n`;
    })
    .join('');

test('where sizes are not told pages are not alike; what is not there is missed all the same', async (context) => {
  assert.deepEqual(await findings(context, unsized(readers({}))), []);
  const gone = readers({}).map((hit, n): Hit => ({ ...hit, status: n < 200 ? 200 : 404 }));
  assert.equal((await findings(context, unsized(gone))).length, 1);
});

/** A word of its own for each number below 80. */
const nameOf = (n: number): string => `/${'qwertzuiop'[n % 10]}${'asdfghjk'[Math.floor(n / 10)]}lager`;

/** What a server says of everything. */
const SAID: readonly Partial<Hit>[] = [
  { status: 301, bytes: 162 },
  { status: 200, bytes: 5121 },
  ...[400, 401, 403, 405, 409, 418, 429, 451, 499, 502].map((status) => ({ status, bytes: 170 })),
];

test('who guesses before anybody else has come is found, whatever the server says of everything', async (context) => {
  for (const said of SAID) {
    const guess = (n: number): Hit => ({ ...said, at: START - 100 + n, source: GUESSER, target: nameOf(n) });
    const first = [...range(60)].map(guess);
    const rest = visitors(40).map((hit): Hit => ({ ...hit, ...said }));
    const [scan, ...others] = await findings(context, logOf([...first, ...rest]));
    assert.deepEqual([scan?.source?.address, scan?.techniques, others], [GUESSER, ['T1595.003'], []], `${said.status}`);
  }
});

test('who reads first what others read later is a reader, though all get the same', async (context) => {
  for (const said of SAID) {
    const pages = [...range(60)].map(nameOf);
    const first = pages.map((target, n): Hit => ({ ...said, at: START - 100 + n, source: GUESSER, target }));
    const rest = pages.map((target, n): Hit => ({ ...said, at: START + n, source: `203.0.113.${n % 20}`, target }));
    assert.deepEqual(await findings(context, logOf([...first, ...rest])), [], `${said.status}`);
  }
});

test('a program that shows who it is when it is asked is given its files', async (context) => {
  const files = [...range(80)].flatMap((n): Hit[] => {
    const file = { source: GUESSER, target: nameOf(n), agent: 'curl/8.5.0' };
    const at = START + 2 * n;
    return [
      { ...file, at, status: 401, bytes: 179 },
      { ...file, at: at + 1, bytes: 900 + 7 * n },
    ];
  });
  assert.deepEqual(await findings(context, logOf([...visitors(40), ...files])), []);
});

test('a few pages that are there do not hide the many guesses among them', async (context) => {
  const guesses = [...range(80)].map((n): Hit => {
    const isPage = n < 24 && n % 8 === 3;
    return { at: START + n, source: GUESSER, target: nameOf(n), bytes: isPage ? 700 + 13 * n : 5121 };
  });
  const others = [...range(3)].map((n) => ({ at: START, source: '203.0.113.9', target: nameOf(8 * n + 3) }));
  assert.equal((await findings(context, logOf([...visitors(40), ...others, ...guesses]))).length, 1);
});
