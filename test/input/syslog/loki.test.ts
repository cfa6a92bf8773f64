import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputs, recognise } from '../../../src/input/index.ts';
import type { RecordInput } from '../../../src/input/input.ts';
import { readRequests, short } from '../../support/requests.ts';

const loki = inputs.find(({ name }) => name === 'loki') as RecordInput;
const line = (path: string): string =>
  `192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] "GET ${path} HTTP/1.1" 404 153 "-" "curl/8.10.1"`;
const NS = '1795303621403000000';
const nameOf = (text: string): string | undefined => recognise(new TextEncoder().encode(text), 'x')?.name;

test('what a query is answered and what is pushed hold the same lines, of any number of streams', async () => {
  const streams = [
    {
      stream: { job: 'nginx' },
      values: [
        [NS, line('/a')],
        [NS, line('/b'), { trace: 'x' }],
      ],
    },
    { stream: { job: 'other' }, values: [[NS, line('/c')]] },
  ];
  for (const document of [{ status: 'success', data: { resultType: 'streams', result: streams } }, { streams }]) {
    const text = JSON.stringify(document);
    assert.equal(nameOf(text), 'loki');
    const { rows } = await readRequests(loki, [text]);
    assert.deepEqual(
      rows.map(short),
      ['/a', '/b', '/c'].map((path) => `192.0.2.7 path ${path} missed`),
    );
  }
});

test('a line that leaves out its moment has that of its entry', async () => {
  const text = JSON.stringify({
    streams: [{ stream: {}, values: [[NS, 'Invalid user admin from 192.0.2.7 port 33753']] }],
  });
  const { rows } = await readRequests(loki, [text]);
  assert.deepEqual(rows.map(short), ['192.0.2.7 user admin missed']);
  assert.equal(rows[0].time.slice(0, 23), '2026-11-21T23:27:01.403');
});

test('samples of a metric are no lines', () => {
  const matrix = {
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: {}, values: [[1795303621, '4']] }] },
  };
  assert.equal(nameOf(JSON.stringify(matrix)), undefined);
});
