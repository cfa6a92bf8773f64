import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nfdumpJson } from '../../../src/input/flow/nfdump-json.ts';
import { recognise } from '../../../src/input/index.ts';
import { Proof } from '../../../src/record/contact.ts';
import { read } from './rows.ts';

const A = '192.0.2.7';
const B = '203.0.113.10';

interface Told {
  readonly [name: string]: string | number;
}

const flow = (more: Told): Told => ({
  type: 'FLOW',
  sampled: 0,
  first: '2026-11-21T22:34:35.965',
  last: '2026-11-21T22:34:35.965',
  received: '2026-11-21T22:34:39.000',
  in_packets: 1,
  in_bytes: 44,
  proto: 6,
  tcp_flags: '......S.',
  src_port: 44298,
  dst_port: 23,
  src4_addr: A,
  dst4_addr: B,
  ...more,
});
const back = (more: Told): Told => flow({ src4_addr: B, dst4_addr: A, src_port: 23, dst_port: 44298, ...more });
/** As nfdump lays an array out. */
const array = (...flows: readonly Told[]): string =>
  `[\n${flows.map((each) => JSON.stringify(each, undefined, '\t')).join(',\n')}\n]\n`;
const SIX = { src4_addr: '', dst4_addr: '', src6_addr: '2001:db8::7', dst6_addr: '2001:db8:50::1' };

describe('JSON of nfdump', () => {
  test('both directions, versions, ICMP', async () => {
    const flows = [
      flow({}),
      back({ tcp_flags: '...A.R..', in_bytes: 40 }),
      flow({ src_port: 44299, dst_port: 80, ...SIX }),
      flow({ proto: 1, icmp_type: 8, icmp_code: 0, tcp_flags: '........' }),
    ];
    const expected = [
      `${A}:44298 > ${B}:23/6 tcp-syn refused`,
      '2001:db8::7:44299 > 2001:db8:50::1:80/6 tcp-syn unanswered',
      `${A}:0 > ${B}:8/1 icmp-echo unanswered`,
    ];
    for (const text of [array(...flows), flows.map((each) => `${JSON.stringify(each)}\n`).join('')]) {
      const told = await read(nfdumpJson, text);
      assert.deepEqual([told.contacts, told.weird, told.records], [expected, {}, 4]);
      assert.equal(told.times[0], Date.UTC(2026, 10, 21, 22, 34, 35, 965) * 1000);
      assert.equal(recognise(Buffer.from(text), 'x')?.name, 'nfdump-json');
    }
  });

  test('both ways in one record', async () => {
    const told = await read(nfdumpJson, array(flow({ tcp_flags: '...A.R..', out_packets: 1, out_bytes: 40 })));
    assert.deepEqual([told.contacts, told.proofs], [[`${A}:44298 > ${B}:23/6 tcp-syn refused`], [Proof.closed]]);
  });

  test('times that were not told, and records that cannot be', async () => {
    const late = await read(
      nfdumpJson,
      array(flow({ first: '1970-01-01T00:00:00.000', last: '1970-01-01T00:00:00.000' })),
    );
    assert.equal(late.times[0], Date.UTC(2026, 10, 21, 22, 34, 39) * 1000);
    const bad = [flow({ src4_addr: 'x' }), flow({ proto: 300 }), flow({ dst_port: 70000 })];
    const timeless = flow({ first: 'x', received: 'x', last: 'x' });
    const told = await read(nfdumpJson, array(flow({}), ...bad, timeless));
    assert.deepEqual(told.weird, { 'line-field-impossible': 3, 'line-time-impossible': 1 });
    assert.equal(told.contacts.length, 1);
  });
});
