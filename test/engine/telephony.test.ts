import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/engine/run.ts';
import { scratch } from '../input/scratch.ts';
import { type Bytes, ethernet, ip4, pcap, text, udp } from '../support/packets.ts';

const PHONE = '198.51.100.20';
const SERVER = '203.0.113.9';

const message = (line: string, n: number): Bytes =>
  text(`${line}\r\nVia: SIP/2.0/UDP ${PHONE}\r\nTo: <sip:200@a.example>\r\nCall-ID: ${n}\r\nCSeq: 1 X\r\n\r\n`);

/** What is asked of a server of ours, each answered. */
const talk = (lines: readonly string[]): Bytes[] =>
  lines.flatMap((line, n) => [
    ethernet(ip4(udp({ from: 5060, to: 5060, payload: message(line, n) }), { source: PHONE, target: SERVER })),
    ethernet(
      ip4(udp({ from: 5060, to: 5060, payload: message('SIP/2.0 200 OK', n) }), { source: SERVER, target: PHONE }),
    ),
  ]);

test('a phone that registers, calls and asks what the server can do is no scanner', async (context) => {
  const path = join(scratch(context), 'phone.pcap');
  const lines = ['OPTIONS', 'REGISTER', 'INVITE'].map((verb) => `${verb} sip:200@a.example SIP/2.0`);
  writeFileSync(path, pcap(talk(lines)));
  const { findings } = await run({ paths: [path], workers: 1, proxies: [], home: [], falsePerDay: 1, bar: 16 });
  assert.deepEqual(findings, []);
});

/** Number after number, none of which is there. */
const counted = (verb: string, numbers: readonly number[]): Bytes[] =>
  numbers.flatMap((number, n) => {
    const fields = `\r\nTo: <sip:${number}@a.example>\r\nCall-ID: ${n}\r\n\r\n`;
    const ask = text(`${verb} sip:${number}@a.example SIP/2.0${fields}`);
    const answer = text(`SIP/2.0 404 Not Found${fields}`);
    return [
      ethernet(ip4(udp({ from: 5060, to: 5060, payload: ask }), { source: PHONE, target: SERVER })),
      ethernet(ip4(udp({ from: 5060, to: 5060, payload: answer }), { source: SERVER, target: PHONE })),
    ];
  });

test('who wants to register as one number after the other is found; who calls them, or has lost many, is not', async (context) => {
  const path = join(scratch(context), 'numbers.pcap');
  const found = async (verb: string, numbers: readonly number[]): Promise<(readonly string[])[]> => {
    writeFileSync(path, pcap(counted(verb, numbers)));
    const { findings } = await run({ paths: [path], workers: 1, proxies: [], home: [], falsePerDay: 1 });
    return findings.map(({ techniques }) => techniques);
  };
  const numbers = Array.from({ length: 48 }, (_, n) => 1000 + n);
  assert.deepEqual(await found('REGISTER', numbers), [['T1595.003']]);
  assert.deepEqual(await found('INVITE', numbers), []);
  const mixed = numbers.map((_, n) => 1000 + ((n * 17) % 48));
  assert.deepEqual(await found('REGISTER', [...mixed.slice(0, 20), ...mixed.slice(0, 20)]), []);
});
