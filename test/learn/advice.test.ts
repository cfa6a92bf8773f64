import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Learned } from '../../src/finding/finding.ts';
import { adviceOn } from '../../src/learn/advice.ts';
import { range } from '../support/contacts.ts';

const fact = (over: Partial<Learned>): Learned => ({
  address: '192.0.2.1',
  protocol: 'tcp',
  port: 22,
  state: 'open',
  firstTime: true,
  ...over,
});

test('advice ranks what gave away most first, and is about what is open only', () => {
  const advice = adviceOn([
    fact({ port: 1 }),
    fact({ port: 2, service: 'ssh', banner: 'SSH-2.0' }),
    fact({ port: 3, state: 'closed' }),
    fact({ port: 4, service: 'http' }),
  ]);
  assert.deepEqual(
    advice.map(({ target }) => target),
    ['192.0.2.1 tcp/2', '192.0.2.1 tcp/4', '192.0.2.1 tcp/1'],
  );
  assert.ok(advice.every(({ mitigation, text }) => mitigation === 'M1056' && text.length > 0));
  assert.match(advice[0].text, /version/);
});

test('advice is bounded, and there is none where nothing was learned', () => {
  assert.deepEqual(adviceOn([]), []);
  assert.ok(adviceOn([...range(500)].map((port) => fact({ port }))).length <= 21);
});
