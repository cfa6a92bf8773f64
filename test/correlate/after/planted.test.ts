import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Planted, PlantedPrograms } from '../../../src/correlate/after/planted.ts';
import { digest } from '../../../src/record/digest.ts';
import { range } from '../../support/contacts.ts';
import { type AskedSpec, requests } from './asked.ts';

const ATTACKER = '203.0.113.9';
const STRANGER = '198.18.4.4';
const SHELL = '/uploads/k.php';

type Spec = Omit<AskedSpec, 'from'> & { readonly from?: string };

function planted(specs: readonly Spec[]): Planted[] {
  const programs = new PlantedPrograms(7);
  const batch = requests(specs.map((spec) => ({ from: ATTACKER, ...spec })));
  digest(batch);
  for (let row = 0; row < batch.count; row += 1) programs.hear(batch, row);
  return programs.all();
}

const missing = (path = SHELL, at = 0): Spec => ({ at, path, status: 404, bytes: 300 });
const there = { at: 60, path: SHELL, bytes: 1 };
const answers = [54, 9, 1843, 2210, 9120];
const posts = (path = SHELL, sizes = answers): Spec[] =>
  sizes.map((bytes, n) => ({ at: 70 + n, path, verb: 'POST', bytes }));
const commands = (path = SHELL, sizes = answers): Spec[] =>
  ['id', 'whoami', 'cat+/etc/passwd', 'ls%20-la', '/bin/ps+aux'].map((command, n) => ({
    at: 70 + n,
    path: `${path}?c=${command}`,
    bytes: sizes[n],
  }));

test('it was not there, it is, and it answers its finder each time at another length', () => {
  const [program, ...others] = planted([missing(), there, ...posts()]);
  assert.equal(others.length, 0);
  assert.deepEqual([program.source, program.path, program.times], [ATTACKER, SHELL, 5]);
  assert.match(program.weight.why, /^not there once and there 60 s later, .* answered in 5 lengths/);
});

test('the same answer again and again is guessing, and so is a page to log in at', () => {
  assert.deepEqual(planted([missing(), there, ...posts(SHELL, [300, 300, 301, 300, 300])]), []);
  assert.deepEqual(planted([missing('/login.php'), { ...there, path: '/login.php' }, ...posts('/login.php')]), []);
});

test('what others use, what comes and goes, and what appears where much does: the site’s own', () => {
  const other = { ...posts()[0], from: STRANGER, at: 80 };
  assert.deepEqual(planted([missing(), there, ...posts(), other]), []);
  const visits = [...range(3)].map((n) => ({ ...there, from: `198.18.4.${n}`, at: 90 + n }));
  assert.deepEqual(planted([missing(), there, ...posts(), ...visits]), []);
  assert.deepEqual(planted([missing(), there, missing(SHELL, 65), ...posts()]), []);
  const deploy = [...range(60)].flatMap((n) => [missing(`/p${n}.php`), { at: 61, path: `/p${n}.php` }]);
  assert.deepEqual(planted([...deploy, missing(), there, ...posts()]), []);
});

test('somebody else comes to it: only with commands, and of who was told first', () => {
  const later = (specs: readonly Spec[]): Spec[] => specs.map((spec) => ({ ...spec, from: STRANGER }));
  assert.deepEqual(planted([missing(), ...later([there, ...posts()])]), []);
  const [program] = planted([missing(), there, ...later(commands())]);
  assert.deepEqual([program.source, program.finder], [STRANGER, ATTACKER]);
  assert.match(program.weight.why, /answered 5 commands with 9 to 9120 bytes/);
});

test('nobody had asked for it: commands that were carried out tell, where the site says no to other paths', () => {
  const refusals = ['/a.php', '/b.php', '/c.php'].map((path) => missing(path));
  assert.equal(planted([...refusals, ...commands()]).length, 1);
  assert.equal(planted([...refusals, ...commands('/cgi-bin/diag')]).length, 1);
  assert.deepEqual(planted(commands()), []);
  assert.deepEqual(planted([...refusals, ...commands('/tool')]), []);
  assert.deepEqual(planted([...refusals, ...commands(SHELL, [900, 905, 915, 903, 908])]), []);
  const words = ['lamp', 'identity', 'cats', 'lsd', 'pss'].map((word, n) => ({
    at: 70 + n,
    path: `${SHELL}?q=${word}`,
    bytes: answers[n],
  }));
  assert.deepEqual(planted([...refusals, ...words]), []);
});

test('sizes are not told: a program that appeared a minute after it was missed, and was told much', () => {
  const untold = (at: number): Spec[] => [missing(SHELL, 60 - at), there, ...posts()].map(({ bytes, ...spec }) => spec);
  assert.equal(planted(untold(60)).length, 1);
  assert.equal(planted(untold(600)).length, 0);
});
