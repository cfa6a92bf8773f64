import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { azure } from '../../../src/input/flow/azure.ts';
import { gcp } from '../../../src/input/flow/gcp.ts';
import { read } from './rows.ts';

const nsg = (tuples: readonly string[]): object => ({
  time: '2026-11-21T23:27:00Z',
  category: 'NetworkSecurityGroupFlowEvent',
  properties: { Version: 2, flows: [{ rule: 'Allow', flows: [{ mac: '00', flowTuples: tuples }] }] },
});
const TUPLES = [
  '1795303619,192.0.2.7,203.0.113.10,44298,3389,T,I,D,B,,,,',
  '1795303620,192.0.2.7,203.0.113.10,44299,22,T,I,A,B,,,,',
  '1795303621,192.0.2.7,203.0.113.10,44299,22,T,I,A,E,12,1500,10,2300',
  '1795303622,192.0.2.7,203.0.113.10,44300,23,T,I,A,E,1,60,1,54',
  '1795303623,192.0.2.7,203.0.113.10,44301,24,T,I,A,E,3,180,0,0',
];
const EXPECTED = [
  '192.0.2.7:44298 > 203.0.113.10:3389/6 tcp-syn refused',
  '192.0.2.7:44299 > 203.0.113.10:22/6 tcp-connect answered',
  '192.0.2.7:44300 > 203.0.113.10:23/6 tcp-syn refused',
  '192.0.2.7:44301 > 203.0.113.10:24/6 tcp-syn unanswered',
];

describe('azure-flow', () => {
  test('a document over many lines, and lines; in any pieces', async () => {
    const whole = JSON.stringify({ records: [nsg(TUPLES)] }, null, 2);
    const lines = TUPLES.map((tuple) => `${JSON.stringify(nsg([tuple]))}\n`).join('');
    for (const text of [whole, lines])
      for (const piece of [undefined, 13]) {
        const told = await read(azure, text, piece);
        assert.deepEqual(told.contacts, EXPECTED);
        assert.equal(told.times[0], 1795303619e6);
        assert.equal(told.records, 5);
      }
  });

  test('version 1 does not tell how it ended; virtual networks count in ms', async () => {
    const old = '1795303619,192.0.2.7,203.0.113.10,44298,3389,T,I,A';
    const virtual = [
      '1795303623003,192.0.2.9,203.0.113.10,23956,443,6,I,E,NX,3,767,2,1580',
      '1795303624003,192.0.2.9,203.0.113.10,5,137,17,I,D,NX,0,0,0,0',
    ];
    const told = await read(
      azure,
      JSON.stringify({
        records: [nsg([old]), { flowRecords: { flows: [{ flowGroups: [{ flowTuples: virtual }] }] } }],
      }),
    );
    assert.deepEqual(told.contacts.sort(), [
      '192.0.2.7:44298 > 203.0.113.10:3389/6 tcp-syn unknown',
      '192.0.2.9:23956 > 203.0.113.10:443/6 tcp-connect answered',
      '192.0.2.9:5 > 203.0.113.10:137/17 udp refused',
    ]);
  });

  test('damaged tuples are counted', async () => {
    const told = await read(azure, JSON.stringify(nsg(['x', '1795303619,x,203.0.113.10,44298,3389,T,I,A', TUPLES[0]])));
    assert.deepEqual(told.weird, { 'line-malformed': 1, 'line-field-impossible': 1 });
    assert.equal(told.contacts.length, 1);
  });
});

describe('gcp-flow', () => {
  const entry = (ends: readonly [string, number, string, number], more: object): object => ({
    jsonPayload: {
      connection: { src_ip: ends[0], src_port: ends[1], dest_ip: ends[2], dest_port: ends[3], protocol: 6 },
      start_time: '2026-11-21T23:26:59.403127Z',
      ...more,
    },
  });
  const entries = [
    entry(['192.0.2.7', 52345, '203.0.113.10', 22], { packets_sent: '4', bytes_sent: '940', reporter: 'DEST' }),
    entry(['203.0.113.10', 22, '192.0.2.7', 52345], { packets_sent: '4', bytes_sent: '940', reporter: 'SRC' }),
    entry(['192.0.2.7', 52346, '203.0.113.10', 23], { packets_sent: '1', bytes_sent: '60' }),
    entry(['192.0.2.7', 52347, '203.0.113.10', 24], { disposition: 'DENIED' }),
  ];
  const expected = [
    '192.0.2.7:52345 > 203.0.113.10:22/6 tcp-connect answered',
    '192.0.2.7:52346 > 203.0.113.10:23/6 tcp-syn unknown',
    '192.0.2.7:52347 > 203.0.113.10:24/6 tcp-syn refused',
  ];

  test('an array and lines; a sampled flow without an answer is not unanswered', async () => {
    for (const text of [JSON.stringify(entries, null, 1), entries.map((one) => JSON.stringify(one)).join('\n')]) {
      const told = await read(gcp, text);
      assert.deepEqual(told.contacts.sort(), expected);
      assert.equal(told.times[0], 1795303619403127);
      assert.equal(told.records, 4);
    }
  });
});
