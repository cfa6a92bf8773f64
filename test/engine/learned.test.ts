import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learnedFrom, learnedSummary } from '../../src/engine/learned.ts';
import { type Tally, tallyOf } from '../../src/engine/account/tally.ts';
import { learnedSchema } from '../../src/finding/exposure.ts';
import { Outcome } from '../../src/record/contact.ts';
import { exampleExposure, exampleFinding, exampleLearned } from '../finding/example.ts';
import { type ContactSpec, range, START } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const SCANNER = '203.0.113.9';
const HERE = 0xc0000200;

const sweep = (count: number, outcome: number = Outcome.unanswered): ContactSpec[] =>
  [...range(count)].map((n) => ({ from: SCANNER, to: HERE + n, port: 23, outcome }));

const VISIBLE = { tcp: true, udp: true, icmp: true };
const NONE: Tally = { probes: 40, answered: 0, refused: 0, unanswered: 40, untold: 0, transports: ['tcp'] };

const verdict = (tally: Tally, tcp: number): readonly [string, string] => {
  const finding = exampleFinding();
  const learned = exampleLearned({ tallies: new Map([[finding.id, tally]]), answers: { tcp, udp: 0, icmp: 0 } });
  const summary = learnedSummary(learned, [finding], []);
  assert.ok(learnedSchema.safeParse(summary).success);
  return [summary.verdict, summary.because];
};

test('"nothing" is said only where an answer would have been seen', () => {
  assert.deepEqual(verdict(NONE, 7), [
    'nothing',
    '40 probes, 0 answers; answers to others are visible in these inputs',
  ]);
  const [unseen, why] = verdict(NONE, 0);
  assert.equal(unseen, 'untold');
  assert.match(why, /no tcp answer to anybody/);
  assert.equal(verdict({ ...NONE, unanswered: 30, untold: 10 }, 7)[0], 'untold');
  assert.equal(verdict({ ...NONE, answered: 1 }, 7)[0], 'learned');
  assert.match(verdict({ ...NONE, refused: 1 }, 7)[1], /only that somebody is there/);
  assert.equal(learnedSummary(exampleLearned(), [], []).verdict, 'none');
});

test('the figures of a finding are those of its probes; silence where answers are invisible is untold', () => {
  const { judge } = judged([...sweep(30), ...sweep(4, Outcome.refused).map((one) => ({ ...one, port: 24 }))]);
  const [{ dossier }] = judge.verdicts;
  assert.deepEqual(tallyOf(dossier, VISIBLE), {
    probes: 34,
    answered: 0,
    refused: 4,
    unanswered: 30,
    untold: 0,
    transports: ['tcp'],
  });
  assert.deepEqual(tallyOf(dossier, { ...VISIBLE, tcp: false }).untold, 30);
});

test('findings get advice on what they were told, own scanners none', () => {
  const probes = sweep(30).map((one, n) => (n % 10 === 0 ? { ...one, outcome: Outcome.answered } : one));
  const { judge, findings } = judged(probes);
  learnedFrom(judge, findings, new Map(), { first: START, last: START + 60e6 });
  assert.deepEqual(
    findings[0].advice.map(({ target }) => target),
    ['192.0.2.0 tcp/23', '192.0.2.10 tcp/23', '192.0.2.20 tcp/23'],
  );
  const inside = judged(probes.map((one) => ({ ...one, from: '198.51.100.7' })));
  learnedFrom(inside.judge, inside.findings, new Map(), { first: START, last: START + 60e6 });
  assert.ok(inside.findings.length > 0);
  assert.ok(inside.findings.every(({ advice }) => advice.length === 0));
});

test('what is told is counted by kind', () => {
  const exposures = [
    exampleExposure(),
    exampleExposure({ port: 9, scanners: 0 }),
    exampleExposure({ what: 'path', path: '/a' }),
    exampleExposure({ what: 'host', state: 'up' }),
  ];
  const { told, exposed } = learnedSummary(exampleLearned({ exposures }), [], exposures);
  assert.deepEqual(told, { services: 1, paths: 1, names: 0, users: 0, hosts: 1 });
  assert.equal(exposed, 4);
});
