import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../src/record/address.ts';
import type { Gone } from '../../src/record/gone.ts';
import { explainGone } from '../../src/triage/gone.ts';

const GONE: Gone = {
  target: parseAddress('192.0.2.80') as Uint32Array,
  protocol: 6,
  port: 443,
  sources: 30,
  engaged: 30,
  wasOpen: true,
  first: [parseAddress('203.0.113.9') as Uint32Array],
  tries: 90,
  share: 1,
};
const reading = (over: Partial<Gone>): string | undefined => explainGone({ ...GONE, ...over })?.what;

test('clients that meet nobody: an outage when it answered before, else a stale name', () => {
  assert.equal(reading({}), 'outage');
  assert.equal(reading({ wasOpen: false }), 'stale name or dead service');
});

test('peers come to one chosen port of one host; scanners to ports that everybody scans, or to many hosts', () => {
  const peers = { engaged: 0, wasOpen: false, port: 6881, tries: 30 };
  assert.match(reading(peers) ?? '', /peer-to-peer/);
  assert.equal(reading({ ...peers, share: 0.1 }), undefined);
  assert.equal(reading({ ...peers, port: 8080 }), undefined);
  assert.equal(reading({ ...peers, port: 23 }), undefined);
});

test('strangers who come again and again, all to one target, were told a name', () => {
  const strangers = { engaged: 0, port: 443 };
  assert.equal(reading({ ...strangers, wasOpen: false }), 'stale name or dead service');
  assert.equal(reading(strangers), 'outage', 'it answered before');
  assert.equal(reading({ ...strangers, tries: 60 }), undefined, 'twice each: they may scan');
  assert.equal(reading({ ...strangers, share: 0.3 }), undefined, 'others are missed as well');
});

test('the line names the first who came, the target, and how many there were', () => {
  const line = explainGone(GONE);
  assert.equal(line?.source, '203.0.113.9');
  assert.equal(line?.probes, 30);
  assert.match(line?.because ?? '', /30 sources missed 192\.0\.2\.80 tcp\/443/);
});
