import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Finding, Trace } from '../../../src/finding/finding.ts';
import { addressKey, ipv4Network, ipv4Of, ipv4Text } from '../../../src/output/html/address.ts';
import { coursesOf } from '../../../src/output/html/plots/course.ts';
import { growthOf } from '../../../src/output/html/plots/growth.ts';
import { networksOf, placeOf, touchedBy } from '../../../src/output/html/plots/hilbert.ts';
import { orderOfVisits } from '../../../src/output/html/plots/order.ts';
import { ticksOf } from '../../../src/output/html/plots/ticks.ts';
import { timeline } from '../../../src/output/html/plots/timeline.ts';
import { STYLE } from '../../../src/output/html/style.ts';
import { timeOf } from '../../../src/finding/time.ts';
import { exampleFinding, exampleSummary } from '../../finding/example.ts';

test('the curve visits every cell once, and each next cell touches the one before', () => {
  for (let order = 1; order <= 6; order += 1) {
    const cells = Array.from({ length: 4 ** order }, (_, at) => placeOf(order, at));
    assert.equal(new Set(cells.map(String)).size, 4 ** order);
    assert.deepEqual(cells[0], [0, 0]);
    for (const [at, [x, y]] of cells.entries()) {
      assert.ok(x >= 0 && y >= 0 && x < 2 ** order && y < 2 ** order);
      if (at > 0) assert.equal(Math.abs(x - cells[at - 1][0]) + Math.abs(y - cells[at - 1][1]), 1);
    }
  }
});

test('addresses are read back, and sort as numbers do', () => {
  fc.assert(fc.property(fc.ipV4(), (text) => assert.equal(ipv4Text(ipv4Of(text) ?? Number.NaN), text)));
  assert.deepEqual(ipv4Network('203.0.113.77/24'), { first: ipv4Of('203.0.113.0'), bits: 24 });
  assert.deepEqual(ipv4Network('0.0.0.0/0'), { first: 0, bits: 0 });
  for (const odd of ['2001:db8::/32', '203.0.113.0/33', '1.2.3/24', '256.1.1.1', 'x', '1.2.3.4/', '1.2.3.4/8/9'])
    assert.equal(ipv4Network(odd), undefined, odd);
  const sorted = [
    '9.0.0.1',
    '10.0.0.1',
    '203.0.113.2',
    '203.0.113.10',
    '2001:db8::2',
    '2001:db8::10',
    '2001:db8:1::',
    'name',
  ];
  assert.deepEqual(
    sorted.toReversed().sort((a, b) => (addressKey(a) < addressKey(b) ? -1 : 1)),
    sorted,
  );
});

test('what was tried and what answered falls into the own network', () => {
  const trace: Trace = { addresses: ['203.0.113.5', '203.0.113.6', '192.0.2.1', '2001:db8::1'], visits: [], asks: [] };
  const touched = touchedBy([
    { finding: exampleFinding({ trace }), rank: 1 },
    { finding: exampleFinding({ trace }), rank: 2 },
  ]);
  const [network, empty] = networksOf(['198.51.100.0/24', '203.0.113.0/24', '2001:db8::/64'], touched);
  assert.equal(network.text, '203.0.113.0/24');
  assert.deepEqual(
    [...network.touched.keys()].map((address) => address & 255).sort((a, b) => a - b),
    [5, 6, 10, 11],
  );
  assert.deepEqual(network.touched.get(ipv4Of('203.0.113.10') ?? 0), { by: new Set([1, 2]), answered: true });
  assert.equal(network.touched.get(ipv4Of('203.0.113.11') ?? 0)?.answered, false, 'closed is no answer');
  assert.equal(empty.touched.size, 0);
});

test('a sweep is a diagonal, by address, by port or by name', () => {
  const addresses = Array.from({ length: 20 }, (_, at) => `203.0.113.${at + 1}`);
  const courses = coursesOf({
    addresses,
    visits: addresses.map((_, at) => [at * 10, at, at + 1, 1]),
    asks: addresses.map((_, at) => [at, at * 3, 0]),
  });
  assert.deepEqual(
    courses.map(({ kind, many }) => [kind, many]),
    [
      ['address', 20],
      ['port', 20],
      ['name', 20],
    ],
  );
  for (const { visits } of courses)
    assert.deepEqual(
      visits.map(({ place }) => place),
      addresses.map((_, at) => at),
    );
  assert.deepEqual(courses[0].ends, ['203.0.113.1', '203.0.113.20']);
  const { html } = orderOfVisits(courses[0], 'sequential');
  const points = [...html.matchAll(/M([\d.]+) ([\d.]+)h0/g)].map(([, x, y]) => [Number(x), Number(y)]);
  assert.equal(points.length, 20);
  for (const [at, [x, y]] of points.entries()) if (at > 0) assert.ok(x > points[at - 1][0] && y < points[at - 1][1]);
});

test('few targets, and places that name none, are not drawn', () => {
  assert.deepEqual(
    coursesOf({
      addresses: ['203.0.113.1'],
      visits: [
        [0, 0, 80, 1],
        [1, -1, 80, 1],
        [2, 7, 80, 1],
      ],
      asks: [],
    }),
    [],
  );
});

/** A finding whose evidence holds these: seconds after the first probe, bits after it. */
function growing(steps: readonly (readonly [number, number])[]): Finding {
  const evidence = steps.map(([seconds, bits], at) => ({
    input: 'a.pcap',
    record: at + 1,
    time: `2026-11-21T22:34:${33 + seconds}.000000Z`,
    bits,
  }));
  return exampleFinding({
    firstSeen: '2026-11-21T22:34:33.000000Z',
    account: [
      { stream: 'misses', bits: 39.2, reason: 'closed', contacts: 9, evidence },
      { stream: 'misses', bits: -2, reason: 'best of 4 streams', contacts: 0, evidence: [] },
    ],
  });
}

const RISING = [
  [1, 6],
  [4, 14],
  [9, 24],
] as const;
const drawn = (steps: readonly (readonly [number, number])[]): string => growthOf(growing(steps))?.html ?? '';

test('the account is drawn over time where time tells it, else as it was weighed', () => {
  assert.match(drawn(RISING), /9\.0 s/);
  assert.match(drawn(RISING.map(([seconds], at) => [seconds, RISING[2 - at][1]])), /as it was weighed/);
  assert.match(drawn(RISING.map(([, bits]) => [0, bits])), /as it was weighed/);
  assert.equal(drawn([[1, 6]]), '');
});

test('the account grows from contact to contact, and crosses the bar with its third', () => {
  const html = drawn(RISING);
  const [, path = ''] = /class="line main" d="([^"]*)"/.exec(html) ?? [];
  const heights = [...path.matchAll(/ ([\d.]+)/g)].map(([, y]) => Number(y));
  assert.equal(heights.length, 4);
  heights.forEach((y, at) => assert.ok(at === 0 || y < heights[at - 1]));
  const bar = Number(/class="line bar" d="M0 ([\d.]+)/.exec(html)?.[1]);
  assert.ok(heights[3] < bar && heights[2] > bar);
});

test('an account that went on after what was kept is drawn to its end; of a campaign nothing is kept', () => {
  const early = RISING.map(([seconds], at) => [seconds, 2 * at] as const);
  const [, rest = ''] = /class="line rest" d="([^"]*)"/.exec(drawn(early)) ?? [];
  const [from, to] = [...rest.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
  const bar = Number(/class="line bar" d="M0 ([\d.]+)/.exec(drawn(early))?.[1]);
  assert.ok(from > bar && to < bar, 'from under the bar to over it');
  assert.equal(growthOf({ ...growing(RISING), kind: 'campaign' }), undefined);
});

test('ticks are round, few and within', () => {
  const from = timeOf('2026-11-21T22:34:32.694069Z');
  for (const seconds of [0.5, 4, 60, 3600, 86_400, 7 * 86_400, 3e7, 1e9]) {
    const ticks = ticksOf(from, from + seconds * 1e6);
    assert.ok(ticks.length <= 7, `${seconds} s`);
    if (seconds >= 4) assert.ok(ticks.length >= 2, `${seconds} s`);
    for (const { time } of ticks) assert.ok(time >= from && time <= from + seconds * 1e6);
  }
});

test('the timeline has a bar for the first findings and says how many more there are', () => {
  const many = Array.from({ length: 70 }, (_, at) => ({ finding: exampleFinding(), rank: at + 1 }));
  const { html = '' } = timeline(many, exampleSummary()) ?? {};
  assert.equal(html.match(/class="span/g)?.length, 30);
  assert.match(html, /and 40 more/);
  assert.equal(
    timeline([{ finding: exampleFinding({ firstSeen: 'x', lastSeen: 'y' }), rank: 1 }], exampleSummary()),
    undefined,
  );
});

/** Contrast of two colours: WCAG 2.2, "contrast ratio" and "relative luminance". */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const full = colour.length === 4 ? colour.replace(/[\da-f]/gi, '$&$&') : colour;
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(full.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

test('every text can be told from what is behind it, in light and in dark', () => {
  const themes = STYLE.split('@media screen and (prefers-color-scheme:dark)').slice(0, 2);
  assert.equal(themes.length, 2);
  for (const theme of themes) {
    const colours = new Map(
      [...theme.matchAll(/--([\w-]+):(#[\da-f]{3,6})\b/gi)].reverse().map(([, name, colour]) => [name, colour]),
    );
    for (const ink of [
      'ink',
      'dim',
      'accent',
      'intrusion',
      'targeted',
      'localised',
      'background',
      'known',
      'innocent',
      'anomaly',
    ])
      for (const paper of ['card', 'bg', 'soft'])
        assert.ok(
          contrast(colours.get(ink) ?? '', colours.get(paper) ?? '') >= 4.5,
          `${ink} on ${paper}: ${contrast(colours.get(ink) ?? '', colours.get(paper) ?? '').toFixed(2)}`,
        );
  }
});
