import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Finding } from '../../src/finding/finding.ts';
import { text } from '../../src/output/text.ts';
import { cellsOf } from '../../src/output/printable.ts';
import { exampleCampaign, exampleFinding, exampleSummary } from '../finding/example.ts';
import { rendered } from './render.ts';

/** `UPDATE_GOLDEN=1 node --test test/output` writes the pages anew; look at them before they are kept. */
function golden(name: string, got: string): void {
  const file = new URL(`golden/${name}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, got);
  assert.equal(got, readFileSync(file, 'utf8'));
}

const anomaly = exampleFinding({
  id: '77aa01020304',
  kind: 'anomaly',
  techniques: ['T1595'],
  shape: null,
  order: null,
  tool: null,
  learned: [],
  methods: ['tcp-odd'],
});
const v6 = exampleFinding({
  id: '60aa01020304',
  source: { address: '2001:db8:bad:1234:5678:9abc:def0:1234', asn: 64500, proven: false },
  caveats: ['the address was never proven by a handshake, and could be forged', 'replies were not captured'],
  followedBy: [
    {
      technique: 'T1110',
      at: '2026-11-21T22:40:00.000000Z',
      source: '198.18.10.12',
      target: '203.0.113.10 tcp/22',
      gapSeconds: 324,
      bits: 14.2,
      reason: 'same /24',
    },
  ],
});
const all = [exampleFinding(), v6, anomaly, exampleCampaign()];

for (const columns of [80, 120])
  test(`the page at ${columns} columns`, async () => {
    const page = await rendered(text, all, exampleSummary({ findings: 4 }), { columns });
    golden(`text-${columns}.txt`, page);
    for (const line of page.split('\n')) assert.ok(cellsOf(line) <= columns, line);
  });

test('at 40 columns nothing is wider', async () => {
  const page = await rendered(text, all, exampleSummary(), { columns: 40 });
  const wide = page.split('\n').filter((line) => cellsOf(line) > 40 && !line.includes('vedette '));
  assert.deepEqual(wide, []);
});

test('colours change nothing but the colours', async () => {
  const plain = await rendered(text, all, exampleSummary());
  const coloured = await rendered(text, all, exampleSummary(), { colours: true });
  assert.notEqual(coloured, plain);
  assert.equal(coloured.replace(/\x1b\[\d+m/g, ''), plain);
});

test('nothing found is said, and what to try', async () => {
  const page = await rendered(text, [], exampleSummary({ findings: 0, span: null }));
  assert.match(page, /No scan: no account reached the bar/);
  assert.match(page, /--bar/);
});

test('a user that was confirmed is named', async () => {
  const learned = [{ ...exampleFinding().learned[0], address: 'gate', host: 'gate', user: 'backup' }];
  const page = await rendered(text, [exampleFinding({ learned })], exampleSummary());
  assert.match(page, /1 user: gate user "backup"/);
});

test('a path that is forbidden is no open port', async () => {
  const port = exampleFinding().learned[0];
  const learned = [port, { ...port, path: '/cgi-bin/', status: 403 }, { ...port, path: '/docs', status: 301 }];
  const page = await rendered(text, [exampleFinding({ learned })], exampleSummary());
  assert.match(page, / learned {3}1 open, 2 paths: /);
});

test('the list that is guessed from is named, with how far it has come and what comes next', async () => {
  const page = async (wordlist: Finding['wordlist'], shape: Finding['shape'] = null): Promise<string> =>
    rendered(text, [exampleFinding({ wordlist, shape })], exampleSummary(), { columns: 120 });
  const known = { name: 'common.txt', from: 1, to: 90, of: 4600, next: ['admin', 'back\nup'] };
  assert.match(
    await page(known),
    / list {6}common\.txt, words 1 to 90 of 4,600; next would come "admin", "back\\x0aup"\n/,
  );
  assert.match(await page({ ...known, next: [] }), / list {6}common\.txt, words 1 to 90 of 4,600\n/);
  assert.doesNotMatch(await page({ ...known, name: 'undecided' }), / list {6}/);
  assert.match(await page({ ...known, name: 'undecided' }, 'wordlist'), / list {6}undecided: no known list leads\n/);
  assert.doesNotMatch(await page(null), / list {6}/);
});

test('what has no ports is not counted in ports', async () => {
  const services = (protocol: string, port: number): Finding['services'] => [{ protocol, port, probes: 2619 }];
  for (const [methods, service, words] of [
    [['icmp-echo', 'icmp-mask'], services('icmp', 8), /to 256 addresses in 3.9 s, 672\/s; icmp\/8 \(2,619\)/],
    [['arp'], services('arp', 0), /to 256 addresses in 3.9 s, 672\/s; arp \(2,619\)/],
    [['ip-protocol'], services('ip-47', 47), /to 256 addresses, 100 protocols in 3.9 s, 672\/s; ip-47 \(2,619\)/],
    [['ip-protocol', 'udp'], services('udp', 53), /to 256 addresses, 100 services in 3.9 s, 672\/s; udp\/53 \(2,619\)/],
    [['tcp-syn', 'udp'], services('udp', 53), /to 256 addresses, 100 ports in 3.9 s, 672\/s; udp\/53 \(2,619\)/],
  ] as const) {
    const finding = exampleFinding({ methods: [...methods], services: [...service], shape: 'port-scan' });
    const page = await rendered(text, [finding], exampleSummary(), { columns: 120 });
    assert.match(page, words);
    assert.equal(/ protocol scan by ip-protocol in /.test(page), methods.join() === 'ip-protocol');
  }
});

test('where nobody was seen to do anything, it is not said that nobody scanned', async () => {
  const page = await rendered(text, [], exampleSummary({ findings: 0, span: null, contacts: 0, sources: 0 }));
  assert.match(page, /Nothing to judge/);
  assert.doesNotMatch(page, /No scan|--bar/);
  assert.match(page, /vedette formats/);
});

test('a finding takes few lines', async () => {
  const lines = (await rendered(text, [exampleFinding()], exampleSummary())).split('\n');
  const start = lines.findIndex((line) => line.startsWith('scan  '));
  assert.ok(lines.indexOf('', start) - start <= 11);
});

test('of many findings the first are shown, and how to see the others', async () => {
  const many = Array.from({ length: 65 }, (_, at) => exampleFinding({ id: `a${String(at).padStart(11, '0')}` }));
  const page = await rendered(text, many, exampleSummary());
  assert.equal(page.match(/^scan {2}/gm)?.length, 20);
  assert.match(page, /and 45 more: --all, or --format ndjson/);
  const whole = await rendered(text, many, exampleSummary(), { limit: Number.POSITIVE_INFINITY });
  assert.equal(whole.match(/^scan {2}/gm)?.length, 65);
});

test('records that were not used are named', async () => {
  const page = await rendered(text, [], exampleSummary());
  assert.match(page, /not used: 4 malformed \(ip-header-cut 3, tcp-header-cut 1\)/);
});
