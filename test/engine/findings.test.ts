import { WordlistMatcher } from '../../src/detect/wordlists.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { found, type Found } from '../../src/engine/findings.ts';
import { noiseOf } from '../../src/engine/noise.ts';
import { canonicalFinding } from '../../src/finding/canonical.ts';
import { findingSchema, type Finding } from '../../src/finding/finding.ts';
import { allocateAnswers, SERVICES, Told } from '../../src/record/answer.ts';
import { Method, Outcome, Proof } from '../../src/record/contact.ts';
import { Trait } from '../../src/record/packet.ts';
import { type ContactSpec, exchange, range } from '../support/contacts.ts';
import { type Judged, judged } from '../support/judge.ts';

const HERE = 0xc0000200;
const SOURCE = '203.0.113.9';
const T0 = 1e15;

const clients = (count: number): ContactSpec[] =>
  [...range(count)].flatMap((n) => exchange({ from: 0x50000000 + n * 977, to: HERE + 80, port: 443 }));
const odd = (count: number, outcome: number): ContactSpec[] =>
  [...range(count)].map((n) => ({ from: SOURCE, to: HERE + n, port: 80, traits: Trait.badOptions, outcome }));

function write({ judge, ledger }: Judged, period = {}): Found {
  const context = {
    inputs: ['a.pcap'],
    home: ledger.home,
    banners: judge.banners,
    toldBefore: new Set<string>(),
    tallies: new Map(),
    dossiers: new Map(),
    caveats: [],
    wordlists: () => new WordlistMatcher([]),
  };
  return found(judge, ledger, context, period);
}

function isValid(finding: Finding): void {
  const written = canonicalFinding(finding);
  const { success, error } = findingSchema.safeParse(JSON.parse(JSON.stringify(written)));
  assert.ok(success, String(error));
  const sum = written.account.reduce((total, { bits }) => total + bits, 0);
  assert.ok(Math.abs(sum - written.bits) < 1e-6);
}

test('a source of packets that no stack builds is an anomaly, valid and adding up', () => {
  const { findings } = write(judged([...clients(400), ...odd(8, Outcome.answered)]));
  assert.deepEqual(
    findings.map(({ kind, source, techniques }) => [kind, source?.address, techniques]),
    [['anomaly', SOURCE, []]],
  );
  isValid(findings[0]);
  assert.match(findings[0].triage.reasons[0], /options/);
  assert.equal(findings[0].targets.addresses, 8);
});

test('a crowd that explains the scans of its members is told of once, with them; who did more has its own', () => {
  const member = (n: number): string => `2001:db8:bad:${(n * 97).toString(16)}::${(n + 1).toString(16)}`;
  const probe = (from: string, n: number): ContactSpec => ({
    from,
    to: `2001:db8:1::${(n + 256).toString(16)}`,
    port: 80,
    outcome: Outcome.unanswered,
  });
  const shared = [...range(240)].map((n) => probe(member(n % 24), n));
  const busy = [...range(60)].map((n) => probe(member(7), n + 400));
  const told = (probes: readonly ContactSpec[]): unknown[] =>
    write(judged([...clients(400), ...probes])).findings.map(({ kind, memberCount = 1 }) => `${kind} ${memberCount}`);
  assert.deepEqual(told(shared), ['campaign 24']);
  assert.deepEqual(new Set(told([...shared, ...busy])), new Set(['campaign 24', 'scan 1']));
});

test('a source that scans is told of once', () => {
  const { findings } = write(judged([...clients(400), ...odd(60, Outcome.unanswered)]));
  assert.deepEqual(
    findings.map(({ kind }) => kind),
    ['scan'],
  );
});

/** A server of ours that says SSH on 443, at T0. */
function withSsh(): Judged {
  const answers = allocateAnswers(1);
  const banner = new TextEncoder().encode('SSH-2.0-OpenSSH_9.2');
  answers.time[0] = T0;
  answers.record[0] = 12;
  answers.address.set([0, 0, 0xffff, 0x50000000, 0, 0, 0xffff, HERE + 80]);
  answers.targetPort[0] = 443;
  answers.protocol[0] = 6;
  answers.told[0] = Told.banner;
  answers.service[0] = SERVICES.indexOf('ssh');
  answers.length[0] = banner.length;
  answers.text.set(banner);
  answers.count = 1;
  const run = judged(clients(5));
  run.judge.answers(answers);
  return run;
}

test('the wrong protocol on a port is told below the bar, with banner and record', () => {
  const [finding, ...more] = write(withSsh()).findings;
  assert.deepEqual(more, []);
  isValid(finding);
  assert.ok(finding.bits < finding.bar);
  assert.equal(finding.source?.address, '192.0.2.80');
  assert.equal(finding.shape, null);
  assert.match(finding.account[0].reason, /ssh on tcp\/443.*https.*SSH-2\.0-OpenSSH_9\.2/);
  assert.equal(finding.account[0].evidence[0].record, 12);
});

test('what was said outside the period is not told', () => {
  assert.equal(write(withSsh(), { since: T0 + 1 }).findings.length, 0);
  assert.equal(write(withSsh(), { until: T0 - 1 }).findings.length, 0);
  assert.equal(write(withSsh(), { since: T0, until: T0 }).findings.length, 1);
});

test('a source that an innocent habit explains is no finding but a line', () => {
  // uses a service, then meets a few things that are gone
  const busy = exchange({ from: SOURCE, to: HERE + 80, port: 443 });
  const hits = [...range(600)].map((n) => ({
    from: SOURCE,
    to: HERE + 80 + (n % 3),
    port: 443,
    outcome: Outcome.answered,
    proof: Proof.handshake,
  }));
  const gone = [...range(12)].map((n) => ({ from: SOURCE, to: HERE + 200 + n, port: 443 }));
  const { findings, explained } = write(judged([...clients(5), ...busy, ...gone, ...hits]));
  assert.deepEqual(findings, []);
  assert.equal(explained.length, 1);
  const [{ source, what, because, probes }] = explained;
  assert.equal(source, SOURCE);
  assert.match(what, /monitor|clients/);
  assert.match(because, /%/);
  assert.ok(probes > 600);
});

test('backscatter is explained, and is noise; the same source scanning is not explained away', () => {
  const answers = [...range(90)].map((n) => ({
    from: SOURCE,
    to: HERE + (n % 60),
    port: 40_000 + n,
    sourcePort: 443,
    method: Method.strayAnswer,
    outcome: Outcome.unknown,
  }));
  const run = judged([...clients(5), ...answers]);
  const { findings, explained } = write(run);
  assert.deepEqual(findings, []);
  assert.deepEqual(
    explained.map(({ source, probes }) => [source, probes]),
    [[SOURCE, 90]],
  );
  assert.match(explained[0].what, /backscatter of an attack on its tcp\/443/);
  const { sources, probes, topServices } = noiseOf(run.judge, []);
  assert.deepEqual([sources, probes, topServices], [1, 90, []]);
  const scans = write(judged([...clients(5), ...answers, ...odd(60, Outcome.unanswered)]));
  assert.deepEqual([scans.findings.length, scans.explained], [1, []]);
});

test('at most a hundred lines, most probes first', () => {
  const many = [...range(150)].flatMap((k) =>
    [...range(20 + (k % 7))].map((n) => ({
      from: 0x60000000 + k * 977,
      to: HERE + n,
      port: 40_000 + n,
      sourcePort: 443,
      method: Method.strayAnswer,
      outcome: Outcome.unknown,
    })),
  );
  const { explained } = write(judged([...clients(5), ...many], { cut: 64 }));
  assert.equal(explained.length, 100);
  assert.equal(explained[0].probes, 26);
});
