import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deed } from '../../../src/correlate/after/access.ts';
import { accesses } from '../../../src/correlate/after/guessed.ts';
import { Reply, RequestTrait } from '../../../src/record/request.ts';
import { range } from '../../support/contacts.ts';
import { asked, type AskedSpec } from './asked.ts';

const GUESSER = '203.0.113.9';
const NEIGHBOUR = '203.0.113.77';
const STRANGER = '198.18.4.4';

const failures = (count: number, names: number, every = 1, from = GUESSER): AskedSpec[] =>
  [...range(count)].map((n) => ({ from, at: n * every, user: `user${n % names}` }));
const login = (from: string, at: number, user: string): AskedSpec => ({ from, at, user, reply: Reply.accepted });
const deeds = (specs: readonly AskedSpec[]): readonly Deed[] => asked(specs).after().deeds;
const who = (found: readonly Deed[]): string[] => found.map(({ did }) => did.source);

test('let in after many failures with several names: guessed', () => {
  const [deed, ...others] = deeds([...failures(6, 3), login(GUESSER, 10, 'user1')]);
  assert.equal(others.length, 0);
  assert.equal(deed.did.technique, 'T1133');
  assert.equal(deed.did.name, 'user1');
  assert.deepEqual(
    deed.before.map(({ technique, times }) => [technique, times]),
    [['T1110.001', 6]],
  );
  assert.equal(deed.before[0].bits, 6 * 2 + 2 * 3);
  assert.equal(deed.needsScan, false);
});

test('let in by a key after failures with accounts that are gone: nobody guesses a key', () => {
  const byKey = { ...login(GUESSER, 60, 'main'), traits: RequestTrait.keyShown };
  assert.deepEqual(deeds([...failures(24, 8), byKey]), []);
  assert.equal(deeds([...failures(24, 8), login(GUESSER, 60, 'main')]).length, 1);
});

test('the neighbours of a program with an old password are its users; those of who guesses are not', () => {
  const [telephone, laptop] = ['203.0.113.20', '203.0.113.21'];
  const tries = (count: number, names: number): AskedSpec[] => failures(count, names, 60, telephone);
  assert.deepEqual(deeds([...tries(40, 1), login(laptop, 2401, 'user9')]), []);
  assert.deepEqual(deeds([...tries(40, 1), login(laptop, 2401, 'user0')]), []);
  assert.deepEqual(who(deeds([...tries(40, 5), login(laptop, 2401, 'user9')])), [laptop]);
});

test('somebody mistypes, and is let in: nothing', () => {
  assert.deepEqual(deeds([...failures(3, 1), login(GUESSER, 10, 'user0')]), []);
});

test('a program with an old password fails for long and is then let in: nothing; in haste it is guessing', () => {
  assert.deepEqual(deeds([...failures(200, 1, 60), login(GUESSER, 20000, 'user0')]), []);
  assert.equal(deeds([...failures(20, 1, 1), login(GUESSER, 30, 'user0')]).length, 1);
});

test('others guess thousands of names between two failures of a program: it has one name all the same', () => {
  const others = (from: number): AskedSpec[] =>
    [...range(17_000)].map((n) => ({ from: `100.64.0.${n % 200}`, at: from + n / 10, user: `name${n}` }));
  const tries = [...range(6)].flatMap((day): AskedSpec[] => [
    { from: GUESSER, at: day * 86_400, user: 'backup' },
    ...others(day * 86_400 + 60),
  ]);
  const found = who(deeds([...tries, login(GUESSER, 6 * 86_400, 'backup')]));
  assert.equal(found.includes(GUESSER), false);
});

test('servers of one network are told apart by all of their address', () => {
  const [one, other] = ['2001:db8:0:1::1', '2001:db8:0:2::20'];
  const guessed = [...failures(6, 3), login(GUESSER, 10, 'user1')].map((spec) => ({ ...spec, to: other }));
  assert.equal(deeds([{ ...login(GUESSER, -5, 'user1'), to: other }, ...guessed]).length, 0);
  assert.equal(deeds([{ ...login(GUESSER, -5, 'user1'), to: one }, ...guessed]).length, 1);
});

test('thousands guess, and thousands are let in: each pair is looked at for next to nothing', () => {
  const specs = [...range(3000)].flatMap((n): AskedSpec[] => {
    const [at, guesser] = [n * 60, `100.${64 + (n >> 8)}.${n & 255}.9`];
    const own = [0, 1, 2, 3].map((name) => ({ from: guesser, at: at + name, user: `name${name}` }));
    return [...own, login(`198.18.${n >> 8}.${n & 255}`, at + 30, `user${n % 500}`)];
  });
  const notes = asked(specs);
  const { guesses, entries, span } = notes.after();
  let reads = 0;
  const counted = entries.map((entry) => ({
    ...entry,
    get source(): string {
      reads += 1;
      return entry.source;
    },
  }));
  assert.deepEqual(accesses(guesses, counted, span), []);
  assert.ok(reads < 100 * entries.length, `${reads} reads of ${entries.length} entries`);
});

test('who had been let in before is no guesser, however often it fails', () => {
  assert.deepEqual(deeds([login(GUESSER, -5, 'user0'), ...failures(30, 5), login(GUESSER, 40, 'user3')]), []);
});

test('many people log in through one address: some mistype, none guesses; a few accounts are not many people', () => {
  const people = (count: number): AskedSpec[] => [...range(count)].map((n) => login(GUESSER, 50 + n, `person${n}`));
  assert.deepEqual(deeds([...failures(12, 8, 3), ...people(20)]), []);
  assert.ok(deeds([...failures(12, 8, 3), ...people(3)]).length > 0);
});

test('an account that was guessed, used by a newcomer soon after: told, with the odds', () => {
  const found = deeds([...failures(6, 3), login(GUESSER, 10, 'user1'), login(STRANGER, 20, 'user1')]);
  assert.deepEqual(who(found), [GUESSER, STRANGER]);
  assert.ok(Math.abs(found[1].did.bits - Math.log2((86_400 + 20) / 10)) < 0.1);
  assert.deepEqual(found[1].before.at(-1), found[0].did);
});

test('its owner, who had been let in before, is not called a follow-up; nor is one who comes the next day', () => {
  const guessing = [...failures(6, 3), login(GUESSER, 10, 'user1')];
  assert.deepEqual(who(deeds([login(STRANGER, -50, 'user1'), ...guessing, login(STRANGER, 20, 'user1')])), [GUESSER]);
  assert.deepEqual(who(deeds([...guessing, login(STRANGER, 40_000, 'user1')])), [GUESSER]);
});

test('another account of another newcomer has nothing to do with it', () => {
  assert.deepEqual(who(deeds([...failures(6, 3), login(GUESSER, 10, 'user1'), login(STRANGER, 20, 'helen')])), [
    GUESSER,
  ]);
});

test('a neighbour of who only failed is let in: told', () => {
  const [deed] = deeds([...failures(6, 3), login(NEIGHBOUR, 60, 'helen')]);
  assert.equal(deed.did.source, NEIGHBOUR);
  assert.ok(deed.did.bits >= 20);
});

test('a neighbour who comes while somebody guesses comes no sooner than since that began', () => {
  const bitsAfter = (seconds: number): number =>
    deeds([...failures(300, 60, 60), login(NEIGHBOUR, seconds, 'helen')].toSorted((a, b) => a.at - b.at))[0].did.bits;
  assert.ok(bitsAfter(301) > bitsAfter(9001) + 3);
  assert.ok(bitsAfter(300 * 60 + 1) > bitsAfter(9001) + 3);
});

test('a neighbour counts for less where many guess, and many are let in', () => {
  const bits = (users: number, guessers: number): number => {
    const own = [...range(users)].map((n) => login(`100.64.${n}.7`, n, `own${n}`));
    const others = [...range(guessers)].flatMap((n) =>
      [0, 1, 2, 3].map((name) => ({ from: `100.70.${n}.9`, at: 100 + n, user: `guess${name}` })),
    );
    const before = 100 + guessers;
    const guesses = failures(6, 3).map((failure) => ({ ...failure, at: before + failure.at }));
    const found = deeds([...own, ...others, ...guesses, login(NEIGHBOUR, before + 7, 'helen')]);
    return found.find(({ did }) => did.source === NEIGHBOUR)?.did.bits ?? 0;
  };
  assert.ok(bits(50, 0) > bits(50, 100) + 3);
});

test('another service of the same server is another matter', () => {
  assert.deepEqual(deeds([...failures(6, 3), { ...login(NEIGHBOUR, 60, 'helen'), port: 21 }]), []);
});

// ── web ──

const form = (from: string, at: number, status: number): AskedSpec => ({
  from,
  at,
  status,
  path: '/account/login',
  verb: 'POST',
});

test('a form that comes back over and over, and then a redirect: guessed, but for want of a scan not told as such', () => {
  const [deed] = deeds([...[...range(9)].map((n) => form(GUESSER, n, 200)), form(GUESSER, 10, 302)]);
  assert.equal(deed.needsScan, true);
  assert.match(deed.did.reason, /another answer from \/account\/login/);
});

test('a log that tells neither address nor name of its site: the sentence says so', () => {
  const specs = [...[...range(9)].map((n) => form(GUESSER, n, 200)), form(GUESSER, 10, 302)];
  const [{ before, did }] = deeds(specs.map((spec) => ({ ...spec, to: '::', port: 0 })));
  assert.match(before[0].reason, /at the server, 9 times/);
  assert.match(did.reason, /of the server; after 9 failures/);
});

test('a page that refused it before the form did hides nothing', () => {
  const refused: AskedSpec = { from: GUESSER, at: -9, status: 401, path: '/private/' };
  const found = deeds([refused, ...[...range(9)].map((n) => form(GUESSER, n, 200)), form(GUESSER, 10, 302)]);
  assert.match(found[0].did.reason, /another answer from \/account\/login/);
});

test('many people log in behind one address: nothing', () => {
  const specs = [...range(40)].map((n) => form(GUESSER, n, n % 5 === 4 ? 200 : 302));
  assert.deepEqual(deeds(specs), []);
});

test('pages asked for again and again are no logins', () => {
  const specs = [...range(40)].map(
    (n): AskedSpec => ({ from: GUESSER, at: n, path: '/page', status: n === 39 ? 302 : 200 }),
  );
  assert.deepEqual(deeds(specs), []);
});

test('colleagues behind a new address mistype and are let in with accounts they had used: people, and no guesser', () => {
  const before = [...range(3)].map((n) => login(`100.64.${n}.7`, -500 + n, `user${n}`));
  const retried = [...failures(5, 3, 3), login(GUESSER, 30, 'user0'), login(GUESSER, 31, 'user1')];
  assert.deepEqual(deeds([...before, ...retried]), []);
  assert.equal(deeds(retried).length, 2);
  // One of three is what a guesser gets.
  assert.equal(deeds([...before, ...retried.slice(0, -1)]).length, 1);
});
