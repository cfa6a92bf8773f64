import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proposalOf } from '../../../src/flow/requests/ike.ts';
import { type Segment, udp } from '../../support/packets.ts';
import { IP4, observe } from '../observed.ts';

/** A first message with a proposal, of the version that its type is of. */
function message(proposal: number, { cookie = 1, responder = 0, next = 1 } = {}): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(28).fill(cookie, 0, 8).fill(responder, 8, 16);
  header[16] = next;
  return Uint8Array.of(...header, 0, 0, 0, 12, 0, 0, 0, 1, proposal, 7, 7, 7);
}

const numberOf = (bytes: Uint8Array): number => proposalOf(bytes, 0, bytes.length);

test('proposals are told apart, whatever the cookie', () => {
  assert.notEqual(numberOf(message(1)), 0);
  assert.equal(numberOf(message(1)), numberOf(message(1, { cookie: 9 })));
  assert.equal(numberOf(message(1)), numberOf(message(1, { next: 33 })), 'of both versions');
  assert.ok(new Set(Array.from({ length: 200 }, (_, n) => numberOf(message(n)))).size > 190);
});

test('what proposes nothing has no number', () => {
  assert.equal(numberOf(message(1, { responder: 1 })), 0, 'not the first message');
  assert.equal(numberOf(message(1, { next: 5 })), 0, 'another payload');
  for (let end = 0; end < 40; end += 1) assert.equal(proposalOf(message(1), 0, end), 0, 'cut');
});

test('further proposals are told as they come, the same once more is not', () => {
  const { out, back } = IP4;
  const ask = (proposal: number, cookie = 1): Segment =>
    udp({ from: 500, to: 500, payload: message(proposal, { cookie }) });
  const answer = back(0.01, udp({ from: 500, to: 500, payload: message(1, { responder: 3, next: 11 }) }));
  const proposals = [1, 1, 2, 3, 2];
  const frames = proposals.map((proposal, n) => out(n / 10, ask(proposal, n)));
  const outcomes = observe([frames[0], answer, ...frames.slice(1)]).contacts.map(({ outcome }) => outcome);
  assert.deepEqual(outcomes, ['answered', 'guessed', 'guessed']);
});
