import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CodedError } from '../../../src/config/errors.ts';
import { ownPrefixes } from '../../../src/engine/lists/known-file.ts';
import { timeOf } from '../../../src/finding/time.ts';

const folder = mkdtempSync(join(tmpdir(), 'known-'));
after(() => rmSync(folder, { recursive: true }));

function read(text: string): ReturnType<typeof ownPrefixes> {
  const path = join(folder, 'own.txt');
  writeFileSync(path, text);
  return ownPrefixes(path);
}

test('a line is a prefix, a name and an expiry; the last two may be left out', () => {
  const [all, named, bare] = read(
    '# auditors\n\n198.51.100.0/24\tour auditors\t2027-01-31\n2001:db8::/32\tpartner\r\n203.0.113.9\n',
  );
  assert.deepEqual([all.name, all.until, all.bits], ['our auditors', timeOf('2027-01-31T23:59:59.999999Z'), 120]);
  assert.deepEqual([named.name, named.until, named.bits], ['partner', Number.POSITIVE_INFINITY, 32]);
  assert.deepEqual([bare.name, bare.bits], ['203.0.113.9', 128]);
});

test('an entry may have a policy of its own, with an expiry or without', () => {
  const [allowed, ignored, plain] = read('203.0.113.9\tx\t\tallow\n203.0.113.8\tx\t2027-01-31\tignore\n203.0.113.7\n');
  assert.deepEqual([allowed.policy, ignored.policy, plain.policy], ['allow', 'ignore', undefined]);
  assert.equal(allowed.until, Number.POSITIVE_INFINITY);
});

test('an expiry may be a moment', () => {
  assert.equal(read('203.0.113.9\tx\t2027-01-31T12:00:00Z')[0].until, timeOf('2027-01-31T12:00:00Z'));
});

test('a wrong line is named with its number; a file that is not there, too', () => {
  const isCoded = (code: string, said: RegExp) => (error: unknown) =>
    error instanceof CodedError && error.code === code && said.test(error.message);
  assert.throws(() => read('203.0.113.0/24\nnobody\n'), isCoded('KNOWN_LINE', /line 2.*"nobody"/));
  assert.throws(() => read('203.0.113.0/24\tx\tsoon\n'), isCoded('KNOWN_LINE', /line 1.*"soon"/));
  assert.throws(() => read('203.0.113.0/24\tx\t\tperhaps\n'), isCoded('KNOWN_LINE', /line 1.*"perhaps"/));
  assert.throws(() => ownPrefixes(join(folder, 'none')), isCoded('INPUT_MISSING', /none/));
});
