import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPONENTS, MITIGATIONS, TACTICS, TECHNIQUES, techniqueName } from '../../src/finding/attack.ts';

test('every technique stands on facts that are there', () => {
  for (const [id, { tactic, components = [], mitigations = [] }] of Object.entries(TECHNIQUES)) {
    assert.match(id, /^T\d{4}(\.\d{3})?$/);
    assert.ok(TACTICS[tactic], tactic);
    for (const component of components) assert.ok(COMPONENTS[component], component);
    for (const mitigation of mitigations) assert.ok(MITIGATIONS[mitigation], mitigation);
  }
});

test('the scanning techniques carry what ATT&CK 18.1 has on them', () => {
  const rows = ['T1595', 'T1595.001', 'T1595.002', 'T1595.003'].map((id) => {
    const { detection, mitigations } = TECHNIQUES[id];
    return [detection?.strategy, detection?.analytic, ...(mitigations ?? [])].join(' ');
  });
  assert.deepEqual(rows, [
    'DET0830 AN1962 M1056',
    'DET0817 AN1949 M1056',
    'DET0867 AN1999 M1056',
    'DET0868 AN2000 M1042 M1056',
  ]);
});

test('names fall back to the parent, then to nothing', () => {
  assert.equal(techniqueName('T1595.002'), 'Vulnerability Scanning');
  assert.equal(techniqueName('T1110.001'), 'Brute Force');
  assert.equal(techniqueName('T9999'), '');
});
