import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputs, recognise } from '../../../src/input/index.ts';
import type { RecordInput } from '../../../src/input/input.ts';
import { readRequests } from '../../support/requests.ts';

const syslog = inputs.find(({ name }) => name === 'syslog') as RecordInput;
const SAID = 'sshd[7]: Invalid user admin from 192.0.2.7 port 33753';
const nameOf = (text: string): string | undefined => recognise(new TextEncoder().encode(text), 'x')?.name;

/** Envelopes as programs write them; DATING of `readRequests` completes what they leave out. */
const ENVELOPES: Readonly<Record<string, string>> = {
  classic: `Nov 21 23:28:03 gate ${SAID}`,
  'RFC 5424': '<38>1 2026-11-21T23:28:03Z gate sshd 7 - - Invalid user admin from 192.0.2.7 port 33753',
  'busybox syslogd': `Nov 21 23:28:03 gate auth.info ${SAID}`,
  'OpenWrt logd': `Sat Nov 21 23:28:03 2026 authpriv.info ${SAID}`,
  'kind before the host': `Nov 21 23:28:03 auth.info gate ${SAID}`,
  Kiwi: `2026-11-21 23:28:03\tAuth.Info\t198.51.100.2\tNov 21 23:28:03 gate ${SAID}`,
  'relay, its stamp in front': `2026-11-21T23:28:03.000000+00:00 198.51.100.2 Nov 21 23:28:00 gate ${SAID}`,
  'relay, the host in front': `198.51.100.2 Nov 21 23:28:03 gate ${SAID}`,
  'docker compose': `gate-1  | Nov 21 23:28:03 gate ${SAID}`,
  'journalctl short-full': `Sat 2026-11-21 23:28:03 UTC gate ${SAID}`,
  'journalctl short-unix': `1795303683.000000 gate ${SAID}`,
  'journalctl short-iso': `2026-11-21T23:28:03+0000 gate ${SAID}`,
};

for (const [who, line] of Object.entries(ENVELOPES))
  test(`${who}: the time, and what the program wrote`, async () => {
    const { rows } = await readRequests(syslog, [line]);
    assert.deepEqual(
      rows.map(({ time, from, name, reply }) => [time.slice(0, 19), from, name, reply]),
      [['2026-11-21T23:28:03', '192.0.2.7', 'admin', 'missed']],
    );
    assert.equal(nameOf(`${line}\n${line}\n`), 'syslog');
  });

test('what begins with a stamp of its own and no name is left as it is', async () => {
  const line =
    'Nov 21 23:27:30 web1 2026/11/21 23:27:30 [error] 19327#19327: *23629 open() "/srv/www/admin" failed (2: No such file or directory), client: 192.0.2.7, server: www.example.org, request: "GET /admin HTTP/1.1", host: "www.example.org"';
  const { rows } = await readRequests(syslog, [line]);
  assert.deepEqual(
    rows.map(({ from, name }) => [from, name]),
    [['192.0.2.7', '/admin']],
  );
});

test('a log is known by its envelope where nothing at its beginning concerns a scan', () => {
  const quiet = 'Nov 21 23:28:03 gate systemd[1]: Started Session 4 of User x.\n'.repeat(80);
  assert.equal(nameOf(quiet), 'syslog');
  assert.equal(nameOf('<30>1 2026-11-21T23:28:03Z gate cron 7 - - done\n'.repeat(80)), 'syslog');
  assert.equal(nameOf('2026-11-21T23:28:03.403127123Z stdout F done\n'.repeat(80)), 'container');
  assert.equal(nameOf('{"log":"done\\n","stream":"stdout","time":"2026-11-21T23:28:03Z"}\n'.repeat(80)), 'container');
  assert.equal(nameOf('2026-11-21 23:28:03 INFO done with the work\n'.repeat(80)), undefined);
  assert.equal(nameOf('Dear reader,\nthis is a letter: nothing more.\n'), undefined);
});
