import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Method } from '../../../src/record/contact.ts';
import { argus } from '../../../src/input/flow/argus.ts';
import { read } from './rows.ts';

const HEAD =
  '      StartTime      Flgs  Proto            SrcAddr  Sport   Dir            DstAddr  Dport  TotPkts   TotBytes State \n';

describe('argus', () => {
  test('rows in columns; times of day before the anchor', async () => {
    const text = [
      HEAD,
      '   23:27:01.403127  e           tcp          192.0.2.7.51234     ->       203.0.113.10.23            1         60   REQ\n',
      '   23:27:02.403127  e s         tcp          192.0.2.7.51235     ->       203.0.113.10.ssh           2        114   RST\n',
      '   23:27:03.403127              tcp          192.0.2.7.51236     ->       203.0.113.10.80           12       3114   FIN\n',
      '   23:27:04.403127  e           udp          192.0.2.7.51236    <->       203.0.113.13.53            2        214   CON\n',
      '   23:27:05.403127  e          icmp          192.0.2.7          <->       203.0.113.13               2        196   ECO\n',
      '   00:00:06.403127  e           udp      2001:db8::7.51236       ->     2001:db8:50::1.161           1         60   INT\n',
      '   00:00:07.403127  e           arp          192.0.2.7           who         192.0.2.9               1         60   INT\n',
    ].join('');
    const told = await read(argus, text);
    assert.deepEqual(told.contacts, [
      '192.0.2.7:51234 > 203.0.113.10:23/6 tcp-syn unanswered',
      '192.0.2.7:51235 > 203.0.113.10:22/6 tcp-syn refused',
      '192.0.2.7:51236 > 203.0.113.10:80/6 tcp-connect answered',
      '192.0.2.7:51236 > 203.0.113.13:53/17 udp answered',
      '192.0.2.7:0 > 203.0.113.13:8/1 icmp-echo answered',
      '2001:db8::7:51236 > 2001:db8:50::1:161/17 udp unanswered',
    ]);
    assert.equal(told.times[0], Date.UTC(2026, 10, 21, 23, 27, 1, 403) * 1000 + 127);
    assert.equal(told.times[5], Date.UTC(2026, 10, 22, 0, 0, 6, 403) * 1000 + 127);
    assert.deepEqual(told.weird, {});
  });

  test('rows with commas, flags as state, refusals', async () => {
    const text = [
      'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label\n',
      '2026/11/21 23:27:01.403127,0.1,tcp,192.0.2.7,51234,   ->,203.0.113.10,23,S_RA,0,0,2,114,60,\n',
      '2026/11/21 23:27:02.403127,0.1,tcp,192.0.2.7,51235,   ->,203.0.113.10,24,S_,0,,1,60,60,\n',
      '2026/11/21 23:27:03.403127,0.1,tcp,192.0.2.7,51236,   ->,203.0.113.10,80,FSPA_FSPA,0,0,12,3000,900,\n',
      '2026/11/21 23:27:04.403127,0.1,udp,192.0.2.7,51237,   ->,203.0.113.10,161,URP,0,0,1,60,60,\n',
      '2026/11/21 23:27:05.403127,0.1,icmp,203.0.113.10,0x0303,   ->,192.0.2.7,0x97af,URP,0,0,1,60,60,\n',
      '2026/11/21 23:27:05.403127,0.1,tcp,nowhere,1,   ->,192.0.2.7,2,S_,0,0,1,60,60,\n',
      'x\n',
    ].join('');
    const told = await read(argus, text);
    assert.deepEqual(told.contacts.sort(), [
      '192.0.2.7:51234 > 203.0.113.10:23/6 tcp-syn refused',
      '192.0.2.7:51235 > 203.0.113.10:24/6 tcp-syn unanswered',
      '192.0.2.7:51236 > 203.0.113.10:80/6 tcp-connect answered',
      '192.0.2.7:51237 > 203.0.113.10:161/17 udp refused',
    ]);
    assert.deepEqual(told.weird, { 'line-malformed': 1, 'line-field-impossible': 1 });
    assert.equal(told.records, 8);
  });

  test('flags are told from states, packets, bytes and repetitions', async () => {
    const row = (flgs: string, from: string, dir: string, to: string, packets: number, bytes: number, state: string) =>
      `   1795300508.002499 ${flgs}  tcp  192.0.2.7.${from}  ${dir}  203.0.113.10.${to}  ${packets}  ${bytes}  ${state}\n`;
    const cases: readonly (readonly [string, string])[] = [
      [row(' e  ', '51001', '->', '80', 2, 108, 'RST'), '51001 80 tcp-syn refused'],
      [row(' e  ', '51002', '->', '80', 3, 166, 'RST'), '51002 80 tcp-syn answered'],
      // neither packet has an option: no SYN-ACK is among them
      [row(' e  ', '51003', '->', '80', 3, 162, 'RST'), '51003 80 tcp-syn refused'],
      [row(' e s', '51004', '->', '80', 3, 170, 'RST'), '51004 80 tcp-syn refused'],
      [row(' e  ', '51005', '->', '80', 23, 3100, 'RST'), '51005 80 tcp-connect answered'],
      [row(' e  ', '51006', '?>', '80', 1, 54, 'FIN'), '51006 80 tcp-fin unanswered'],
      [row(' e  ', '51007', '?>', '80', 1, 54, 'CON'), '51007 80 tcp-ack unanswered'],
      [row(' e  ', '51008', '<?>', '80', 2, 108, 'RST'), '51008 80 tcp-odd refused'],
      [row(' e  ', '51009', '<?>', '80', 9, 4000, 'CON'), `51009 80 ${Method.midstream} answered`],
      [row(' eU ', '51010', '->', '80', 1, 58, 'REQ'), '51010 80 tcp-syn refused'],
      [row(' e  ', '51011', '->', '80', 2, 116, 'ACC'), '51011 80 tcp-syn answered'],
      // what a service says to somebody who never asked it
      [row(' e s', '443', '->', '51012', 3, 174, 'ACC'), `443 51012 ${Method.strayAnswer} unknown`],
      [row(' e  ', '443', '->', '51013', 2, 112, 'RST'), `443 51013 ${Method.strayAnswer} unknown`],
      [row(' e  ', '8443', '?>', '51014', 1, 54, 'RST'), `8443 51014 ${Method.strayAnswer} unknown`],
    ];
    const told = await read(argus, HEAD + cases.map(([text]) => text).join(''));
    const short = told.contacts.map((contact) => contact.replace(/^[^:]+:(\d+) > [^:]+:(\d+)\/6/, '$1 $2'));
    assert.deepEqual(short.sort(), cases.map(([, expected]) => expected).sort());
  });

  test('a protocol whose name is cut', async () => {
    const text =
      ' 1795300653.930150  e        ipv6-* 2001:db8:1::66.128      <->     2001:db8:50::1.0   2   124   ECO\n';
    assert.deepEqual((await read(argus, HEAD + text)).contacts, [
      '2001:db8:1::66:0 > 2001:db8:50::1:128/58 icmp-echo answered',
    ]);
  });
});
