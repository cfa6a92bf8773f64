import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { broken, command, defanged, html, pathData } from '../../../src/output/html/escape.ts';

test('text between the braces is escaped, markup is not, nothing is nothing', () => {
  assert.equal(html`<p>${'<b>&"\'`'}</p>`.html, '<p>&lt;b&gt;&amp;&quot;&#39;&#96;</p>');
  assert.equal(html`<p>${html`<b>${1}</b>`}${false}${undefined}${['a', 2]}</p>`.html, '<p><b>1</b>a2</p>');
});

test('what a screen does not show is shown', () => {
  assert.equal(html`${'a\u202eb\u200bc\x1b'}`.html, 'a\\u{202e}b\\u{200b}c\\x1b');
});

test('long text is cut', () => {
  assert.ok(html`${'x'.repeat(10_000)}`.html.length < 700);
});

test('links open nothing', () => {
  for (const [link, shown] of [
    ['http://evil.example/a.b', 'hxxp://evil[.]example/a.b'],
    ['see HTTPS://evil.example', 'see hxxps://evil[.]example'],
    ['${jndi:ldap://198.19.66.6:1389/a}', '${jndi:ldap[:]//198[.]19[.]66[.]6:1389/a}'],
    ['hthttp://tp://evil.example', 'hthxxp://tp[:]//evil[.]example'],
    ['JavaScript:alert(1)', 'JavaScript[:]alert(1)'],
    ['data:text/html,x', 'data[:]text/html,x'],
    ['in the data: nothing', 'in the data: nothing'],
    ['/index.php?a=b', '/index.php?a=b'],
  ])
    assert.equal(defanged(link), shown);
});

test('no text keeps a link, whatever stands around it', () => {
  const part = fc.constantFrom(
    'http',
    'https',
    ':',
    '://',
    '//',
    'javascript:',
    'x',
    '.',
    '[',
    ']',
    ' ',
    'HTTP://',
    'a.b',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      assert.doesNotMatch(defanged(parts.join('')), /https?:\/\/|javascript:/i);
    }),
    { numRuns: 5000 },
  );
});

test('no text takes long', () => {
  const steps = defanged('x'.repeat(200_000) + '://');
  assert.ok(steps.endsWith('[:]//'));
});

test('addresses of others are broken once', () => {
  assert.equal(broken('198.18.10.11'), '198.18.10[.]11');
  assert.equal(broken('2001:db8::1'), '2001:db8:[:]1');
  assert.equal(broken('2001:db8::/64'), '2001:db8:[:]/64');
  assert.equal(broken('198.18.10[.]11'), '198.18.10[.]11');
  assert.equal(broken(''), '');
});

test('a command is copied as it is', () => {
  const { html: written } = command('curl http://203.0.113.1/<x>');
  assert.equal(written, 'curl http:<wbr>//203.0.113.1/&lt;x&gt;');
});

test('only commands and numbers make a path', () => {
  assert.equal(pathData('M1 2L-3.5 4h0').html, 'M1 2L-3.5 4h0');
  assert.equal(pathData('M1 2" onload="x').html, '');
});
