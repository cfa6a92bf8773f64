import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Profile } from '../../src/table/profile.ts';
import { randomOf } from '../support/contacts.ts';

const DAY = 86_400e6;
const at = (time: number): Float64Array => Float64Array.of(time);

test('a new key is as rare as new keys have been of late', () => {
  const profile = new Profile(256, 7);
  for (let n = 0; n < 4000; n += 1) profile.see(n % 10, 0, 0, 0, at(n), 0);
  const rare = profile.see(99, 0, 0, 0, at(4000), 0);
  assert.ok(rare > 7 && rare < 12, String(rare));
  assert.equal(profile.see(99, 0, 0, 0, at(4001), 0), 0);
  assert.equal(profile.see(3, 0, 0, 0, at(4002), 0), 0);
  const restless = new Profile(8192, 7);
  for (let n = 0; n < 4000; n += 1) restless.see(n % 2 === 0 ? n : 0, 0, 0, 0, at(n), 0);
  assert.ok(restless.see(-1, 0, 0, 0, at(4000), 0) < 1.2);
});

test('what was given up is forgotten, what goes on is not', () => {
  const profile = new Profile(256, 7);
  for (let n = 0; n < 100; n += 1) profile.see(1, 0, 0, 0, at(n), 0);
  profile.see(2, 0, 0, 0, at(100), 0);
  assert.equal(profile.see(1, 0, 0, 0, at(60 * DAY), 0), 0);
  assert.ok(profile.see(2, 0, 0, 0, at(60 * DAY), 0) > 0);
  assert.equal(profile.age(60 * DAY), 60 * DAY);
});

test('validity: of independent draws, new keys of so many bits come no more often than those bits say', () => {
  let told = 0;
  let worth = 0;
  for (let run = 0; run < 20; run += 1) {
    const random = randomOf(run);
    const profile = new Profile(1 << 12, run);
    for (let n = 0; n < 8000; n += 1) {
      const key = Math.floor(Math.exp(random() * 9));
      const bits = profile.see(key, 0, 0, 0, at(n), 0);
      if (n < 4000) continue;
      worth += 1;
      if (bits >= 5) told += 1;
    }
  }
  assert.ok(told <= worth / 2 ** 5, `${told} of ${worth}`);
});

test('a full table stays full, and what was forgotten makes new keys common', () => {
  const profile = new Profile(64, 7);
  for (let n = 0; n < 20_000; n += 1) profile.see(n % 1000, 1, 2, 3, at(n), 0);
  assert.ok(profile.see(-5, 1, 2, 3, at(20_000), 0) < 0.2);
});
