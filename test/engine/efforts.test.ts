import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measure, measuredDay, measuredEffort } from '../../scripts/docs/campaigns.ts';
import { efforts } from '../../scripts/docs/efforts.ts';
import { exampleCampaign, exampleFinding } from '../finding/example.ts';

/** What docs/campaigns.md says, held. */

for (const effort of efforts())
  test(`${effort.name}: ${effort.says}`, async () => {
    const { truth, campaigns, purity, completeness } = await measuredEffort(effort);
    assert.equal(campaigns, effort.campaigns);
    if (truth === 0) return;
    assert.ok(purity >= 0.99, `purity ${purity}`);
    assert.ok(completeness >= 0.9, `completeness ${completeness}`);
  });

test('a day of background has no campaign, and an hour of it a few notifications', async () => {
  const { findings, campaigns, most } = await measuredDay(500);
  assert.ok(findings > 100);
  assert.equal(campaigns, 0);
  assert.ok(most <= 20, `${most} in the worst hour`);
});

test('the figures of a case', () => {
  const campaign = exampleCampaign();
  const [first, second] = (campaign.members ?? []).map(({ address }) => address);
  const beside = exampleFinding({ source: { address: '198.18.7.7', proven: false } });
  const {
    purity,
    completeness,
    named,
    beside: more,
  } = measure([first, second, '198.18.7.7', '198.18.7.8'], [campaign, beside]);
  assert.equal(purity, 2 / (campaign.members?.length ?? 0));
  assert.deepEqual([completeness, named, more], [0.5, 3, 1]);
});
