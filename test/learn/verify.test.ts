import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import * as check from '../../src/learn/verify.ts';

const web = { address: '192.0.2.1', protocol: 'tcp', port: 80 };

const HOSTILE = [
  '/$(touch /tmp/x)',
  '/`id`',
  "/';id;'",
  '/"; id; "',
  '/a\nid',
  '/\\x27;id;\\x27',
  '/{1,2}[a-z]',
  '/\x1b[2J',
  '/a b|c&d>e<f*?g#h!i~j',
  '-o/etc/passwd',
];

/** What a shell makes of the words before the remark. */
const wordsOf = (command: string): string[] =>
  execFileSync('/bin/sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${command.split('  # ')[0]}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');

test('a path from the wire stays one word of a command, whatever it holds', () => {
  for (const path of HOSTILE) {
    const command = check.gone({ ...web, path });
    assert.match(command, /^[ -~]+$/, path);
    const words = wordsOf(command);
    assert.equal(words.length, 2, command);
    assert.match(words[1], /^http:\/\/192\.0\.2\.1\/[A-Za-z0-9\-._~/?&=%+,:@]*$/);
  }
});

test('a host from the wire that is no plain name is left out', () => {
  for (const host of ['-oX', 'a b', '$(id)', "a'b", 'a\nb', '..', 'a..b']) {
    assert.equal(check.gone({ ...web, host, path: '/x' }).includes(host), false, host);
    assert.match(check.gone({ address: host, protocol: 'tcp', path: '/x' }), /http:\/\/HOST\/x/);
  }
});

test('sites, ports, TLS and IPv6 are asked as they were', () => {
  const site = { ...web, host: 'www.a.example:80', path: '/x' };
  assert.match(check.gone(site), /^curl -sgIk -H 'Host: www\.a\.example' http:\/\/192\.0\.2\.1\/x {2}#/);
  assert.match(check.gone({ ...web, port: 8443, path: '/x' }), /https:\/\/192\.0\.2\.1:8443\/x/);
  assert.match(check.gone({ ...web, address: '2001:db8::1', path: '/x' }), /http:\/\/\[2001:db8::1\]\/x/);
  assert.match(
    check.gone({ address: 'www.a.example', protocol: 'tcp', host: 'www.a.example', path: '/x' }),
    /^curl -sgIk http:\/\/www\.a\.example\/x/,
  );
  assert.match(check.certificate({ ...web, address: '2001:db8::1', port: 443 }), /-connect \[2001:db8::1\]:443/);
});
