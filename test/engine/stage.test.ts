import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_SHARDS, shardsOf } from '../../src/engine/stage.ts';
import { SHARDS } from '../../src/record/packet.ts';

test('the workers one after the other carry all shards in order, each at least one', () => {
  for (let workers = 1; workers <= SHARDS; workers += 1) {
    let next = ALL_SHARDS.from;
    for (let worker = 0; worker < workers; worker += 1) {
      const { from, to } = shardsOf(worker, workers);
      assert.equal(from, next);
      assert.ok(to > from);
      next = to;
    }
    assert.equal(next, ALL_SHARDS.to);
  }
});
