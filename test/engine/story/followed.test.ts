import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeAttempt } from '../../../src/engine/story/deeds.ts';
import { intrusionsAfter } from '../../../src/engine/story/followed.ts';
import type { Scan } from '../../../src/engine/story/scanners.ts';
import type { Judges } from '../../../src/correlate/after/exploits.ts';
import { canonicalFinding } from '../../../src/finding/canonical.ts';
import { type Finding, findingSchema } from '../../../src/finding/finding.ts';
import { timeText } from '../../../src/finding/time.ts';
import { Reply } from '../../../src/record/request.ts';
import { asked, type AskedSpec } from '../../correlate/after/asked.ts';
import { exampleFinding } from '../../finding/example.ts';
import { range, START } from '../../support/contacts.ts';
import { HOME, homeOf } from '../../support/judge.ts';

const SCANNER = '203.0.113.9';
const NEIGHBOUR = '203.0.113.77';
const STRANGER = '198.18.4.4';
const SERVER = '192.0.2.10';

/** A scan from −100 s to −50 s that was told that SSH and the web are open on the server. */
function scan(address = SCANNER): Scan {
  const example = exampleFinding();
  const open = { ...example.learned[0], address: SERVER, protocol: 'tcp', state: 'open' as const };
  return {
    finding: {
      ...example,
      source: { address, proven: true },
      firstSeen: timeText(START - 100e6),
      lastSeen: timeText(START - 50e6),
      learned: [22, 80].map((port) => ({ ...open, port })),
      followedBy: [],
      related: [],
    },
    dossier: undefined,
  };
}

function after(specs: readonly AskedSpec[], scans: readonly Scan[], judges: Judges = judgeAttempt): Finding[] {
  const ends = { inputs: ['auth.log'], home: homeOf(HOME) };
  const found = intrusionsAfter(asked(specs, judges).after(), scans, ends);
  for (const finding of found) {
    const { success, error } = findingSchema.safeParse(JSON.parse(JSON.stringify(canonicalFinding(finding))));
    assert.ok(success, String(error));
    assert.ok(Math.abs(finding.account.reduce((sum, { bits }) => sum + bits, 0) - finding.bits) < 1e-9);
  }
  return found;
}

const failures = (from = SCANNER): AskedSpec[] => [...range(6)].map((n) => ({ from, at: n, user: `user${n % 3}` }));
const login = (from: string, at: number, user = 'user1'): AskedSpec => ({ from, at, user, reply: Reply.accepted });
const get = (from: string, at: number, path: string, more: Partial<AskedSpec> = {}): AskedSpec => ({
  from,
  at,
  path,
  ...more,
});
const actors = (found: readonly Finding[]): (string | undefined)[] => found.map(({ source }) => source?.address);
const followed = ({ finding }: Scan): string[] =>
  finding.followedBy.map(({ technique, source }) => `${technique} ${source}`);

test('scanned, guessed, let in, and a stranger with the same account: one story, and all of it follows the scan', () => {
  const before = scan();
  const [intrusion, ...others] = after([...failures(), login(SCANNER, 10), login(STRANGER, 20)], [before]);
  assert.equal(others.length, 0);
  assert.equal(intrusion.source?.address, STRANGER);
  assert.deepEqual(intrusion.techniques.slice(0, 2), ['T1133', 'T1110.001']);
  assert.match(intrusion.advice[0].target, /port 22 user user1$/);
  assert.match(intrusion.advice[0].verify, /^ssh .*user1@192\.0\.2\.10 /);
  assert.deepEqual(
    intrusion.account.map(({ reason }) => reason.split(' ')[0]),
    [SCANNER, SCANNER, STRANGER, 'a'],
  );
  assert.deepEqual(followed(before), [`T1110.001 ${SCANNER}`, `T1133 ${SCANNER}`, `T1133 ${STRANGER}`]);
  assert.ok(before.finding.related.some(({ technique }) => technique === 'T1110.001'));
});

test('guessing that never succeeds follows its scan, and is no intrusion', () => {
  const before = scan();
  assert.deepEqual(after(failures(), [before]), []);
  assert.deepEqual(followed(before), [`T1110.001 ${SCANNER}`]);
});

test('guessing by one who did not scan is told only when access follows, and then it is listed', () => {
  assert.deepEqual(after(failures(STRANGER), []), []);
  const [intrusion] = after([...failures(STRANGER), login('198.18.4.9', 30)], []);
  assert.equal(intrusion.source?.address, '198.18.4.9');
  assert.deepEqual(intrusion.members?.map(({ address }) => address).sort(), [STRANGER, '198.18.4.9']);
});

test('the scanner logs in where it was answered; a neighbour, too; a stranger has nothing to do with it', () => {
  for (const from of [SCANNER, NEIGHBOUR]) {
    const before = scan();
    assert.deepEqual(actors(after([login(from, 10)], [before])), [from]);
    assert.deepEqual(followed(before), [`T1133 ${from}`]);
    assert.ok(before.finding.followedBy[0].gapSeconds >= 60);
  }
  const before = scan();
  assert.deepEqual(after([login(STRANGER, 10)], [before]), []);
  assert.deepEqual(followed(before), []);
});

test('who had been let in before it scanned is an administrator', () => {
  const before = scan();
  assert.deepEqual(after([login(SCANNER, -500), login(SCANNER, 10)], [before]), []);
  assert.deepEqual(followed(before), []);
});

test('a login at a service that the scan had not been told of is no follow-up', () => {
  assert.deepEqual(after([{ ...login(NEIGHBOUR, 10), port: 21 }], [scan()]), []);
});

test('a secret that only the scanner had been told of is fetched by another', () => {
  const before = scan();
  const [intrusion] = after(
    [get(SCANNER, -60, '/backup.zip'), get(STRANGER, 10, '/backup.zip', { bytes: 5000 })],
    [before],
  );
  assert.equal(intrusion.source?.address, STRANGER);
  assert.deepEqual(
    intrusion.advice.map(({ mitigation, target }) => `${mitigation} ${target}`),
    [`M1042 ${SERVER} port 80 /backup.zip`],
  );
  assert.equal(intrusion.techniques[0], 'T1190');
  assert.match(intrusion.account[1].reason, /5000 bytes.*6 bits.*3 bits/);
  assert.deepEqual(followed(before), [`T1190 ${STRANGER}`]);
});

test('a visitor of a page that a scanner found, and one who was there first, are visitors', () => {
  const page = [get(SCANNER, -60, '/login'), get(STRANGER, 10, '/login')];
  assert.deepEqual(after(page, [scan()]), []);
  const known = [get(STRANGER, -90, '/backup.zip'), get(SCANNER, -60, '/backup.zip'), get(STRANGER, 10, '/backup.zip')];
  assert.deepEqual(after(known, [scan()]), []);
});

test('where users have their home, one of them who comes after a scan from there is a user', () => {
  const users = [...range(4)].map((n) => login(`203.0.113.${40 + n}`, -400 + n));
  const before = scan();
  assert.deepEqual(after([...users, login(NEIGHBOUR, 10)], [before]), []);
  assert.deepEqual(followed(before), []);
});

test('another scanner finds the same by itself', () => {
  const both = [get(SCANNER, -60, '/backup.zip'), get(STRANGER, 10, '/backup.zip')];
  assert.deepEqual(after(both, [scan(), scan(STRANGER)]), []);
});

test('own hosts are no intruders', () => {
  assert.deepEqual(after([get(SCANNER, -60, '/backup.zip'), get('192.0.2.77', 10, '/backup.zip')], [scan()]), []);
});

test('an exploit that worked: T1190, after the scan of which it was a part', () => {
  const before = scan();
  const [intrusion] = after(
    [
      get(SCANNER, -60, '/item?id=1', { bytes: 60 }),
      get(SCANNER, -59, '/item?id=1%27%20UNION%20SELECT%201', { status: 500, bytes: 40 }),
      get(SCANNER, -58, '/item?id=1%20UNION%20SELECT%20a%20FROM%20sqlite_master', { bytes: 900 }),
    ],
    [before],
  );
  assert.equal(intrusion.source?.address, SCANNER);
  assert.ok(intrusion.techniques.includes('T1190'));
  assert.deepEqual(followed(before), [`T1190 ${SCANNER}`]);
});

test('a member of the campaign comes for what another member had found; a member at once is still scanning', () => {
  const members = [SCANNER, STRANGER, '198.18.5.5'].map((address) => ({ address, probes: 6 }));
  const campaign = (): Scan => {
    const { finding, dossier } = scan();
    return { dossier, finding: { ...finding, kind: 'campaign', source: null, members } };
  };
  const visitors = [...range(60)].map((n) => get(`198.51.101.${n}`, -90 + n, `/page${n}.html`));
  const found = [...visitors, get(SCANNER, 0, '/words', { reply: Reply.missed }), get(SCANNER, 1, '/backup.zip')];
  const asked = get(STRANGER, 2, '/other', { reply: Reply.missed });
  const later = campaign();
  after([...found, asked, get(STRANGER, 400, '/backup.zip')], [later]);
  assert.deepEqual(followed(later), [`T1190 ${STRANGER}`]);
  assert.match(later.finding.followedBy[0].reason, /a member of the campaign/);
  const soon = campaign();
  after([...found, asked, get(STRANGER, 20, '/backup.zip')], [soon]);
  assert.deepEqual(followed(soon), []);
});

test('a program that was not there, and then was, is used by its scanner: an intrusion; by who did not scan: not', () => {
  const shell = (from: string): AskedSpec[] => [
    get(from, 0, '/up/k.php', { status: 404 }),
    get(from, 60, '/up/k.php', { bytes: 1 }),
    get(from, 61, '/up/k.php?c=id', { bytes: 54 }),
    get(from, 62, '/up/k.php?c=ps+aux', { bytes: 9120 }),
  ];
  const before = scan();
  const [intrusion, ...others] = after(shell(SCANNER), [before]);
  assert.equal(others.length, 0);
  assert.ok(intrusion.techniques.includes('T1190'));
  assert.match(intrusion.account[1].reason, /used the program \/up\/k\.php of 192\.0\.2\.10 port 80; not there once/);
  assert.deepEqual(followed(before), [`T1190 ${SCANNER}`]);
  assert.deepEqual(after(shell(STRANGER), [scan()]), []);
  // Who else had asked for it is not blamed, unless it scanned.
  const found = after([...shell(STRANGER).slice(0, 2), ...shell(NEIGHBOUR).slice(2)], [scan()]);
  assert.deepEqual(
    found.map(({ members }) => members?.map(({ address }) => address)),
    [[NEIGHBOUR]],
  );
});
