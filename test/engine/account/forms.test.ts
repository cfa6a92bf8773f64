import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formsOf } from '../../../src/engine/account/forms.ts';
import { Quest } from '../../../src/ledger/quest.ts';
import { Asked, Reply } from '../../../src/record/request.ts';
import { requestsOf } from '../../support/quest.ts';

const WORDS = Array.from('abcdefghijklmnopqrst').map((letter) => `${letter}ord`);

/** Missed but for those that are there. */
function read(paths: readonly string[], isThere: (at: number) => boolean = () => false) {
  const reply = (at: number): number => (isThere(at) ? Reply.answered : Reply.missed);
  const batch = requestsOf(paths.map((name, at) => ({ asked: Asked.path, reply: reply(at), name })));
  const quest = new Quest(1);
  for (let row = 0; row < batch.count; row += 1) quest.observe(batch, row, true, isThere(row) ? 0 : 1);
  return formsOf(quest);
}

test('the paths of an application have a few forms, those of a list lie at the root', () => {
  assert.deepEqual(read(WORDS.map((word) => `/tv/${word}/hd.m3u8`)), { few: 1, served: 0, bare: 0 });
  assert.deepEqual(read(WORDS.map((word) => `/${word}`)), { few: 0, served: 0, bare: 1 });
  assert.deepEqual(read(WORDS.map((word) => `/${word}/`)), { few: 0, served: 0, bare: 1 });
  assert.equal(read(WORDS.map((_, at) => `/daily-${at}.cdiff`)).few, 1, 'numbered');
  assert.equal(read(WORDS.map((word, at) => `/a/${word}.${'php bak zip asp txt'.split(' ')[at % 5]}`)).few, 0.6);
});

test('where half of the paths of a form are there, the others may be missed', () => {
  const icons = WORDS.map((word) => `/icons/${word}/icon.png`);
  assert.equal(read(icons, (at) => at % 2 === 0).served, 1);
  assert.equal(read(icons, (at) => at % 3 === 0).served, 0, 'a third');
  assert.equal(read([...icons, '/admin'], (at) => at % 2 === 1).served, 10 / 11, 'and one elsewhere');
  assert.equal(read(icons.slice(0, 6), (at) => at % 2 === 0).served, 0, 'too few to tell');
});
