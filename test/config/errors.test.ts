import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError, closest, ERROR_CODES } from '../../src/config/errors.ts';

test('every entry is a sentence with a hint and one of the three exit codes', () => {
  for (const code of ERROR_CODES) {
    const error = new CodedError(code);
    assert.match(error.message, /^["`A-Z?].*\.$/, code);
    assert.match(error.hint, /[.?]$/, code);
    assert.ok([2, 74, 78].includes(error.exit), code);
    assert.match(code, /^[A-Z]+(_[A-Z]+)+$/);
  }
});

test('says the value, keeps the cause, offers what was probably meant', () => {
  const cause = new Error('ENOENT');
  const error = new CodedError('INPUT_MISSING', { path: 'scan.pcpa', closest: 'scan.pcap' }, cause);
  assert.equal(error.message, 'There is no file "scan.pcpa".');
  assert.match(error.hint, /^Did you mean "scan\.pcap"\? /);
  assert.equal(error.cause, cause);
  assert.deepEqual([error.code, error.exit], ['INPUT_MISSING', 74]);
});

test('no control character and no endless value gets into a sentence', () => {
  const error = new CodedError('INPUT_MISSING', { path: `\u001b[2J\u202e\n${'x'.repeat(5000)}` });
  assert.doesNotMatch(error.message, /\p{C}/u);
  assert.match(error.message, /\\u\{1b\}\[2J\\u\{202e\}\\u\{a\}x/);
  assert.ok(error.message.length < 500);
});

test('a value that looks like a placeholder stays as it is', () => {
  const error = new CodedError('OPTION_VALUE', { option: '{value}', value: '$&', expected: 'a number' });
  assert.equal(error.message, 'Option "{value}" cannot be "$&".');
});

test('closest finds the slip of a finger and leaves strangers alone', () => {
  const words = ['analyze', 'explain', 'formats'];
  assert.equal(closest('analyse', words), 'analyze');
  assert.equal(closest('EXPLIAN', words), 'explain');
  assert.equal(closest('format', words), 'formats');
  assert.equal(closest('serve', words), undefined);
  assert.equal(closest('', words), undefined);
  assert.equal(closest('x'.repeat(100_000), words), undefined);
});
