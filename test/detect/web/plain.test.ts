import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LONGEST, Odd, plainBuffer, plainOf } from '../../../src/detect/web/plain.ts';

function plain(text: string, isTarget = true): { text: string; pathEnd: number; odd: number } {
  const into = plainBuffer();
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  plainOf(bytes, 0, bytes.length, isTarget, into);
  return {
    text: String.fromCharCode(...into.bytes.subarray(0, into.length)),
    pathEnd: into.pathEnd,
    odd: into.odd,
  };
}

test('percent-encoding is undone however often it was done', () => {
  for (const text of ['/..', '/%2e%2e', '/%252e%252e', '/%25252e.', '/%%32%65.', '/%u002e.', '/%uff0e.', '/%c0%ae.'])
    assert.equal(plain(text).text, '/..', text);
});

test('the escapes of logs are undone', () => {
  assert.equal(plain('/a\\x5Cb').text, '/a\\b');
  assert.equal(plain('/a\\\\b').text, '/a\\b');
  assert.equal(plain('() { :; }; /bin/bash -c \\x22id\\x22', false).text, '() { :; }; /bin/bash -c "id"');
});

test('an encoded question mark does not end the path', () => {
  assert.equal(plain('/a%3fb?c').pathEnd, 4);
  assert.equal(plain('/a').pathEnd, 2);
});

test('blanks, comments and slashes in a row become one', () => {
  assert.equal(plain('/?q=union/**/%0a+select').text, '/?q=union select');
  assert.equal(plain('//a///b').text, '/a/b');
  assert.equal(plain('/?u=http://a').text, '/?u=http://a');
});

test('what was met is told', () => {
  assert.equal(plain('/a?b=%41').odd, 0);
  assert.equal(plain('/%61').odd, Odd.needless);
  assert.equal(plain('/%2e').odd, Odd.encodedStep);
  assert.equal(plain('/?q=%252e').odd, Odd.layered);
  assert.equal(plain('/a%c0%af').odd, Odd.overlong);
  assert.equal(plain('/?q=%00').odd, Odd.zero);
  assert.equal(plain('/?q=%0d%0a').odd, Odd.newline);
  assert.equal(plain('/a\\b').odd, Odd.backslash);
  assert.equal(plain('//').odd, Odd.doubleSlash);
});

test('plain text stays, and no text is longer than what is looked at', () => {
  const letters = fc.string({ unit: fc.constantFrom(...Array.from('abcXYZ019-_.~&=')) });
  fc.assert(
    fc.property(letters, (text) => {
      assert.equal(plain(`/${text}`).text, `/${text}`);
      assert.equal(plain(`/${text}`).odd, 0);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('%25uc0ae/\\x?*+ ')) }), (text) => {
      assert.ok(plain(text.repeat(200)).text.length <= LONGEST);
    }),
  );
});
