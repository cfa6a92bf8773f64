import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sites } from '../../../src/ledger/names/sites.ts';

const sites = (): Sites => new Sites(16, 64, 7);

test('of a new site the prior is believed, and a site that is not known gets the most lenient bound', () => {
  const known = sites();
  const site = known.site(1, 5);
  assert.equal(known.p0(site, known.name(1, 5, 1, 1)), 0.1);
  assert.equal(known.p0(-1, -1), 0.4);
});

test('clients that are served and miss raise the bound, and those that hit never lower it', () => {
  const known = sites();
  const site = known.site(1, 5);
  for (let at = 0; at < 1000; at += 1) known.learn(site, -1, false);
  assert.equal(known.p0(site, -1), 0.1);
  for (let at = 0; at < 2000; at += 1) known.learn(site, -1, true);
  assert.equal(known.p0(site, -1), 0.4);
});

test('a name that two served clients missed proves nothing, one that is gone proves little', () => {
  const known = sites();
  const site = known.site(1, 5);
  const [dead, gone] = [known.name(1, 5, 1, 1), known.name(1, 5, 2, 2)];
  known.learn(site, dead, true);
  assert.ok(known.p0(site, dead) < 1);
  known.learn(site, dead, true);
  assert.equal(known.p0(site, dead), 1);
  known.answered(site, gone, 200, 10);
  assert.equal(known.p0(site, gone), 0.5);
});

test('an answer that sixteen names get says nothing; one that pages share by chance does', () => {
  const known = sites();
  const site = known.site(1, 5);
  for (let at = 0; at < 16; at += 1) {
    assert.ok(!known.answersAll(site, 200, 700));
    known.answered(site, known.name(1, 5, at, 0), 200, 700);
  }
  assert.ok(known.answersAll(site, 200, 700));
  assert.ok(!known.answersAll(site, 200, 701));
});

test('when all names are taken, one that hardly anybody asked for makes room', () => {
  const known = new Sites(4, 8, 7);
  const site = known.site(1, 5);
  const dear = known.name(1, 5, 0, 0);
  known.learn(site, dear, true);
  known.learn(site, dear, true);
  for (let at = 1; at < 100; at += 1) assert.ok(known.name(1, 5, at, at) >= 0);
  assert.equal(known.p0(site, known.name(1, 5, 0, 0)), 1);
});

test('when all sites are taken, one of which nothing was learned makes room, and its row begins anew', () => {
  const known = new Sites(4, 64, 7);
  const dear = known.site(1, 5);
  for (let at = 0; at < 16; at += 1) known.answered(dear, known.name(1, 5, at, 0), 200, 700);
  for (let at = 6; at < 100; at += 1) {
    const site = known.site(1, at);
    assert.ok(site >= 0);
    assert.ok(!known.answersAll(site, 200, 700));
    known.meet(site, false, true);
  }
  assert.equal(known.site(1, 5), dear);
  assert.ok(known.answersAll(dear, 200, 700));
  assert.equal(known.freshBound(known.site(1, 100)), 1);
});
