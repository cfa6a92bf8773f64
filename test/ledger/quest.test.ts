import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Quest } from '../../src/ledger/quest.ts';
import { digest } from '../../src/record/digest.ts';
import { Reply } from '../../src/record/request.ts';
import { type AskedSpec, requests } from '../correlate/after/asked.ts';

/** Names that the answers told its source. */
function finds(specs: readonly Omit<AskedSpec, 'from' | 'at'>[], status = 0): string[] {
  const batch = requests(specs.map((spec, at) => ({ from: '203.0.113.9', at, ...spec })));
  digest(batch);
  const quest = new Quest(7);
  for (let row = 0; row < batch.count; row += 1) {
    if (status > 0) batch.status[row] = status;
    quest.observe(batch, row, true, 0);
  }
  return quest.finds.map(({ name }) => name);
}

test('names are counted by the server that was asked for most', () => {
  const users = ['100', '101', '102', '103'].map((user) => ({ user, reply: Reply.missed }));
  const batch = requests(users.map((spec, at) => ({ from: '203.0.113.9', at, ...spec })));
  digest(batch);
  const [apart, together] = [new Quest(7), new Quest(7)];
  for (let row = 0; row < batch.count; row += 1) {
    together.observe(batch, row, true, 0);
    batch.address[row * 8 + 7] = 0xc6336400 + row;
    apart.observe(batch, row, true, 0);
  }
  assert.deepEqual([apart.namesOfOne, together.namesOfOne], [1, 4]);
});

test('a wrong password tells nobody that there is such a user; being let in does', () => {
  const failed = { user: 'printer', reply: Reply.denied };
  assert.deepEqual(finds([failed, { user: 'anna', reply: Reply.accepted }]), ['anna']);
});

test('protocols that answer otherwise for a user they do not know tell who exists: SIP by its status, Kerberos', () => {
  const failed = { user: '100', reply: Reply.denied };
  assert.deepEqual(finds([{ ...failed, port: 5060 }], 401), ['100']);
  assert.deepEqual(finds([{ ...failed, port: 88 }]), ['100']);
});

test('a path that is refused is there', () => {
  assert.deepEqual(
    finds([
      { path: '/admin', status: 403 },
      { path: '/none', status: 404 },
    ]),
    ['/admin'],
  );
});
