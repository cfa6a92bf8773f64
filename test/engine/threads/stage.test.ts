import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_SHARDS, allocateTold, shardsOf, Stage, toldBytes } from '../../../src/engine/threads/stage.ts';
import { decode } from '../../../src/input/capture/decode/index.ts';
import { SHARDS } from '../../../src/record/packet.ts';
import { WeirdCounts } from '../../../src/record/weird.ts';
import { requestAt } from '../../flow/observed.ts';
import { batchOf } from '../../input/capture/decode/decoded.ts';
import { ethernet, ip4, tcp, text } from '../../support/packets.ts';

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

test('what is told of requests does not depend on how many workers carry the shards', () => {
  const frames = Array.from({ length: 40 }, (_, n) => {
    const payload = text(`GET /${n} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
    return ethernet(ip4(tcp({ flags: 24, from: 40_000 + n, payload }), { source: `192.0.2.${n + 1}` }));
  });
  const toldBy = (workers: number): string[] => {
    const packets = batchOf(frames);
    decode(packets, new WeirdCounts(), 7);
    return Array.from({ length: workers }, (_, worker) => shardsOf(worker, workers)).flatMap((span) => {
      const told = allocateTold(span, new SharedArrayBuffer(toldBytes(span) + 64), 64);
      const stage = new Stage(span, 7);
      stage.follow(packets, told, new WeirdCounts());
      const rows: string[] = [];
      for (let more = true; more; ) {
        more = stage.finish(told);
        assert.equal(told.requestEnd[span.to - 1], told.requests.count);
        for (let row = 0; row < told.requests.count; row += 1) rows.push(JSON.stringify(requestAt(told.requests, row)));
      }
      return rows;
    });
  };
  assert.equal(toldBy(1).length, 40);
  for (const workers of [2, 3, SHARDS]) assert.deepEqual(toldBy(workers), toldBy(1));
});
