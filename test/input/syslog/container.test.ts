import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputs, recognise } from '../../../src/input/index.ts';
import type { RecordInput } from '../../../src/input/input.ts';
import { readRequests, short } from '../../support/requests.ts';

const container = inputs.find(({ name }) => name === 'container') as RecordInput;
const docker = (log: string, stream = 'stdout'): string =>
  JSON.stringify({ log, stream, time: '2026-11-21T23:28:03.403127123Z' });
const cri = (text: string, tag = 'F', stream = 'stdout'): string =>
  `2026-11-21T23:28:03.403127123Z ${stream} ${tag} ${text}`;
const rowsOf = async (...lines: string[]): Promise<readonly string[]> =>
  (await readRequests(container, lines)).rows.map(short);

const COMBINED = '192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] "GET /admin HTTP/1.1" 404 153 "-" "curl/8.10.1"';
const WEB = '192.0.2.7 path /admin missed';

test('a line of a web server within either envelope is what it is without', async () => {
  assert.deepEqual(await rowsOf(docker(`${COMBINED}\n`)), [WEB]);
  assert.deepEqual(await rowsOf(cri(COMBINED)), [WEB]);
});

test('lines of other programs are read too: with an envelope of their own, by the dialects, without any name', async () => {
  const failed = 'Failed password for invalid user admin from 192.0.2.7 port 33753 ssh2';
  assert.deepEqual(await rowsOf(docker(`${failed}\n`, 'stderr')), ['192.0.2.7 user admin missed']);
  assert.deepEqual(await rowsOf(docker(`Nov 21 23:28:03 mx1 sshd[7]: ${failed}\n`)), ['192.0.2.7 user admin missed']);
  assert.deepEqual(
    await rowsOf(
      cri(
        '[INFO] 192.0.2.7:5353 - 4711 "A IN admin.example.org. udp 40 false 512" NXDOMAIN qr,rd,ra 40 0.000102s',
        'F',
        'stderr',
      ),
    ),
    ['192.0.2.7 dnsName admin.example.org missed'],
  );
});

test('a format that has a time of its own is told by its first line, and others beside it are counted', async () => {
  const mongo =
    '{"t":{"$date":"2026-11-21T23:28:03.123+00:00"},"s":"I","c":"ACCESS","id":5286307,"ctx":"conn7","msg":"Failed to authenticate","attr":{"client":"192.0.2.7:40123","mechanism":"SCRAM-SHA-256","user":"admin","db":"admin","error":"UserNotFound: Could not find user"}}';
  const { rows, weird } = await readRequests(container, [
    docker(`${mongo}\n`),
    docker('started\n'),
    docker(`${mongo}\n`),
  ]);
  assert.deepEqual(rows.map(short), ['192.0.2.7 user admin missed', '192.0.2.7 user admin missed']);
  assert.equal(weird.total('unsupported'), 1);
});

test('a line that came in parts is put together, stream by stream', async () => {
  const [head, tail] = [COMBINED.slice(0, 40), COMBINED.slice(40)];
  assert.deepEqual(await rowsOf(cri(head, 'P'), cri('noise', 'P', 'stderr'), cri(tail)), [WEB]);
  assert.deepEqual(await rowsOf(docker(head), docker(`${tail}\n`)), [WEB]);
});

test('the time is that of the envelope where the line has none', async () => {
  const { rows } = await readRequests(container, [docker('Failed password for root from 192.0.2.7 port 1 ssh2\n')]);
  assert.equal(rows[0].time, '2026-11-21T23:28:03.403127');
});

test('both envelopes are recognised by what stands in them, whatever the program', () => {
  for (const line of [docker(`${COMBINED}\n`), cri(COMBINED)])
    assert.equal(recognise(new TextEncoder().encode(`${line}\n${line}\n`), 'x')?.name, 'container');
});

test('damaged envelopes are counted, and none of them throws', async () => {
  const lines = [
    '{"log":"x',
    '{"log":"x\\n","stream":"stdout","time":"yesterday"}',
    '2026-11-21T23:28:03Z stdout',
    cri(''),
  ];
  const { rows, weird } = await readRequests(container, lines);
  assert.deepEqual(rows, []);
  assert.equal(weird.total('malformed'), 3);
});
