import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explanation } from '../../src/cli/account.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { painter } from '../../src/output/layout.ts';
import { cellsOf } from '../../src/output/printable.ts';
import { exampleCampaign, exampleFinding } from '../finding/example.ts';
import { HARMFUL, PAYLOADS, withTexts } from '../finding/payloads.ts';

const page = (columns: number): Parameters<typeof explanation>[0] => ({ columns, paint: painter(false) });
const cited = [
  { input: 'a.pcap', record: 3, words: '22:34:32.694069  192.0.2.1:5 → 203.0.113.1:23  tcp SYN', reasons: [] },
];

test('every part of the account is there', () => {
  const text = explanation(page(100), exampleFinding(), cited, []).join('\n');
  for (const part of [
    /identical to the stored one/,
    /misses {2}37\.2 bits \(decides\)/,
    /34\.0 {6}34\.0 {2}closed port of a host that answers \(7 contacts\): #3 #5/,
    /-2\.0 {6}37\.2 {2}best of 4 streams/,
    /order {2}11\.3 bits \(not counted/,
    /add up to 37\.2; the bar is 20\.0/,
    /#3 {8}22:34:32\.694069/,
    /outage: the targets answer others/,
    /With at most 4 of its 9 misses, it would not be a finding/,
    /Without the stream misses, order would decide with 9\.3 bits: no finding/,
    /DET0817 \/ AN1949/,
  ])
    assert.match(text, part);
});

test('what differs from the stored verdict is named', () => {
  const differing = [{ key: 'probes', stored: '7', computed: '8' }];
  assert.match(explanation(page(80), exampleFinding(), [], differing).join('\n'), /probes: was 7, is 8/);
  assert.match(explanation(page(80), exampleFinding(), [], undefined).join('\n'), /no stored one/);
});

test('rows that do not add up are not passed over', () => {
  assert.match(explanation(page(80), exampleFinding({ bits: 99 }), [], []).join('\n'), /do not add up to 99\.0/);
});

for (const columns of [40, 80, 120])
  test(`nothing is wider than ${columns} columns`, () => {
    for (const finding of [exampleFinding(), exampleCampaign()])
      for (const line of explanation(page(columns), finding, cited, [])) assert.ok(cellsOf(line) <= columns, line);
  });

test('payloads in every field leave nothing raw', () => {
  for (const payload of PAYLOADS) {
    const attacked: Finding = withTexts(exampleFinding(), (text, path) =>
      path.endsWith('stream') || path === '.decidedBy' ? text : payload,
    );
    const packets = [{ input: payload, record: 1, words: payload, reasons: [payload] }];
    const differing = [{ key: payload, stored: payload, computed: payload }];
    for (const line of explanation(page(80), attacked, packets, differing))
      assert.doesNotMatch(line, new RegExp(`${HARMFUL.source}|\\n`, 'u'), JSON.stringify(payload));
  }
});
