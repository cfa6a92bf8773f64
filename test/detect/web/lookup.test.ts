import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looksUpName } from '../../../src/detect/web/lookup.ts';

const looks = (text: string): boolean => {
  const bytes = new TextEncoder().encode(text);
  return looksUpName(bytes, 0, bytes.length);
};

test('a lookup of JNDI is seen through the lookups that spell it', () => {
  for (const text of [
    '${jndi:ldap://a/b}',
    'x=${JnDi:dns://a',
    '${${lower:j}ndi:rmi://a}',
    '${${lower:J}${upper:n}${lower:d}i:ldap://a}',
    '${${::-j}${::-n}${::-d}${::-i}:ldap://a}',
    '${${env:NOTHING:-j}ndi${env:NOTHING:-:}ldap://a}',
    '${${lower:${lower:jndi}}:ldap://a}',
    '${a${b}${jndi:ldap://a}}',
  ])
    assert.ok(looks(text), text);
});

test('other lookups and texts are none', () => {
  for (const text of ['${env:HOME}', '${lower:x}', 'jndi:ldap', '$jndi:', '${', '}'.repeat(9), '${j}ndi:', '${price}'])
    assert.ok(!looks(text), text);
});

test('nesting without end is plain text', () => {
  assert.ok(!looks('${'.repeat(5000)));
  assert.ok(looks(`${'${'.repeat(20)}jndi:`));
});
