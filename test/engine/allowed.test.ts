import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clear, Policy } from '../../src/engine/allowed.ts';
import { policyOf } from '../../src/engine/lists/known-file.ts';
import { policyUse } from '../../src/engine/policy-use.ts';
import { timeOf } from '../../src/finding/time.ts';
import { exampleCampaign, exampleFinding } from '../finding/example.ts';

const allowing = (...allow: string[]): Policy => new Policy(policyOf([], allow));

test('without a policy nothing changes', () => {
  const findings = [exampleFinding(), exampleCampaign()];
  assert.deepEqual(clear(findings, new Policy([])), { findings, allowed: [] });
});

test('an allowed source has no finding, and a line that names the prefix', () => {
  const six = exampleFinding({ source: { address: '2001:db8::7', proven: true } });
  const { findings, allowed } = clear(
    [exampleFinding(), six],
    allowing('198.18.0.0/15', '198.18.10.0/24', '2001:db8::/32'),
  );
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
  const some = clear([campaign], allowing('192.0.2.1', '192.0.2.2'));
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
  assert.deepEqual(clear([campaign], allowing('192.0.2.0/24')).findings, []);
});

/** The example ends on 2026-11-21. */
const END = timeOf('2026-11-22T00:00:00.000000Z');
const use = (policy: Policy): unknown[] =>
  (policyUse([exampleFinding()], policy, { usual: 'label', last: END }) ?? []).map(
    ({ prefix, policy: what, reason, until, state, sources, probes }) =>
      [prefix, what, reason, until?.slice(0, 10), state, sources, probes].join(' '),
  );

test('an allowance may have a day and a reason, and the line says them', () => {
  const policy = allowing('198.18.10.0/24 2026-12-31 our auditors, yearly', '198.18.0.0/15 partner');
  const { allowed } = clear([exampleFinding()], policy);
  assert.equal(allowed[0].because, '198.18.10.0/24, our auditors, yearly (until 2026-12-31)');
  const [other] = clear([exampleFinding()], allowing('198.18.0.0/15 partner')).allowed;
  assert.equal(other.because, '198.18.0.0/15, partner');
});

test('an allowance that had expired does not count, and a longer prefix with another policy counts before it', () => {
  assert.equal(clear([exampleFinding()], allowing('198.18.10.0/24 2026-11-20 our auditors')).findings.length, 1);
  assert.equal(clear([exampleFinding()], allowing('198.18.10.0/24 2026-11-21 our auditors')).findings.length, 0);
  const [allowed, label] = allowing('198.18.0.0/15', '198.18.10.11').entries;
  const policy = new Policy([allowed, { ...label, policy: 'label' }]);
  assert.equal(clear([exampleFinding()], policy).findings.length, 1);
});

test('what entries did: expired ones first, then those that were used, then those that nobody needs', () => {
  const entries = ['203.0.113.0/24 2027-01-31 nobody', '198.18.10.0/24 auditors', '192.0.2.0/24 2026-01-01 last year'];
  assert.deepEqual(use(allowing(...entries)), [
    '192.0.2.0/24 allow last year 2026-01-01 expired 0 0',
    '198.18.10.0/24 allow auditors  used 1 2619',
    '203.0.113.0/24 allow nobody 2027-01-31 unused 0 0',
  ]);
  assert.equal(policyUse([exampleFinding()], new Policy([]), { usual: 'label', last: END }), undefined);
});
