import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { windowsFirewall } from '../../../src/input/firewall/windows.ts';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { Method, Outcome, Proof } from '../../../src/record/contact.ts';
import { Trait } from '../../../src/record/packet.ts';
import { has, micros, one, read } from './rows.ts';

const ENDS = { source: '192.0.2.77', target: '198.51.100.22' };
const REFUSED = { outcome: Outcome.refused, proof: Proof.filtered };

describe('filterlog', () => {
  const line = (rest: string): string => `Nov 21 23:27:44 gw filterlog[31337]: 5,,,1000000103,igb0,${rest}`;
  const v4 = (action: string, transport: string, flags = 'none'): string =>
    line(`match,${action},in,4,0x0,,240,54321,0,${flags},${transport}`);

  it('reads a blocked SYN', async () => {
    const row = await one(
      syslog,
      v4('block', '6,tcp,44,192.0.2.77,198.51.100.22,39682,8080,0,S,3163518218,,1024,,mss', 'DF'),
    );
    has(row, { ...ENDS, ...REFUSED, sourcePort: 39682, targetPort: 8080, method: Method.tcpSyn, flags: 2 });
    has(row, { seq: 3163518218, ack: 0, window: 1024, ttl: 240, ipId: 54321, mss: 1460, traits: Trait.dontFragment });
    has(row, { time: micros('2026-11-21T23:27:44Z'), length: 0 });
  });

  it('reads flags, ranges of sequence numbers, and what passed', async () => {
    const xmas = await one(syslog, v4('block', '6,tcp,40,192.0.2.77,198.51.100.22,1,2,0,FPU,1:1,,1024,0,'));
    has(xmas, { ...REFUSED, method: Method.tcpXmas, seq: 1, options: 0 });
    const passed = await one(
      syslog,
      v4('pass', '6,tcp,60,192.0.2.77,198.51.100.22,1,2,0,S,1,,64240,,mss;sackOK;TS;nop;wscale'),
    );
    has(passed, { outcome: Outcome.unknown, proof: 0, options: 1 });
  });

  it('reads UDP, ICMP, other protocols and fragments', async () => {
    has(await one(syslog, v4('block', '17,udp,48,192.0.2.77,198.51.100.22,5060,5060,28')), {
      ...REFUSED,
      method: Method.udp,
      length: 28,
    });
    const echo = await one(syslog, v4('block', '1,icmp,84,192.0.2.77,198.51.100.22,request,7,2'));
    has(echo, { method: Method.icmpEcho, targetPort: 8, seq: (7 << 16) | 2, length: 56 });
    has(await one(syslog, v4('reject', '47,gre,84,192.0.2.77,198.51.100.22,datalength=64')), {
      ...REFUSED,
      targetPort: 47,
    });
    const none = await read(syslog, [
      v4('block', '1,icmp,84,192.0.2.77,198.51.100.22,unreachport,198.51.100.9,17,53'),
      line('match,block,in,4,0x0,,240,1,185,none,17,udp,48,192.0.2.77,198.51.100.22'),
    ]);
    assert.equal(none.rows.length, 0);
  });

  it('reads IPv6', async () => {
    const row = await one(
      syslog,
      line('match,block,in,6,0x00,0x12345,57,TCP,6,40,2001:db8::77,2001:db8:1::22,39682,22,0,S,9,,1024,,mss'),
    );
    has(row, {
      source: '2001:db8::77',
      target: '2001:db8:1::22',
      targetPort: 22,
      ttl: 57,
      ipId: 0x2345,
      traits: Trait.v6,
    });
    const discovery = line('match,block,in,6,0x00,0x00000,255,ICMPv6,58,32,fe80::1,ff02::1,');
    assert.equal((await read(syslog, [discovery])).rows.length, 0);
  });

  it('reads OPNsense, whose rules have names', async () => {
    const row = await one(
      syslog,
      '<134>1 2026-11-21T23:27:44+00:00 gw filterlog 60000 - [meta sequenceId="1"] 61,,,02f4bab031b57d1e30553ce08e0ec131,vtnet0,match,block,in,4,0x0,,245,54321,0,none,6,tcp,44,192.0.2.77,198.51.100.22,45035,8728,0,S,2034443244,,65535,,mss',
    );
    has(row, { ...ENDS, ...REFUSED, targetPort: 8728, window: 65535 });
  });

  it('counts damaged lines', async () => {
    const { rows, weird } = await read(syslog, [
      v4('block', '6,tcp,44,192.0.2.777,198.51.100.22,1,2,0,S,1,,1,,'),
      v4('blocked', '6,tcp,44,192.0.2.77,198.51.100.22,1,2,0,S,1,,1,,'),
      'Nov 21 23:27:44 gw filterlog[1]: 5,,,',
    ]);
    assert.equal(rows.length, 0);
    assert.equal(weird.total('malformed') + weird.total('unsupported'), 3);
  });
});

describe('printed by tcpdump from pflog0', () => {
  it('reads TCP with and without details', async () => {
    const plain =
      '2026-11-21 23:27:44.123456 rule 5/0(match): block in on em0: 192.0.2.77.1234 > 198.51.100.22.22: Flags [S], seq 99, win 1024, options [mss 1460], length 0';
    has(await one(syslog, plain), {
      ...ENDS,
      ...REFUSED,
      time: micros('2026-11-21T23:27:44Z', 123456),
      sourcePort: 1234,
      targetPort: 22,
      flags: 2,
      seq: 99,
      window: 1024,
      mss: 1460,
    });
    const detailed =
      'Nov 21 23:27:44 gw pf: 00:00:01.5 rule 70/0(match): pass in on em0: (tos 0x0, ttl 240, id 54321, offset 0, flags [DF], proto TCP (6), length 60) 192.0.2.77.1234 > 198.51.100.22.22: Flags [S], seq 1, win 64240, options [mss 1460,nop,wscale 7], length 0';
    has(await one(syslog, detailed), {
      outcome: Outcome.unknown,
      ttl: 240,
      ipId: 54321,
      traits: Trait.dontFragment,
      options: 1,
    });
  });

  it('reads OpenBSD, UDP, ICMP and IPv6', async () => {
    const bsd =
      'Nov 21 23:27:44.123456 rule 5/(match) block in on em0: 192.0.2.77.1234 > 198.51.100.22.22: S 7:7(0) win 512';
    has(await one(syslog, bsd), { ...ENDS, ...REFUSED, method: Method.tcpSyn, window: 512 });
    const head = '2026-11-21 23:27:44 rule 5/0(match): block in on em0: ';
    has(await one(syslog, `${head}192.0.2.77.5060 > 198.51.100.22.5060: UDP, length 20`), {
      method: Method.udp,
      length: 20,
    });
    has(await one(syslog, `${head}192.0.2.77 > 198.51.100.22: ICMP echo request, id 1, seq 2, length 8`), {
      method: Method.icmpEcho,
      seq: 65538,
    });
    has(await one(syslog, `${head}2001:db8::77.1234 > 2001:db8::22.80: Flags [S], seq 1, win 1, length 0`), {
      source: '2001:db8::77',
      sourcePort: 1234,
      traits: Trait.v6,
    });
  });
});

describe('RouterOS', () => {
  const line = (rest: string, prefix = 'drop-in input'): string =>
    `Nov 21 23:27:44 gw firewall,info ${prefix}: in:ether1 out:(unknown 0), ${rest}`;

  it('reads TCP, UDP, ICMP and IPv6', async () => {
    const tcp =
      'connection-state:new src-mac 02:00:5e:10:00:17, proto TCP (SYN), 192.0.2.77:59388->198.51.100.22:23, len 44';
    has(await one(syslog, line(tcp)), { ...ENDS, ...REFUSED, sourcePort: 59388, targetPort: 23, flags: 2, mss: 1460 });
    has(await one(syslog, line('proto TCP (SYN,ECE,CWR), 192.0.2.77:1->198.51.100.22:2, len 40')), { flags: 0xc2 });
    has(await one(syslog, line('proto UDP, 192.0.2.77:1->198.51.100.22:2, len 65')), {
      method: Method.udp,
      length: 37,
    });
    has(await one(syslog, line('proto ICMP (type 8, code 0), 192.0.2.77->198.51.100.22, len 84')), {
      method: Method.icmpEcho,
      targetPort: 8,
    });
    const six = 'proto TCP (SYN), [2001:db8::1]:40384->[2001:db8::2]:20461, len 24';
    has(await one(syslog, line(six, 'input')), {
      source: '2001:db8::1',
      target: '2001:db8::2',
      targetPort: 20461,
      outcome: Outcome.unknown,
      mss: 1460,
    });
  });

  it('reads translated and mangled lines, and leaves running connections out', async () => {
    const nat =
      'connection-state:new,dnat proto TCP (SYN), 192.0.2.77:1->198.51.100.22:2, NAT 192.0.2.77:1->(198.51.100.22:2->10.0.0.2:2), len 60';
    has(await one(syslog, line(nat, 'forward')), { ...ENDS, targetPort: 2 });
    const running = 'connection-state:established proto TCP (ACK), 192.0.2.77:1->198.51.100.22:2, len 40';
    assert.equal((await read(syslog, [line(running)])).rows.length, 0);
  });

  it('is read without a host', async () => {
    const bare =
      '2026-11-21 23:27:44 firewall,info DROP input: in:ether1 out:(unknown 0), proto TCP (SYN), 192.0.2.77:1->198.51.100.22:2, len 40';
    has(await one(syslog, bare), { ...ENDS, ...REFUSED });
  });
});

describe('pfirewall.log', () => {
  const HEAD = [
    '#Version: 1.5',
    '#Software: Microsoft Windows Firewall',
    '#Time Format: Local',
    '#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path',
    '',
  ];

  it('reads dropped and allowed', async () => {
    const { rows } = await read(windowsFirewall, [
      ...HEAD,
      '2026-11-21 23:27:44 DROP TCP 192.0.2.77 198.51.100.22 51234 445 44 S 1163518218 0 1024 - - - RECEIVE',
      '2026-11-21 23:27:45 ALLOW UDP 192.0.2.77 198.51.100.22 51234 5353 0 - - - - - - - RECEIVE',
      '2026-11-21 23:27:46 DROP ICMP 192.0.2.77 198.51.100.22 - - 60 - - - - 8 0 - RECEIVE',
      '2026-11-21 23:27:47 ALLOW TCP 2001:db8::77 2001:db8::22 51234 445 0 - 0 0 0 - - - RECEIVE',
      '2026-11-21 23:27:48 INFO-EVENTS-LOST - - - - - - - - - - - - - -  12',
    ]);
    assert.equal(rows.length, 4);
    has(rows[0], {
      ...ENDS,
      ...REFUSED,
      time: micros('2026-11-21T23:27:44Z'),
      record: 5,
      flags: 2,
      seq: 1163518218,
      window: 1024,
      mss: 1460,
    });
    has(rows[1], { outcome: Outcome.unknown, method: Method.udp, traits: Trait.untold | Trait.targetHere });
    has(rows[2], { ...REFUSED, method: Method.icmpEcho, targetPort: 8, length: 32 });
    has(rows[3], { source: '2001:db8::77', method: Method.tcpSyn, traits: Trait.untold | Trait.v6 | Trait.targetHere });
  });

  it('is not recognised by comments, which anything may hold', () => {
    const sure = (text: string): number => windowsFirewall.recognise(new TextEncoder().encode(text), '');
    assert.equal(sure('# Notes\n\nof somebody\n# more of them\n'), 0);
    assert.equal(sure('#!/bin/sh\n# what it does\nexit 0\n'), 0);
    assert.ok(sure(`${HEAD.join('\n')}\n`) > 0);
  });

  it('finds columns by their names', async () => {
    const { rows } = await read(windowsFirewall, [
      '#Fields: date time action protocol dst-ip src-ip dst-port src-port',
      '2026-11-21 23:27:44 DROP TCP 198.51.100.22 192.0.2.77 445 51234',
    ]);
    has(rows[0], { ...ENDS, sourcePort: 51234, targetPort: 445 });
  });
});
