import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/finding/finding.ts';
import { Method, Outcome, Proof } from '../../src/record/contact.ts';
import { mix } from '../../src/table/hash.ts';
import { type ContactSpec, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const HERE = 0xc0000200;
/** Sources of unrelated networks. */
const source = (n: number): number => (0x14000000 + n * 0x10203) >>> 0;

/** Each of `sources` draws `each` addresses of ours by itself, an hour between two probes of one. */
const drawing = (sources: number, each: number, rest: Partial<ContactSpec> = {}): ContactSpec[] =>
  [...range(sources * each)].map((n) => ({
    from: source(n % sources),
    to: HERE + (mix(9, n) % 256),
    port: 5555,
    at: n * 60,
    ...rest,
  }));

const campaigns = (specs: readonly ContactSpec[]): Finding[] =>
  judged(specs).findings.filter(({ kind }) => kind === 'campaign');

test('sources that draw their targets by themselves are found together, by their second misses', () => {
  const [campaign, ...others] = campaigns(drawing(40, 3));
  assert.deepEqual(others, []);
  assert.equal(campaign.memberCount, 40);
  assert.ok(campaign.bits >= campaign.bar);
});

test('two ports of one host by each of many sources', () => {
  const closed = { outcome: Outcome.refused, proof: Proof.closed };
  const specs = [...range(60)].map((n) => ({
    from: source(n % 30),
    to: HERE + 9,
    port: 1000 + n * 7,
    at: n,
    ...closed,
  }));
  const [campaign] = campaigns(specs);
  assert.equal(campaign.memberCount, 30);
});

test('what many clients miss together is no pack: two dead ports of a host, a few addresses of a name', () => {
  const twice = [...range(200)].map((n) => ({ from: source(n >> 1), to: HERE + 9, port: n % 2 ? 80 : 443, at: n }));
  assert.deepEqual(campaigns(twice), []);
  const records = [...range(400)].map((n) => ({ from: source(n >> 2), to: HERE + 20 + (n % 4), port: 443, at: n }));
  assert.deepEqual(campaigns(records), []);
});

test('peers that are told a number try it by both protocols: five such programs of one host are no pack', () => {
  const both = [...range(400)].map((n) => ({
    from: source(n >> 1),
    to: HERE + 9,
    port: 20_000 + 777 * ((n >> 1) % 5),
    protocol: n % 2 ? 17 : 6,
    method: n % 2 ? Method.udp : Method.tcpSyn,
    at: n,
  }));
  assert.deepEqual(campaigns(both), []);
});

test('one probe by each source is not charged', () => {
  assert.deepEqual(judged(drawing(10, 1)).judge.packs.found(), []);
});

/** Numbers that only masscan's packets hold (detect/mark-table.ts). */
const marked = (spec: ContactSpec, n: number): ContactSpec => {
  const seq = mix(4, n);
  const [to, port] = [Number(spec.to), spec.port ?? 80];
  return { ...spec, seq, ipId: (to ^ port ^ seq) & 0xffff, window: 1024, options: 0, mss: 0, traits: 0, ttl: 240 };
};

test('scanners who are found alone are no pack, whatever they looked for: a day of one program at one service', () => {
  const day = [...range(20 * 40)].map((n) => ({
    from: source(n % 20),
    to: HERE + (mix(11, n) % 256),
    port: 443,
    at: (n % 20) * 4320 + Math.floor(n / 20) * 5,
  }));
  const { findings } = judged(day.map(marked).sort((a, b) => (a.at ?? 0) - (b.at ?? 0)));
  assert.deepEqual(new Set(findings.map(({ kind }) => kind)), new Set(['scan']));
  assert.equal(findings.length, 20);
});

test('a pack stands by those who are not found alone, and says what joins them', () => {
  const loud = [...range(60)].map((n) => marked({ from: 0x0b0b0b0b, to: HERE + n, port: 5555, at: n * 9 }, n));
  const specs = [...drawing(40, 3), ...loud].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const [campaign] = campaigns(specs);
  assert.equal(campaign.memberCount, 40);
  assert.match(campaign.triage.reasons[0], /each too little to be found alone/);
  assert.ok(campaign.triage.rejected.every((text) => !/order|avoid/.test(text)));
  assert.ok(campaign.caveats.some((text) => text.includes('only what they look for joins')));
});

test('over IPv6 hosts are told apart by all of their address: the first one of each network', () => {
  const networks = [...range(64)].map((n) => `2001:db8:1:${n.toString(16)}::1`);
  const specs = [...range(120)].map((n) => ({
    from: `2a00:${(n % 40) + 1}::7`,
    to: networks[mix(9, n) % networks.length],
    port: 5555,
    at: n * 60,
  }));
  const home = ['2001:db8:1::/48'];
  const [campaign] = judged(specs, { home }).findings.filter(({ kind }) => kind === 'campaign');
  assert.equal(campaign?.memberCount, 40);
});
