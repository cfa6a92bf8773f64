import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { run } from '../src/engine/run.ts';
import { cases } from './support/replay.ts';

describe('who looks like a scanner and is none is called by the right name', () => {
  for (const { name, input, expected } of cases()) {
    const { explained } = expected;
    if (explained === undefined) continue;
    it(`${name}: ${explained}`, async () => {
      const { summary } = await run({ paths: [input], workers: 1, home: [], falsePerDay: 1 });
      const names = new Set(summary.explained.map(({ what }) => what));
      assert.deepEqual(
        [...names].map((what) => what.startsWith(explained)),
        [true],
        [...names].join(', '),
      );
    });
  }
});
