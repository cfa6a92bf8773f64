import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsOf } from '../../../src/engine/account/labels.ts';
import { Quest } from '../../../src/ledger/quest.ts';
import { Asked, Reply } from '../../../src/record/request.ts';
import { requestsOf } from '../../support/quest.ts';

function read(labels: readonly string[]) {
  const batch = requestsOf(
    labels.map((label) => ({ asked: Asked.dnsName, reply: Reply.missed, name: `${label}.example.org` })),
  );
  const quest = new Quest(1);
  for (let row = 0; row < batch.count; row += 1) quest.observe(batch, row, true, 1);
  return labelsOf(quest);
}

test('labels that nobody could say were drawn by lot, words were not', () => {
  assert.deepEqual(read(['kqzxwvbtr', 'gjxkqplw', 'a7f3k9x2', 'Hfjdkslqp']), { random: 1, again: 0, searched: 0 });
  const words = 'autodiscover webmail intranet backup01 sharepoint staging-3 database filesrv kjhg'.split(' ');
  assert.deepEqual(read(words), { random: 0, again: 0, searched: 0 });
});

test('how often names came again is told, whatever the size of their letters', () =>
  assert.deepEqual(read(['www', 'mail', 'WWW', 'www']), { random: 0, again: 2, searched: 0 }));

test('names of other zones with ours behind them are counted', () =>
  assert.equal(read(['www.example.com', 'printer', 'ntp.debian.org', 'wiki.office']).searched, 2));
