import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weigh } from '../../src/engine/worth.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { Dossier } from '../../src/ledger/dossier.ts';
import { parseAddress } from '../../src/record/address.ts';
import { Asked, Reply, RequestTrait } from '../../src/record/request.ts';
import { parsePrefix } from '../../src/table/prefix.ts';
import { Known, type KnownPolicy } from '../../src/triage/known.ts';
import { exampleFinding } from '../finding/example.ts';
import { requestsOf } from '../support/quest.ts';

const EMPTY = new TextEncoder().encode('{"lists":[]}\n');
const OURS = {
  ...(parsePrefix('198.51.100.0/24') as { words: Uint32Array; bits: number }),
  prefix: '198.51.100.0/24',
  from: 'own.txt',
  name: 'auditors',
  until: Infinity,
};
const KNOWN = new Known(() => EMPTY, [OURS]);

const scan = (address: string, over: Partial<Finding> = {}): Finding =>
  exampleFinding({
    id: `scan-${address.replaceAll('.', '')}`,
    kind: 'scan',
    techniques: ['T1595.001'],
    source: { address, proven: true },
    learned: [],
    followedBy: [],
    triage: { class: 'background', targetedness: 0, priority: 0, reasons: [], rejected: [] },
    ...over,
  });

const weighed = (findings: readonly Finding[], policy: KnownPolicy = 'label', dossiers = new Map<string, Dossier>()) =>
  weigh(findings, { lists: { known: KNOWN, policy }, dossiers });

/** A dossier of somebody who asked for `/` and said who he is. */
function dossierOf(address: string, agent: string, path = '/'): Dossier {
  const dossier = new Dossier(0, parseAddress(address) as Uint32Array, 1);
  const batch = requestsOf([
    { asked: Asked.path, name: path, agent, reply: Reply.answered, traits: RequestTrait.agentTold },
  ]);
  dossier.ask(batch, 0, true, 0);
  return dossier;
}

const LATER: Finding['followedBy'] = [
  {
    technique: 'T1190',
    at: '2026-11-21T22:40:00.000000Z',
    source: '203.0.113.20',
    target: 'x',
    gapSeconds: 1,
    bits: 20,
    reason: 'x',
  },
];

const CENSYS = 'Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)';

test('the priority is of targetedness, learned and stage, and its arithmetic is the last reason', () => {
  const [finding] = weighed([
    scan('203.0.113.9', { triage: { class: 'targeted', targetedness: 70, priority: 0, reasons: [], rejected: [] } }),
  ]).findings;
  assert.equal(finding.triage.priority, 42);
  assert.match(finding.triage.reasons.at(-1) ?? '', /^priority 42 = targetedness 70 × learned 0\.6/);
});

test('a scan that somebody went on from is no background', () => {
  const reasons = ['nothing sets it apart from what everybody on the Internet receives'];
  const triage = { class: 'background', targetedness: 0, priority: 0, reasons, rejected: [] } as const;
  const [led, alone] = ['203.0.113.9', '203.0.113.10'].map(
    (address, at) =>
      weighed([
        scan(address, {
          ...(at === 0 && { followedBy: LATER }),
          triage: { ...triage, reasons: [...reasons], rejected: [] },
        }),
      ]).findings[0].triage,
  );
  assert.equal(led.class, 'localised');
  assert.equal(led.reasons[0], '+25 somebody went on from what it had found');
  assert.ok(led.priority > alone.priority);
  assert.equal(alone.class, 'background');
  const guessed = LATER.map((later) => ({ ...later, technique: 'T1110.001' }));
  const [guesser] = weighed([scan('203.0.113.11', { followedBy: guessed })]).findings;
  assert.equal(guesser.triage.class, 'background', 'who only goes on guessing used nothing that was found');
  assert.deepEqual(alone.reasons[0], reasons[0]);
});

test('an entry may be treated otherwise than the others, and says so when it has expired', () => {
  const entry = (address: string, over: object) => ({
    ...(parsePrefix(address) as { words: Uint32Array; bits: number }),
    prefix: address,
    from: 'own.txt',
    name: 'auditors',
    until: Infinity,
    ...over,
  });
  const known = new Known(
    () => EMPTY,
    [
      entry('198.51.100.1', { policy: 'allow' }),
      entry('198.51.100.2', { policy: 'ignore' }),
      entry('198.51.100.3', { until: 1e15 }),
      entry('198.51.100.4', {}),
    ],
  );
  const scans = [1, 2, 3, 4].map((n) => scan(`198.51.100.${n}`));
  const { findings, allowed } = weigh(scans, { lists: { known, policy: 'label' }, dossiers: new Map() });
  assert.deepEqual(
    allowed.map(({ source }) => source),
    ['198.51.100.1'],
  );
  assert.deepEqual(
    findings.map(({ triage }) => triage.class),
    ['background', 'background', 'known-scanner'],
  );
  const said = findings.map(({ caveats }) => caveats.filter((line) => line.includes('expired')));
  assert.deepEqual(said, [
    [],
    ['Its entry "auditors" in own.txt expired (until 2001-09-09), so it does not count.'],
    [],
  ]);
});

test('an own list labels, allows, or is ignored', () => {
  const classOf = (policy: KnownPolicy) =>
    weighed([scan('198.51.100.7')], policy).findings.map(({ triage }) => triage.class);
  assert.deepEqual(classOf('label'), ['known-scanner']);
  assert.deepEqual(classOf('ignore'), ['background']);
  assert.deepEqual(classOf('allow'), []);
  const { allowed } = weighed([scan('198.51.100.7')], 'allow');
  assert.deepEqual(
    allowed.map(({ source, what }) => [source, what]),
    [['198.51.100.7', 'known scanner, allowed']],
  );
  assert.match(allowed[0].because, /auditors/);
});

test('who names himself is known, and his neighbours who do the same', () => {
  const findings = [scan('203.0.113.17'), scan('203.0.113.20'), scan('203.0.113.40')];
  const dossiers = new Map([[findings[1].id, dossierOf('203.0.113.20', CENSYS)]]);
  const classes = weighed(findings, 'label', dossiers).findings.map(({ triage }) => triage.class);
  assert.deepEqual(classes, ['known-scanner', 'known-scanner', 'background'], 'the last is in another /28');
  assert.match(findings[0].triage.reasons[0], /next to 203\.0\.113\.20/);
});

test('a name is not believed of who looks for weaknesses, comes back for more, or has got in', () => {
  const [wicked, back] = [scan('203.0.113.20'), scan('203.0.113.20', { followedBy: LATER })];
  const pointed = new Map([[wicked.id, dossierOf('203.0.113.20', CENSYS, '/cgi-bin/../../../../etc/passwd')]]);
  assert.equal(weighed([wicked], 'label', pointed).findings[0].triage.class, 'background');
  const plain = new Map([[back.id, dossierOf('203.0.113.20', CENSYS)]]);
  assert.equal(weighed([back], 'label', plain).findings[0].triage.class, 'localised');
  const [got] = weighed([scan('198.51.100.7', { kind: 'intrusion' })]).findings;
  assert.equal(got.triage.class, 'background', 'an intrusion is one, whoever it is');
});

test('a campaign is known when its members are', () => {
  const members = ['198.51.100.1', '198.51.100.2'].map((address) => ({ address, probes: 1 }));
  const campaign = (more: string[]): Finding =>
    scan('0.0.0.0', {
      kind: 'campaign',
      source: null,
      members: [...members, ...more.map((address) => ({ address, probes: 1 }))],
    });
  assert.equal(weighed([campaign([])]).findings[0].triage.class, 'known-scanner');
  assert.equal(weighed([campaign(['203.0.113.1'])]).findings[0].triage.class, 'background');
});

test('a host of ours that scans is about us', () => {
  const [finding] = weighed([scan('203.0.113.9', { techniques: ['T1046'] })]).findings;
  assert.deepEqual([finding.triage.class, finding.triage.targetedness], ['targeted', 50]);
});

test('an anomaly keeps what it says of itself', () => {
  const anomaly = scan('203.0.113.9', {
    kind: 'anomaly',
    triage: { class: 'background', targetedness: 0, priority: 7, reasons: ['x'], rejected: [] },
  });
  assert.deepEqual(weighed([anomaly]).findings[0].triage.reasons, ['x']);
});
