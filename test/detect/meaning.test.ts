import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { run } from '../../src/engine/run.ts';
import { scratch } from '../input/scratch.ts';
import { range } from '../support/contacts.ts';
import { type Hit, logOf, START, visitors } from '../support/weblog.ts';

const SOURCE = '192.0.2.66';

/** The source's bits, when it asked one page that is there for these, and other people read the site. */
async function bitsOf(context: TestContext, targets: readonly string[]): Promise<number> {
  const path = join(scratch(context), 'access.log');
  const hits = targets.map((target, at) => ({ at: START + 9 * at, source: SOURCE, target, bytes: 3200 + at }));
  writeFileSync(path, logOf([...visitors(40), ...hits]));
  const { findings, summary } = await run({ paths: [path], workers: 1, home: [], falsePerDay: 1 });
  const found = findings.find(({ source }) => source?.address === SOURCE);
  return found?.bits ?? summary.nearest.find(({ source }) => source === SOURCE)?.bits ?? 0;
}

const SPLICED = [
  '1%20AND%201=1',
  '1%20AND%201=2',
  '1%20ORDER%20BY%205--',
  '-1%20UNION%20SELECT%201,2',
  '1;SELECT%20pg_sleep(5)',
];
const WHOLE = [
  'SELECT%20*%20FROM%20a',
  'SELECT%20count(*)%20FROM%20b',
  'SELECT%20*%20FROM%20c,d',
  'SELECT%20*%20FROM%20dual',
];

test('a number that is carried on as SQL counts again on one page, however it is answered', async (context) => {
  const bits = await bitsOf(
    context,
    SPLICED.map((value) => `/item.php?id=${value}`),
  );
  assert.ok(bits > 16, `${bits} bits`);
});

test('whole statements count once where one page is sent them all, and is there', async (context) => {
  const once = await bitsOf(context, [`/query?sql=${WHOLE[0]}`]);
  const often = await bitsOf(
    context,
    WHOLE.map((value) => `/query?sql=${value}`),
  );
  assert.ok(once > 5 && once < 20, `${once} bits`);
  assert.ok(Math.abs(often - once) <= 2, `${often} bits for many, ${once} for one`);
});

test("a URL of a cloud's metadata as a value is nearly enough alone, an address in a search is not", async (context) => {
  assert.ok((await bitsOf(context, ['/fetch?url=http://169.254.169.254/latest/'])) > 16);
  assert.ok((await bitsOf(context, ['/search?q=169.254.169.254'])) < 10);
});

/** The bits of who asks twice for the same statement, when others, each once, have spelt paths and named browsers oddly between. */
async function bitsAfter(context: TestContext, others: number): Promise<number> {
  const path = join(scratch(context), 'access.log');
  const statement: Hit = { at: START, source: SOURCE, target: `/query?sql=${WHOLE[0]}`, bytes: 3200 };
  const agent = 'Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0';
  const crowd = [...range(2 * others)].map((n): Hit => {
    const source = `198.18.${(n >> 9) & 255}.${(n >> 1) & 255}`;
    return { at: START + 8000 + n / 10, source, target: n % 2 === 0 ? '/' : '/news//today', bytes: 3200, agent };
  });
  writeFileSync(path, logOf([...visitors(40), statement, ...crowd, { ...statement, at: START + 20_000 }]));
  const { summary } = await run({ paths: [path], workers: 1, home: [], falsePerDay: 1 });
  return summary.nearest.find(({ source }) => source === SOURCE)?.bits ?? 0;
}

test('what a source was charged for is not charged again, however much others have said since', async (context) => {
  const bits = await bitsAfter(context, 17_000);
  assert.ok(bits > 5 && bits === (await bitsAfter(context, 10)), `${bits} bits`);
});

/** The bits of who asks for a file in each of 20 folders, which is not there, and gets each folder. */
async function bitsBeside(context: TestContext, verb: string, file: string): Promise<number> {
  const path = join(scratch(context), 'access.log');
  const agent = 'WebDAVFS/3.0.0 (03008000) Darwin/22.6.0 (x86_64)';
  const hits = [...range(20)].flatMap((n): Hit[] => [
    { at: START + 9 * n, source: SOURCE, target: `/dav/plan${n}/${file}`, status: 404, bytes: 0, verb, agent },
    { at: START + 9 * n + 2, source: SOURCE, target: `/dav/plan${n}/`, status: 207, bytes: 2000 + 31 * n, verb, agent },
  ]);
  writeFileSync(path, logOf([...visitors(40), ...hits]));
  const { findings, summary } = await run({ paths: [path], workers: 1, home: [], falsePerDay: 1 });
  const found = findings.find(({ source }) => source?.address === SOURCE);
  return found?.bits ?? summary.nearest.find(({ source }) => source === SOURCE)?.bits ?? 0;
}

test('a desktop that shows a folder looks for what it keeps beside files; whoever fetches that does not', async (context) => {
  assert.ok((await bitsBeside(context, 'PROPFIND', '.DS_Store')) < 5);
  assert.ok((await bitsBeside(context, 'GET', '.DS_Store')) > 20);
});

/** The bits of who asks for these, none of which is there, led by a page that it was given. */
async function bitsOfMissing(context: TestContext, targets: readonly string[]): Promise<number> {
  const path = join(scratch(context), 'access.log');
  const page: Hit = { at: START + 500, source: SOURCE, target: '/about.html', bytes: 4100 };
  const referer = 'http://www.example.org/about.html';
  const hits = targets.map((target) => ({ ...page, at: START + 501, target, status: 404, bytes: 150, referer }));
  writeFileSync(path, logOf([...visitors(40), page, ...hits]));
  const { findings, summary } = await run({ paths: [path], workers: 1, home: [], falsePerDay: 1 });
  const found = findings.find(({ source }) => source?.address === SOURCE);
  return found?.bits ?? summary.nearest.find(({ source }) => source === SOURCE)?.bits ?? 0;
}

test('a product that is gone is gone with all that its users ask for; one product after the other is guessed', async (context) => {
  for (const product of ['ckfinder/userfiles', 'geoserver/roads', 'jenkins/job', 'solr/parts'])
    assert.ok(
      (await bitsOfMissing(
        context,
        [...range(20)].map((n) => `/${product}/${n}${'abcde'[n % 5]}`),
      )) < 7,
      product,
    );
  const products = 'jenkins kibana grafana nagios zabbix cacti citrix horde confluence gitlab gitea minio'.split(' ');
  assert.ok(
    (await bitsOfMissing(
      context,
      products.map((product) => `/${product}/`),
    )) > 20,
  );
});
