import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Asked, Reply, RequestTrait } from '../../../src/record/request.ts';
import { range } from '../../support/contacts.ts';
import { Stand } from '../../support/judge.ts';
import { requestsOf } from '../../support/quest.ts';

const PAGE = { asked: Asked.path, reply: Reply.answered, status: 200 };

/** How many guesses of hosts are seen in copies of requests: one client's for these hosts, among others for sites of theirs. */
function guessesOf(hosts: readonly string[]): number {
  const client = hosts.map((site) => ({ ...PAGE, from: 1, name: '/hook', site, traits: RequestTrait.copy }));
  const batch = requestsOf(
    client.flatMap((hit, n) => [{ ...PAGE, from: 2, name: '/', site: `site-${'abcdefgh'[n % 8]}.example` }, hit]),
  );
  const known = requestsOf([{ ...PAGE, from: 1, name: '/hook' }]);
  batch.bytes.fill(17);
  const { asking } = new Stand().ledger;
  asking.admit(known, 0, known.count);
  asking.admit(batch, 0, batch.count);
  return [...range(hosts.length)].reduce((sum, n) => sum + asking.admission.strangeHost[2 * n + 1], 0);
}

test('one host is one guess at most, whatever is asked of other sites between', () => {
  assert.equal(guessesOf(Array(20).fill('hooks.example')), 0);
  assert.equal(guessesOf([...range(20)].map((n) => `${'qwertzuiop'[n % 10]}${n > 9 ? 'x' : ''}.example`)), 19);
});

test('a host that two others began with is no guess, and one that its guesser alone came for is', () => {
  const visit = (from: number, site: string) => ({ ...PAGE, from, name: '/', site });
  const visits = ['a', 'b'].flatMap((site, at) => [
    visit(10 + at, `${site}.example`),
    visit(20 + at, `${site}.example`),
  ]);
  const round = ['start', 'a', 'b', 'c', 'd'].map((site) => visit(1, `${site}.example`));
  const batch = requestsOf([...visits, ...round]);
  batch.bytes.fill(17);
  const { asking } = new Stand().ledger;
  asking.admit(batch, 0, batch.count);
  assert.deepEqual([...asking.admission.strangeHost.subarray(4, batch.count)], [0, 0, 0, 1, 1]);
  const late = requestsOf([visit(30, 'c.example'), visit(31, 'c.example'), visit(32, 'c.example')]);
  asking.admit(late, 0, late.count);
  assert.deepEqual(
    [7, 8].map((row) => asking.isVisited(batch.siteHash[row])),
    [true, false],
  );
});
