import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FirstContact } from '../../src/ledger/first-contact.ts';

const pair = (source: number, target: number): Uint32Array =>
  Uint32Array.of(0, 0, 0xffff, source, 0, 0, 0xffff, target);

test('a target that is tried again is one contact', () => {
  const memory = new FirstContact(16, 1);
  assert.ok(memory.isFirst(pair(1, 2), 0, 80));
  for (let n = 0; n < 100; n += 1) assert.ok(!memory.isFirst(pair(1, 2), 0, 80));
});

test('another source, target, port or manner is another contact; so is the way back', () => {
  const memory = new FirstContact(16, 1);
  memory.isFirst(pair(1, 2), 0, 80);
  for (const [source, target, what] of [
    [3, 2, 80],
    [1, 3, 80],
    [1, 2, 81],
    [1, 2, 80 | (3 << 24)],
    [2, 1, 80],
  ])
    assert.ok(memory.isFirst(pair(source, target), 0, what), `${source} ${target} ${what}`);
});

test('addresses of one word and of four are told apart in every word', () => {
  const memory = new FirstContact(16, 1);
  const words = pair(1, 2);
  memory.isFirst(words, 0, 80);
  for (let word = 0; word < 8; word += 1) {
    const other = words.slice();
    other[word] ^= 0x80000000;
    assert.ok(memory.isFirst(other, 0, 80), `word ${word}`);
  }
});

test('a pair is remembered for as many others as a generation takes, and forgotten after two', () => {
  const memory = new FirstContact(12, 1);
  const generation = 2 ** 8;
  let n = 100;
  const others = (count: number): void => {
    for (; count > 0; count -= 1, n += 1) memory.isFirst(pair(n, 1), 0, 80);
  };
  memory.isFirst(pair(1, 2), 0, 80);
  others(generation - 10);
  assert.ok(!memory.isFirst(pair(1, 2), 0, 80));
  others(3 * generation);
  assert.ok(memory.isFirst(pair(1, 2), 0, 80));
});

test('hardly any new pair is taken for one seen before', () => {
  const memory = new FirstContact(20, 1);
  let wrong = 0;
  for (let n = 0; n < 100_000; n += 1) if (!memory.isFirst(pair(n, n ^ 5), 0, 80)) wrong += 1;
  assert.ok(wrong < 100_000 * 0.05, `${wrong}`);
});

test('a merge remembers what both did', () => {
  const [one, two] = [new FirstContact(14, 5), new FirstContact(14, 5)];
  one.isFirst(pair(1, 2), 0, 80);
  two.isFirst(pair(3, 4), 0, 80);
  one.merge(two);
  assert.ok(!one.isFirst(pair(1, 2), 0, 80));
  assert.ok(!one.isFirst(pair(3, 4), 0, 80));
  assert.ok(one.isFirst(pair(5, 6), 0, 80));
});
