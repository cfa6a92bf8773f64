import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between } from '../../scripts/docs.ts';
import { fell, table } from '../../scripts/ratchet.ts';
import { ALWAYS, tracesIn } from '../../scripts/traces.ts';

test('docs: what is generated goes between its markers, and nowhere else', () => {
  const page = 'a\n<!-- x: generated -->\nold\n<!-- x: end -->\nb';
  assert.equal(between(page, 'x', 'new\n'), 'a\n<!-- x: generated -->\nnew\n<!-- x: end -->\nb');
  assert.throws(() => between(page, 'y', 'new'), /no place "y"/);
});

test('ratchet: less of what is good falls, more of what is bad falls, a lost figure falls', () => {
  assert.equal(fell('detected', 10, 9), true);
  assert.equal(fell('detected', 10, 11), false);
  assert.equal(fell('falseFindings', 0, 1), true);
  assert.equal(fell('errors', 2, 1), false);
  assert.equal(fell('portRecall', 0.5, null), true);
  assert.equal(fell('portRecall', null, null), false);
});

test('ratchet: the table marks what fell and counts it', () => {
  const more = {
    scenarios: 4,
    detected: 4,
    techniqueRight: 4,
    toolsNamed: 2,
    benignSilent: 1,
    portRecall: 1,
    followed: 2,
  };
  const figures = { ...more, errors: 0, falseFindings: 0, portPrecision: null, pathRecall: null, pathPrecision: null };
  const scores = (changed: Partial<typeof figures> = {}) => ({
    'capture network': { ...figures, ...changed },
    'logs web': figures,
  });
  assert.equal(table(scores(), scores()).fallen, 0);
  const { lines, fallen } = table(scores(), scores({ detected: 3, toolsNamed: 3 }));
  assert.equal(fallen, 1);
  const line = lines.find((text) => text.startsWith('capture network')) ?? '';
  assert.match(line, /4 → 3 FELL/);
  assert.match(line, /2 → 3 /);
  assert.equal(table({}, scores()).fallen, 0);
});

test('traces: home folders and registries are found, with their line', () => {
  const home = ['', 'home', 'somebody', 'x'].join('/');
  assert.deepEqual(tracesIn(`one\ntwo ${home}`, ALWAYS), [`2: somebody’s home folder: ${home.slice(0, -1)}`]);
  assert.equal(tracesIn(`https://${['registry', 'npmjs', 'org'].join('.')}/x`, ALWAYS).length, 1);
  assert.deepEqual(tracesIn('https://example.org/home/page', ALWAYS), []);
});
