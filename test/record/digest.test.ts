import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digest } from '../../src/record/digest.ts';
import { blend, FNV_START } from '../../src/record/fnv.ts';
import { hashCaseless, hashName, type NameHash } from '../../src/record/name.ts';
import {
  allocateRequests,
  Asked,
  beginRequest,
  clearRequests,
  keepText,
  type RequestBatch,
} from '../../src/record/request.ts';

const ROWS = 8;

function ask(batch: RequestBatch, name: string, agent: string, site: string): void {
  const row = beginRequest(batch);
  const bytes = Buffer.from(name + agent + site, 'latin1');
  batch.name[row] = keepText(batch, bytes, 0, name.length);
  batch.nameLength[row] = name.length;
  batch.agent[row] = keepText(batch, bytes, name.length, name.length + agent.length);
  batch.agentLength[row] = agent.length;
  batch.site[row] = keepText(batch, bytes, name.length + agent.length, bytes.length);
  batch.siteLength[row] = site.length;
  batch.count = row + 1;
}

const fnv = (text: string): number => Buffer.from(text, 'latin1').reduce(blend, FNV_START);

function check(batch: RequestBatch, row: number, name: string, agent: string, site: string): void {
  const bytes = Buffer.from(name, 'latin1');
  const one: NameHash = { a: 0, b: 0 };
  hashName(bytes, 0, bytes.length, one);
  assert.deepEqual([batch.nameA[row], batch.nameB[row]], [one.a, one.b]);
  assert.equal(batch.nameHash[row], fnv(name));
  assert.equal(batch.agentHash[row], fnv(agent));
  assert.equal(batch.siteHash[row], hashCaseless(Buffer.from(site), 0, site.length));
}

// few letters, so that texts come again and differ by little; long ones too, which are not remembered
const text = fc
  .tuple(fc.constantFrom('', '/a', '/index.html?n=', 'Mozilla/5.0 (X11) '), fc.nat(40), fc.constantFrom('0', '12', 'x'))
  .map(([before, times, after]) => before + after.repeat(times * 7) + after);

test('hashes are those of the whole texts, whatever was seen before', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: ROWS }), (rows) => {
      const batch = allocateRequests(32);
      for (const row of rows) ask(batch, ...row);
      digest(batch);
      rows.forEach((row, at) => check(batch, at, ...row));
    }),
  );
});

test('a name and its two hashes as it stands tell names apart that are one target', () => {
  const batch = allocateRequests(ROWS);
  ask(batch, '/item/17', '', '');
  ask(batch, '/item/18', '', '');
  digest(batch);
  assert.equal(batch.nameA[0], batch.nameA[1]);
  assert.notEqual(batch.nameHash[0], batch.nameHash[1]);
  assert.notEqual(batch.nameMix[0], batch.nameMix[1]);
});

test('the letters of a DNS name are hashed without regard to their size, those of a path are not', () => {
  const batch = allocateRequests(ROWS);
  for (const name of ['wWw.Example.ORG', 'www.example.org', 'wWw.Example.ORG']) ask(batch, name, '', '');
  batch.asked.set([Asked.dnsName, Asked.dnsName, Asked.path]);
  digest(batch);
  check(batch, 1, 'www.example.org', '', '');
  for (const column of [batch.nameA, batch.nameB, batch.nameHash, batch.nameMix]) assert.equal(column[0], column[1]);
  check(batch, 2, 'wWw.Example.ORG', '', '');
});

test('rows that are begun anew are hashed anew, and only those', () => {
  const batch = allocateRequests(ROWS);
  ask(batch, '/one', 'agent', 'a.example');
  digest(batch);
  batch.nameHash[0] = 1;
  ask(batch, '/two', 'agent', 'a.example');
  digest(batch);
  assert.equal(batch.nameHash[0], 1);
  batch.count = 0;
  ask(batch, '/three', 'agent', 'a.example');
  digest(batch);
  check(batch, 0, '/three', 'agent', 'a.example');
});

test('a batch that was emptied has no hashes, whoever fills it', () => {
  const batch = allocateRequests(32);
  ask(batch, '/one', 'curl', 'a.example');
  digest(batch);
  clearRequests(batch);
  const bytes = Buffer.from('/two', 'latin1');
  batch.name[0] = keepText(batch, bytes, 0, bytes.length);
  batch.nameLength[0] = bytes.length;
  batch.count = 1;
  digest(batch);
  assert.equal(batch.nameHash[0], fnv('/two'));
});
