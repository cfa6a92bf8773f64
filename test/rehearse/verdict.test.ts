import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictOn } from '../../src/rehearse/verdict.ts';
import { exampleCampaign } from '../finding/example.ts';

const truth = (sources: readonly string[]): Parameters<typeof verdictOn>[0] => ({
  method: 'distributed',
  like: 'one packet a source',
  sources,
  first: 0,
  last: 1,
  packets: 5,
  expected: { kind: 'campaign', technique: 'T1595.001', method: 'tcp-syn', tool: null, shape: 'address-scan' },
});

test('a campaign of which too few sources are named is missed, and says how many were', () => {
  const members = [1, 2, 3].map((at) => ({ address: `192.0.2.${at}`, probes: 1 }));
  const found = exampleCampaign({ members });
  const all = members.map(({ address }) => address);
  assert.equal(verdictOn(truth(all), [found]).detected, true);
  const missed = verdictOn(truth([...all, '192.0.2.4', '192.0.2.5']), [found]);
  assert.equal(missed.detected, false);
  assert.deepEqual(missed.differs, [`only 3 of 5 sources named, by ${found.id}`]);
  assert.deepEqual(verdictOn(truth(['192.0.2.9']), [found]).differs, []);
});
