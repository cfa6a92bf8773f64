import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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
});
