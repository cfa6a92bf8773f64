import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answers } from '../../../src/ledger/names/answers.ts';
import { Asked, Reply, VERBS } from '../../../src/record/request.ts';
import { requestsOf } from '../../support/quest.ts';

const WORDS = 'a abc abcde abcdefgh x xyz longer-word it another-one of many and so'.split(' ');

/** Whether the last of names that were answered with so many bytes says nothing, and how many of the answers gave anything. */
function read(
  bytesOf: (name: string, at: number) => number,
  { verb = 'GET', sized = true }: { readonly verb?: 'GET' | 'HEAD'; readonly sized?: boolean } = {},
): { readonly alike: boolean; readonly gifts: number } {
  const names = WORDS.map((word) => `/${word}`);
  const batch = requestsOf(names.map((name) => ({ asked: Asked.path, reply: Reply.answered, status: 200, name })));
  batch.bytes.set(names.map(bytesOf));
  batch.verb.fill(VERBS.indexOf(verb));
  const answers = new Answers(1);
  answers.forget(0);
  let [alike, gifts] = [false, 0];
  for (let row = 0; row < batch.count; row += 1) {
    alike = answers.areAlike(batch, row, 0, sized);
    if (!alike && answers.isGift(batch, row, 0, sized)) gifts += 1;
  }
  return { alike, gifts };
}

test('an answer that is the same for all names says nothing of them, also where it repeats the name', () => {
  for (const echoes of [0, 1, 2, 3])
    assert.deepEqual(
      read((name) => 5000 + echoes * name.length),
      { alike: true, gifts: 1 },
      `${echoes}`,
    );
});

test('answers that differ in more than the name were given by pages that are there', () => {
  assert.deepEqual(
    read((name, at) => 5000 + name.length + 7 * at * at),
    { alike: false, gifts: WORDS.length },
  );
  assert.deepEqual(
    read((name) => 5000 - name.length),
    { alike: false, gifts: WORDS.length },
    'shorter with the name',
  );
  assert.deepEqual(read((name) => 5000 + 9 * name.length).alike, false, 'too often');
  assert.equal(read((_, at) => (at === WORDS.length - 1 ? 6000 : 5000)).alike, false, 'the last is another');
});

test('an empty answer is one like any other, unless nothing was asked for but a look, or no sizes are told', () => {
  assert.deepEqual(
    read(() => 0),
    { alike: true, gifts: 1 },
  );
  for (const more of [{ verb: 'HEAD' }, { sized: false }] as const)
    assert.deepEqual(
      read(() => 0, more),
      { alike: false, gifts: WORDS.length },
    );
});
