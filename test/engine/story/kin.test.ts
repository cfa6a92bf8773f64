import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeAttempt } from '../../../src/engine/story/deeds.ts';
import { intrusionsAfter } from '../../../src/engine/story/followed.ts';
import type { Scan } from '../../../src/engine/story/scanners.ts';
import type { Finding } from '../../../src/finding/finding.ts';
import { timeText } from '../../../src/finding/time.ts';
import { Dossier } from '../../../src/ledger/dossier.ts';
import { Quest } from '../../../src/ledger/quest.ts';
import { Asked, Reply } from '../../../src/record/request.ts';
import { asked, type AskedSpec } from '../../correlate/after/asked.ts';
import { exampleFinding } from '../../finding/example.ts';
import { type ContactSpec, contacts, exchange, range, START } from '../../support/contacts.ts';
import { HOME, homeOf } from '../../support/judge.ts';
import { requestsOf } from '../../support/quest.ts';

const SCANNER = '203.0.113.9';
const STRANGER = '198.18.4.4';
const SERVER = '192.0.2.10';
const RARE = 0x0dd5;

function scan(address = SCANNER, over: Partial<Finding> = {}): Scan {
  const example = exampleFinding();
  const open = { ...example.learned[0], address: SERVER, protocol: 'tcp', state: 'open' as const, port: 22 };
  const times = { firstSeen: timeText(START - 100e6), lastSeen: timeText(START - 50e6) };
  const source = { address, proven: true };
  const finding = { ...example, id: `scan-${address}`, tool: null, wordlist: null, ...times, ...over, source };
  return { finding: { ...finding, learned: [open], followedBy: [], related: [] }, dossier: undefined };
}

const visit = (from: string, options?: number): ContactSpec[] =>
  exchange({ from, to: SERVER, at: -200, ...(options !== undefined && { options }) });

/** A thousand visitors with one stack, and those who look otherwise. */
const crowd = (others: readonly string[]): ContactSpec[] => [
  ...[...range(1000)].flatMap((n) => visit(`198.19.${n >> 8}.${n & 255}`)),
  ...others.flatMap((from) => visit(from, RARE)),
];

function after(specs: readonly AskedSpec[], seen: readonly ContactSpec[], scans: readonly Scan[]): Finding[] {
  const notes = asked(specs, judgeAttempt);
  const batch = contacts(seen);
  const rows = batch.count;
  const ways = { way: new Uint8Array(rows), first: new Uint8Array(rows).fill(1), nth: new Uint32Array(rows).fill(1) };
  notes.hear(batch, 0, rows, ways);
  return intrusionsAfter(notes.after(), scans, { inputs: ['auth.log'], home: homeOf(HOME) });
}

const login = (from: string, at: number): AskedSpec => ({ from, at, user: 'ann', reply: Reply.accepted });
const guesses = (from: string): AskedSpec[] => [...range(8)].map((n) => ({ from, at: n, user: `user${n}` }));
const followed = ({ finding }: Scan): string[] =>
  finding.followedBy.map(({ technique, source }) => `${technique} ${source}`);

test('a stranger with a stack that hardly anybody else has is let in where a scan was answered', () => {
  const before = scan();
  const [intrusion] = after([login(STRANGER, 10)], crowd([SCANNER, STRANGER]), [before]);
  assert.deepEqual(followed(before), [`T1133 ${STRANGER}`]);
  const [next] = before.finding.followedBy;
  assert.match(next.reason, /another source; .* the same TCP stack .*, as 0 of 1000 others have/);
  assert.equal(next.gapSeconds, 60);
  assert.deepEqual(
    next.evidence?.map(({ record }) => record),
    [3, 1],
  );
  assert.equal(intrusion.source?.address, STRANGER);
  assert.ok(intrusion.related.some(({ why }) => why.includes(before.finding.id)));
});

test('a stack that many have says nothing, nor one that a quarter of the few sources have', () => {
  for (const seen of [
    crowd([]).concat(visit(SCANNER), visit(STRANGER)),
    [SCANNER, STRANGER, '198.18.9.9'].flatMap((from) => visit(from, RARE)),
  ]) {
    const before = scan();
    assert.deepEqual(after([login(STRANGER, 10)], seen, [before]), []);
    assert.deepEqual(followed(before), []);
  }
});

test('a stranger at a service that had not answered the scan, and one who had been there before, are strangers', () => {
  const seen = crowd([SCANNER, STRANGER]);
  const [elsewhere, before] = [scan(), scan()];
  assert.deepEqual(after([{ ...login(STRANGER, 10), port: 21 }], seen, [elsewhere]), []);
  assert.deepEqual(after([login(STRANGER, -500), login(STRANGER, 10)], seen, [before]), []);
  assert.deepEqual([...followed(elsewhere), ...followed(before)], []);
});

test('many strangers are let in: that one of them looks alike is less of a wonder', () => {
  const before = scan();
  const others = [...range(400)].map((n) => login(`198.19.${n >> 8}.${n & 255}`, 5 + n / 1000));
  assert.deepEqual(after([...others, login(STRANGER, 10)], crowd([SCANNER, STRANGER]), [before]), []);
  assert.deepEqual(followed(before), []);
});

test('guessing by a stranger with the same rare user agent, or none', () => {
  const visitors = [...range(1000)].map(
    (n): AskedSpec => ({ from: `198.19.${n >> 8}.${n & 255}`, at: -300, path: '/' }),
  );
  for (const [agent, expected] of [
    ['odd/1', [`T1110.001 ${STRANGER}`]],
    ['Browser', []],
  ] as const) {
    const before = scan();
    const asks = [SCANNER, STRANGER].map((from): AskedSpec => ({ from, at: -60, path: '/', agent }));
    after([...visitors, ...asks, ...guesses(STRANGER)], [], [before]);
    assert.deepEqual(followed(before), expected);
  }
});

/** A scan that asked for names in vain. */
function asking(address: string, names: readonly string[]): Scan {
  const dossier = new Dossier(0, new Uint32Array(4), 7);
  dossier.quest = new Quest(7);
  const batch = requestsOf(names.map((name) => ({ asked: Asked.path, reply: Reply.missed, status: 404, name })));
  for (let row = 0; row < batch.count; row += 1) dossier.quest.observe(batch, row, true, 1);
  return { ...scan(address), dossier };
}

const words = (kind: string): string[] => [...range(20)].map((n) => `/${kind}${n}`);

test('of many who guess names, one guesses the same as another, and then passwords; or all guess the same', () => {
  for (const [name, expected] of [
    ['', [`T1110.001 ${STRANGER}`]],
    ['same', []],
  ] as const) {
    const others = [...range(600)].map((n) => asking(`198.19.${n >> 8}.${n & 255}`, words(name || `w${n}-`)));
    const before = asking(SCANNER, words('same'));
    after(guesses(STRANGER), [], [before, asking(STRANGER, words('same')), ...others]);
    assert.deepEqual(followed(before), expected);
  }
});

test('a stranger goes on with a public list where a scan had stopped; any other place is that of one who has it, too', () => {
  const list = { name: 'public', from: 1, to: 4000, of: 20_000, next: [] };
  for (const [from, expected] of [
    [4003, [`T1110.001 ${STRANGER}`]],
    [1, []],
    [6000, []],
  ] as const) {
    const before = scan(SCANNER, { wordlist: list });
    const other = { wordlist: { ...list, from, to: 9000 }, firstSeen: timeText(START - 40e6) };
    after(guesses(STRANGER), [], [before, scan(STRANGER, other)]);
    assert.deepEqual(followed(before), expected);
  }
});
