import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding, Summary, Trace } from '../../src/finding/finding.ts';
import { html } from '../../src/output/html.ts';
import { exampleCampaign, exampleFinding, exampleSummary } from '../finding/example.ts';
import { withTexts } from '../finding/payloads.ts';
import { HOSTILE } from './html/hostile.ts';
import { type Element, elementsOf } from './html/markup.ts';
import { rendered } from './render.ts';

const trace: Trace = {
  opened: '2026-11-21T22:34:33.000000Z',
  addresses: Array.from({ length: 40 }, (_, at) => `203.0.113.${at}`),
  visits: Array.from({ length: 80 }, (_, at) => [at * 1000, at % 40, 20 + (at % 7), at % 3 === 0 ? 0 : 1]),
  asks: Array.from({ length: 30 }, (_, at) => [at * 1000, at, at % 2]),
};

/** Everything that a finding can have. */
const full = (over: Partial<Finding> = {}): Finding => {
  const base = exampleFinding();
  return exampleFinding({
    trace,
    account: base.account.map((row) => ({
      ...row,
      evidence: [3, 5, 9, 14].map((record, at) => ({
        input: 'a.pcap',
        record,
        time: `2026-11-21T22:34:3${at + 2}.700000Z`,
        bits: 4 * (at + 1),
      })),
    })),
    wordlist: { name: 'common.txt', from: 1, to: 90, of: 4600, next: ['admin', 'backup'] },
    learned: [
      ...base.learned,
      {
        address: '',
        protocol: 'tcp',
        state: 'open',
        service: 'http',
        host: 'www.example.org',
        path: '/.env',
        user: 'root',
        status: 200,
        bytes: 49,
        at: '2026-11-21T22:34:33.000000Z',
        firstTime: true,
      },
    ],
    followedBy: [
      {
        technique: 'T1110',
        at: '2026-11-21T22:40:00.000000Z',
        source: '198.18.10.12',
        target: '203.0.113.10 tcp/22',
        gapSeconds: 324,
        bits: 14.2,
        reason: '198.18.10.11 came back',
      },
    ],
    related: [{ technique: 'T1046', why: '198.18.10.11 started nmap' }],
    caveats: ['the address could be forged'],
    ...over,
  });
};

const anomaly = full({ id: '77aa01020304', kind: 'anomaly', shape: null, tool: null });
const intrusion = full({ id: 'intrusion-1', kind: 'intrusion', shape: null });
const all = [full(), intrusion, exampleCampaign({ trace }), anomaly];

const page = (findings: readonly Finding[], summary: Summary = exampleSummary()): Promise<string> =>
  rendered(html, findings, summary);

const ELEMENTS = new Set(
  'html head meta title style body header main nav section article figure figcaption div span p b i q br wbr code a h1 h2 h3 ul ol li dl dt dd table thead tbody tr th td details summary svg desc path line rect circle text'.split(
    ' ',
  ),
);
const SAFE: Readonly<Record<string, RegExp>> = {
  href: /^#[a-z0-9]+$/,
  id: /^[a-z0-9]+$/,
  class: /^[a-z0-9 -]+$/,
  style: /^--part:\d{1,3}%$/,
  d: /^[MLh\d .-]*$/,
  viewBox: /^[\d .-]+$/,
  content:
    /^(?:width=device-width, initial-scale=1|light dark|no-referrer|default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none')$/,
};
const PLAIN = new Set(
  'lang charset http-equiv name scope colspan width height role preserveAspectRatio text-anchor x y x1 x2 y1 y2 cx cy r rx aria-label'.split(
    ' ',
  ),
);

function assertSafe(elements: readonly Element[], why: string): void {
  for (const { name, attributes } of elements) {
    assert.ok(ELEMENTS.has(name), `<${name}> of ${why}`);
    for (const [key, value] of attributes) {
      if (SAFE[key]) assert.match(value, SAFE[key], `${name} ${key} of ${why}`);
      else assert.ok(PLAIN.has(key) && /^[\w .,%-]*$/.test(value), `${name} ${key}="${value}" of ${why}`);
    }
  }
}

const LINKS = /https?:\/\/|javascript:|vbscript:|data:text|<script/i;

/** The page without what is written in it by this project itself. */
const without = (written: string): string => written.replace(/<style>[^<]*<\/style>/, '');

test(`${HOSTILE.length} hostile texts in every field at once make no element, no attribute and no link`, async () => {
  assert.equal(HOSTILE.length, 1000);
  const kinds = ['scan', 'intrusion', 'campaign', 'anomaly'] as const;
  const { members = [] } = exampleCampaign();
  for (const [nth, text] of HOSTILE.entries()) {
    const attacked = withTexts([full({ kind: kinds[nth % 4], members })], (own, path) =>
      path.endsWith('.kind') || path.endsWith('.state') ? own : text,
    );
    const written = await page(
      attacked,
      withTexts(exampleSummary(), () => text),
    );
    assertSafe(elementsOf(written), JSON.stringify(text));
    assert.doesNotMatch(without(written), LINKS, JSON.stringify(text));
  }
});

test('a hostile text in one field after the other does not either', async () => {
  const paths: string[] = [];
  const one = [full({ members: exampleCampaign().members?.slice(0, 2) ?? [] })];
  withTexts(one, (text, path) => (paths.push(path), text));
  const chosen = HOSTILE.filter((_, at) => at % 97 === 5);
  for (const [nth, path] of paths.entries()) {
    const text = chosen[nth % chosen.length];
    const written = await page(withTexts(one, (own, at) => (at === path ? text : own)));
    assertSafe(elementsOf(written), `${path} ${JSON.stringify(text)}`);
    assert.doesNotMatch(without(written), LINKS, `${path} ${JSON.stringify(text)}`);
  }
});

test('the page forbids scripts and anything from elsewhere, before it says anything', async () => {
  const written = await page(all);
  const policy = written.indexOf('Content-Security-Policy');
  assert.ok(policy > 0 && policy < written.indexOf('<title'));
  assert.match(written, /content="default-src 'none'; style-src 'unsafe-inline'; img-src data:;/);
  assert.doesNotMatch(written, /\ssrc=|<link|url\(|@import/);
});

test('the same findings are the same page, however long the run took', async () => {
  const once = await page(all);
  assert.equal(await page(all, exampleSummary({ seconds: 99 })), once);
});

test('headings go down one level at a time, pictures are told in words, links lead somewhere', async () => {
  const elements = elementsOf(await page(all));
  const levels = elements.filter(({ name }) => /^h\d$/.test(name)).map(({ name }) => Number(name[1]));
  assert.equal(levels.filter((level) => level === 1).length, 1);
  levels.forEach((level, at) => assert.ok(at === 0 ? level === 1 : level <= levels[at - 1] + 1));
  const pictures = elements.filter(({ name }) => name === 'svg');
  assert.ok(pictures.length > 6);
  assert.equal(
    elements.filter(({ name, inside }) => name === 'desc' && inside.at(-1) === 'svg').length,
    pictures.length,
  );
  assert.ok(
    elements.filter(({ name, inside }) => name === 'title' && inside.at(-1) === 'svg').length >= pictures.length,
  );
  const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? []);
  assert.equal(new Set(ids).size, ids.length);
  for (const { attributes } of elements) {
    const to = attributes.get('href');
    if (to !== undefined) assert.ok(ids.includes(to.slice(1)), to);
  }
  assert.equal(elements[0].attributes.get('lang'), 'en');
});

test('what a person needs is in it', async () => {
  const written = await page(all);
  for (const words of [
    '198.18.10[.]11',
    'T1595.001 Scanning IP Blocks',
    'SSH-2.0-OpenSSH_9.2',
    'Close what nobody uses.',
    'the pace would need 71.6 Mpps',
    'outage: the targets answer others',
    'common.txt',
    'Timeline of the findings',
    'Addresses over time',
    'Ports over time',
    'Order of first visits',
    'Account and bar',
    'Map of 203.0.113.0/24',
    'backscatter of an attack',
    'Nearest to the bar',
    'about once in 1,048,576',
    'the address could be forged',
    'Brute Force',
  ])
    assert.ok(written.includes(words), words);
  assert.doesNotMatch(written, /198\.18\.10\.1[12](?!\d)/, 'sources are broken');
});

test('commands can be copied, yet no link stands in the page', async () => {
  const verify = 'curl -sgIk http://203.0.113.10/.env  # expect 404';
  const [advice] = exampleFinding().advice;
  const written = await page([full({ advice: [{ ...advice, verify }] })]);
  assert.ok(written.includes('curl -sgIk http:<wbr>//203.0.113.10/.env'));
});

test('background, what is told together, and clocks that differ are said', async () => {
  const { noise } = exampleSummary();
  const written = await page(
    all,
    exampleSummary({
      noise: {
        ...noise,
        newServices: [{ protocol: 'tcp', port: 7777, probes: 4 }],
        tools: [{ name: 'zmap', findings: 3 }],
        knownScanners: { findings: 2, share: 0.25 },
      },
      digest: [{ what: 'masscan', hour: '2026-11-21T22:00:00.000000Z', findings: 30, sources: 28, ports: ['tcp/23'] }],
      findingsPerDay: { findings: 120, notifications: 4 },
      clocks: [{ input: 'a.pcap', other: 'b.log', aheadSeconds: -90, pairs: 12 }],
    }),
  );
  for (const words of [
    'tcp/7777',
    'zmap (3)',
    '2 findings of known scanners, 25 %',
    'masscan',
    '120 findings a day',
    'The clock of b.log is 1 min 30 s behind',
  ])
    assert.ok(written.includes(words), words);
});

test('nothing found is said', async () => {
  const written = await page([], exampleSummary({ findings: 0, span: null }));
  elementsOf(written);
  assert.match(written, /No scan: no account reached the bar/);
  assert.doesNotMatch(written, /NaN|undefined|Infinity/);
});

test('numbers out of their range are no harm', async () => {
  const odd = full({
    bits: 1e9,
    rate: 1e12,
    triage: { ...exampleFinding().triage, priority: 900 },
  });
  const written = await page([odd, exampleCampaign({ members: [], memberCount: 0 })]);
  assertSafe(elementsOf(written), 'odd numbers');
  assert.doesNotMatch(written, /NaN|Infinity|undefined/);
});

test('of thousands of findings the page stays under 2 MiB, and says how many there are', async () => {
  const long = 'x'.repeat(3000);
  const fat = full({
    learned: Array.from({ length: 60 }, (_, at) => ({ ...exampleFinding().learned[0], port: at, banner: long })),
    caveats: Array.from({ length: 50 }, (_, at) => `${at} ${long}`),
    advice: Array.from({ length: 20 }, (_, at) => ({
      ...exampleFinding().advice[0],
      target: `${at} ${long}`,
      why: `${at}`,
    })),
  });
  const written = await page(Array.from({ length: 5000 }, () => fat));
  assert.ok(Buffer.byteLength(written) < 2 * 1024 * 1024, `${Buffer.byteLength(written)} bytes`);
  const elements = elementsOf(written);
  const cards = elements.filter(({ name }) => name === 'article').length;
  assert.ok(cards >= 10 && cards <= 100, String(cards));
  const rows = await page(Array.from({ length: 5000 }, () => exampleFinding()));
  assert.equal(elementsOf(rows).filter(({ name }) => name === 'article').length, 100);
  assert.match(rows, /4,900 more findings/);
  assert.match(rows, /and 3,900 more/);
});
