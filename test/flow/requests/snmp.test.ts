import assert from 'node:assert/strict';
import { test } from 'node:test';
import { communityKind } from '../../../src/flow/requests/snmp.ts';
import { KINDS } from '../../../src/record/kinds.ts';
import { type Segment, udp } from '../../support/packets.ts';
import { IP4, observe, text } from '../observed.ts';

/** A message of SNMP up to the end of its community, and a request that is not looked at. */
function message(community: string, version = 1): Uint8Array<ArrayBuffer> {
  const name = text(community);
  return Uint8Array.of(0x30, 8 + name.length, 2, 1, version, 4, name.length, ...name, 0xa0, 1, 0);
}

const kindOf = (bytes: Uint8Array): number => communityKind(bytes, 0, bytes.length);

test('communities are told apart by kinds, whatever version and request they stand in', () => {
  const kinds = new Set(Array.from({ length: 400 }, (_, n) => kindOf(message(`community${n}`))));
  assert.equal(kinds.size, KINDS);
  assert.equal(Math.min(...kinds), 0);
  assert.equal(kindOf(message('public', 0)), kindOf(message('public')));
});

test('what is no message with a community has no kind', () => {
  assert.equal(kindOf(text('anything else')), -1);
  assert.equal(kindOf(Uint8Array.of(0x30, 7, 2, 1, 3, 0x30, 2, 2, 0)), -1, 'version 3');
  for (let end = 0; end < 13; end += 1) assert.equal(communityKind(message('public'), 0, end), -1, 'cut');
});

const { out, back } = IP4;
const ask = (community: string, to = 161): Segment => udp({ from: 40000, to, payload: message(community) });
/** How many bits of a number are set. */
const bits = (word: number): number => (word === 0 ? 0 : (word & 1) + bits(word >>> 1));
const bitsOf = ({ seq, ack }: { seq: number; ack: number }): number => bits(seq) + bits(ack);

test('a contact tells under how many communities it was made, and each further one when it comes', () => {
  const list = ['public', 'private', 'cisco', 'public'];
  const asked = list.map((community, n) => out(n / 100, ask(community)));
  const before = observe(asked).contacts;
  assert.deepEqual(
    before.map((one) => [one.outcome, bitsOf(one)]),
    [['unanswered', 3]],
  );
  const answer = back(0.005, udp({ from: 161, to: 40000, payload: message('public') }));
  const after = observe([asked[0], answer, ...asked.slice(1)]).contacts;
  assert.deepEqual(
    after.map((one) => [one.outcome, bitsOf(one)]),
    [
      ['answered', 1],
      ['guessed', 2],
      ['guessed', 3],
    ],
  );
});

test('who always asks under one community tells it once, and other ports tell none', () => {
  const asked = Array.from({ length: 9 }, (_, n) => out(n / 100, ask('public')));
  assert.deepEqual(observe(asked).contacts.map(bitsOf), [1]);
  assert.deepEqual(observe([out(0, ask('public', 1161))]).contacts.map(bitsOf), [0]);
});
