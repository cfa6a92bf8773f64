import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contacts } from '../../src/ledger/dossier.ts';
import { EarlyContacts } from '../../src/ledger/early-contacts.ts';
import { contacts, range } from '../support/contacts.ts';

const SOURCE = '203.0.113.9';

/** Writes down the ports of what it is given, and whether it was told as a first contact. */
class Book {
  readonly ports: number[] = [];
  readonly firsts: boolean[] = [];

  observe({ targetPort }: Contacts, row: number, isFirst: boolean): void {
    this.ports.push(targetPort[row]);
    this.firsts.push(isFirst);
  }
}

const batch = contacts([...range(40)].map((n) => ({ from: SOURCE, to: '198.51.100.7', port: 1000 + n })));

function given(early: EarlyContacts, account: number): Book {
  const book = new Book();
  early.give(account, book);
  return book;
}

test('the first contacts of every account come back in their order, whatever came between', () => {
  const early = new EarlyContacts(3);
  for (let row = 0; row < 12; row += 1) early.keep(batch, row, row % 3, true, false);
  for (let account = 0; account < 3; account += 1)
    assert.deepEqual(
      given(early, account).ports,
      [0, 3, 6, 9].map((n) => 1000 + n + account),
    );
});

test('after six only contacts with new targets are kept, and sixteen of them', () => {
  const early = new EarlyContacts(2);
  const kept = [...range(40)].map((row) => early.keep(batch, row, 1, row >= 10, false));
  assert.deepEqual(
    kept.map((is, row) => (is ? row : -1)).filter((row) => row >= 0),
    [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
  );
  assert.equal(early.count(1), 16);
  assert.equal(given(early, 1).firsts.filter(Boolean).length, 10);
});

test('a row that another account takes over starts with nothing', () => {
  const early = new EarlyContacts(2);
  early.keep(batch, 5, 0, true, false);
  early.forget(0);
  early.keep(batch, 7, 0, true, false);
  assert.deepEqual(given(early, 0).ports, [1007]);
});
