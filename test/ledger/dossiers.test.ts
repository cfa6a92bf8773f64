import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectors } from '../../src/detect/index.ts';
import { Accounts } from '../../src/ledger/account.ts';
import { Dossiers } from '../../src/ledger/dossiers.ts';
import type { RequestAdmission } from '../../src/ledger/names/asking.ts';
import { Asked, Reply } from '../../src/record/request.ts';
import { contacts, range } from '../support/contacts.ts';
import { requestsOf } from '../support/quest.ts';
import { cases, findingsIn } from '../support/replay.ts';

test('a login that is accepted before a source looks guilty is among what it learned', async () => {
  const { input } = cases().find(({ name }) => name === 'log-scan-then-login') ?? assert.fail('the case is gone');
  const [scan] = (await findingsIn(input)).filter(({ kind }) => kind === 'scan');
  // Of the refusals beside it only the first few are kept.
  assert.deepEqual(
    scan.learned.map(({ user, at }) => [user, at]),
    [['backup', '2026-11-20T08:01:40.000000Z']],
  );
});

test('a row of an account that begins with a dossier does not remember what the one before did', () => {
  const accounts = new Accounts(2, 7, detectors);
  const dossiers = new Dossiers(accounts, 1, 7, () => {});
  const seen = contacts([
    { from: 1, to: 100, port: 1111 },
    { from: 2, to: 200, port: 2222 },
  ]);
  const said = requestsOf(
    [1, 2].map((from) => ({ asked: Asked.path, reply: Reply.missed, name: `/of-${from}`, from })),
  );
  const admission = { first: Uint8Array.of(1, 1), missed: Uint8Array.of(1, 1), request: Uint32Array.of(1, 1) };
  const meets = (row: number, account: number): void => {
    accounts.contacts[account] += 1;
    dossiers.observe(seen, row, account, true, false, true);
    accounts.requests[account] += 1;
    dossiers.ask(said, row, account, admission as unknown as RequestAdmission);
  };
  const before = accounts.open(seen.address, 0, seen.time, 0);
  meets(0, before);
  accounts.keys.remove(before);
  const mine = accounts.open(seen.address, 8, seen.time, 1);
  assert.equal(mine, before);
  // It has a dossier at once, which is given up for another one.
  const first = dossiers.begin(seen, 1, mine) ?? assert.fail('there is room');
  meets(1, mine);
  dossiers.close(first);
  const again = dossiers.begin(seen, 1, mine) ?? assert.fail('there is room');
  assert.equal(again.services.get((6 << 16) | 1111), 0, 'a contact of another');
  assert.equal(again.quest, undefined, 'a request of another');
  assert.equal(again.probes, 2, 'its own are counted, and not kept');
});

test('of who is served no book is kept until he comes to more of ours than can be remembered; then of all of it', () => {
  for (const [isInward, known] of [
    [true, 40],
    [false, undefined],
  ] as const) {
    const accounts = new Accounts(2, 7, detectors);
    const dossiers = new Dossiers(accounts, 1, 7, () => {});
    const seen = contacts([...range(40)].map((n) => ({ from: 1, to: 100 + n, port: 443 })));
    const account = accounts.open(seen.address, 0, seen.time, 0);
    accounts.exchanges[account] = 1;
    for (let row = 0; row < seen.count; row += 1) {
      accounts.contacts[account] += 1;
      dossiers.observe(seen, row, account, true, false, isInward);
    }
    assert.equal(dossiers.of(account)?.addresses.size, known);
    assert.equal(dossiers.of(account)?.probes, known);
  }
});
