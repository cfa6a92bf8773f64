import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Knowledge, State } from '../../src/ledger/knowledge.ts';

const TCP = 6;
const host = (n: number): Uint32Array => Uint32Array.of(0, 0, 0xffff, n);

/** State of a service of host n. */
function state(knowledge: Knowledge, n: number, port = 80, protocol = TCP): number {
  knowledge.at(host(n), 0, port, protocol);
  return knowledge.state();
}

function told(knowledge: Knowledge, what: 'answered' | 'closed' | 'silent' | 'used', n: number, port = 80): void {
  knowledge.at(host(n), 0, port, TCP);
  knowledge[what]();
}

/** A source misses a service of host n that it, or somebody, used. */
function fails(knowledge: Knowledge, n: number, source: number): void {
  knowledge.at(host(n), 0, 80, TCP);
  knowledge.failed(source);
}

test('a service that answered one source from outside alone, and how many others it did not', () => {
  const knowledge = new Knowledge(64, 5);
  const words = Uint32Array.of(0, 0, 0xffff, 0xc0000205);
  const here = (): Knowledge => {
    knowledge.at(words, 0, 10_050, 6);
    return knowledge;
  };
  here().turnedDown(7);
  assert.equal(here().others(), 0, 'nothing was known of it');
  here().answered();
  knowledge.answeredOutside(1);
  assert.equal(here().isExclusive(), true);
  for (const source of [8, 8, 9, 9]) here().turnedDown(source);
  assert.equal(here().others(), 2);
  here().answeredOutside(1);
  assert.equal(here().isExclusive(), true);
  here().answeredOutside(2);
  assert.equal(here().isExclusive(), false);
});

test('an address goes from unknown to dark by silence, and to alive by any sign of life', () => {
  const knowledge = new Knowledge(16, 1);
  assert.equal(state(knowledge, 1), State.unknown);
  told(knowledge, 'silent', 1);
  assert.equal(state(knowledge, 1), State.dark);
  assert.equal(state(knowledge, 1, 443), State.dark, 'every port of it');
  knowledge.alive(host(1), 0);
  assert.equal(state(knowledge, 1), State.alive);
  told(knowledge, 'silent', 1);
  assert.equal(state(knowledge, 1), State.alive, 'life is not forgotten');
});

test('a service is open or closed by its last answer; the others of its host are unknown', () => {
  const knowledge = new Knowledge(16, 1);
  told(knowledge, 'answered', 1, 80);
  assert.equal(state(knowledge, 1, 80), State.open);
  assert.equal(state(knowledge, 1, 81), State.alive);
  assert.equal(state(knowledge, 1, 80, 17), State.alive, 'UDP is another service');
  told(knowledge, 'closed', 1, 80);
  assert.equal(state(knowledge, 1, 80), State.closed);
  told(knowledge, 'answered', 1, 80);
  assert.equal(state(knowledge, 1, 80), State.open);
});

test('a service that clients use and then miss is failing, until it answers again; so nobody is charged for an outage', () => {
  const knowledge = new Knowledge(16, 1);
  told(knowledge, 'used', 1);
  told(knowledge, 'used', 1);
  knowledge.at(host(1), 0, 80, TCP);
  assert.equal(knowledge.users(), 2);
  fails(knowledge, 1, 7);
  assert.equal(state(knowledge, 1), State.open, 'one failure is no outage');
  fails(knowledge, 1, 7);
  assert.equal(state(knowledge, 1), State.open, 'nor are many of one source');
  fails(knowledge, 1, 8);
  assert.equal(state(knowledge, 1), State.failing);
  told(knowledge, 'answered', 1);
  assert.equal(state(knowledge, 1), State.open);
});

test('a used service does not become closed by a refusal, and one that nobody uses does not fail', () => {
  const knowledge = new Knowledge(16, 1);
  told(knowledge, 'used', 1);
  told(knowledge, 'closed', 1);
  assert.equal(state(knowledge, 1), State.open);
  told(knowledge, 'answered', 2);
  for (let source = 0; source < 9; source += 1) fails(knowledge, 2, source);
  assert.equal(state(knowledge, 2), State.open);
});

test('users stop at 255', () => {
  const knowledge = new Knowledge(16, 1);
  for (let n = 0; n < 300; n += 1) told(knowledge, 'used', 1);
  knowledge.at(host(1), 0, 80, TCP);
  assert.equal(knowledge.users(), 255);
});

test('in full tables a new host stays unknown and is counted, known ones go on', () => {
  const knowledge = new Knowledge(4, 1);
  for (let n = 0; n < 4; n += 1) told(knowledge, 'silent', n);
  told(knowledge, 'answered', 9);
  assert.equal(state(knowledge, 9), State.unknown);
  assert.equal(knowledge.refused, 1);
  told(knowledge, 'answered', 2);
  assert.equal(state(knowledge, 2), State.open);
  for (let port = 0; port < 20; port += 1) told(knowledge, 'closed', 2, port);
  assert.equal(state(knowledge, 2, 19), State.alive, 'twice as many services as hosts');
  assert.equal(state(knowledge, 2, 3), State.closed);
});

test('what is sought in vain is kept of services that nobody ever found, until they answer', () => {
  const knowledge = new Knowledge(16, 1);
  const seek = (source: number): number => {
    knowledge.at(host(1), 0, 80, TCP);
    knowledge.soughtInVain(source);
    return knowledge.missers();
  };
  told(knowledge, 'silent', 1);
  assert.equal(seek(7), 1);
  assert.equal(seek(7), 1, 'one source is one');
  assert.equal(seek(8), 2);
  assert.equal(state(knowledge, 1), State.dark, 'it shows no life of the host');
  knowledge.alive(host(1), 0);
  assert.equal(state(knowledge, 1), State.alive, 'nor that the port is closed');
  told(knowledge, 'used', 1);
  assert.equal(state(knowledge, 1), State.open, 'and nothing fails that was not there');
  assert.equal(knowledge.missers(), 0);
});
