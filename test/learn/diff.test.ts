import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeSchema, type Exposure } from '../../src/finding/exposure.ts';
import { differences } from '../../src/learn/diff.ts';
import { exampleExposure as one } from '../finding/example.ts';

const essence = (before: readonly Exposure[], after: readonly Exposure[]): (string | undefined)[][] =>
  differences(before, after).map(({ change, fields, before: old, after: now }) => [
    change,
    String((now ?? old)?.port ?? ''),
    ...fields,
  ]);

test('the same surface twice does not differ', () => {
  const same = [one(), one({ port: 80 })];
  assert.deepEqual(differences(same, same), []);
});

test('what is new, gone, closed, changed and newly told is told apart', () => {
  const before = [
    one({ port: 1 }),
    one({ port: 2 }),
    one({ port: 3, banner: 'a/1' }),
    one({ port: 4, scanners: 0 }),
    one({ port: 6, state: 'closed' }),
  ];
  const after = [
    one({ port: 2, state: 'closed' }),
    one({ port: 3, banner: 'a/2' }),
    one({ port: 4, scanners: 2 }),
    one({ port: 5 }),
    one({ port: 6 }),
  ];
  assert.deepEqual(essence(before, after), [
    ['exposed', '5'],
    ['exposed', '6'],
    ['told', '4'],
    ['changed', '3', 'banner'],
    ['closed', '2'],
    ['unseen', '1'],
  ]);
  for (const change of differences(before, after)) assert.ok(changeSchema.safeParse(change).success);
});

test('a page that grew has changed; what one side does not tell has not', () => {
  const page = one({ what: 'path', path: '/a', status: 200, bytes: 10 });
  const { bytes: _, ...untold } = page;
  assert.deepEqual(essence([page], [{ ...page, bytes: 11 }]), [['changed', '22', 'bytes']]);
  assert.deepEqual(essence([page], [untold]), []);
});

test('turned round, what was exposed is not seen any more', () => {
  assert.deepEqual(essence([], [one()]), [['exposed', '22']]);
  assert.deepEqual(essence([one()], []), [['unseen', '22']]);
});
