import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clear } from '../../src/engine/allowed.ts';
import { exampleCampaign, exampleFinding } from '../finding/example.ts';

test('without a policy nothing changes', () => {
  const findings = [exampleFinding(), exampleCampaign()];
  assert.deepEqual(clear(findings, {}), { findings, allowed: [] });
});

test('an allowed source has no finding, and a line that names the prefix', () => {
  const six = exampleFinding({ source: { address: '2001:db8::7', proven: true } });
  const { findings, allowed } = clear([exampleFinding(), six], {
    allow: ['198.18.0.0/15', '198.18.10.0/24', '2001:db8::/32'],
  });
  assert.deepEqual(findings, []);
  assert.deepEqual(
    allowed.map(({ source, what, because }) => [source, `${what}: ${because}`]),
    [
      ['198.18.10.11', 'allowed by the operator: 198.18.10.0/24'],
      ['2001:db8::7', 'allowed by the operator: 2001:db8::/32'],
    ],
  );
});

test('of a campaign only the allowed members go, and it goes with the last of them', () => {
  const campaign = exampleCampaign();
  const some = clear([campaign], { allow: ['192.0.2.1', '192.0.2.2'] });
  assert.equal(some.findings[0].members?.length, 10);
  assert.equal(some.findings[0].memberCount, 249);
  assert.match(some.findings[0].caveats.at(-1) ?? '', /not listed: 2/);
  assert.deepEqual(
    some.allowed.map(({ source, probes }) => [source, probes]),
    [
      ['192.0.2.1', 12],
      ['192.0.2.2', 11],
    ],
  );
  assert.deepEqual(clear([campaign], { allow: ['192.0.2.0/24'] }).findings, []);
});
