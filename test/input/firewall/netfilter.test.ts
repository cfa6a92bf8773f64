import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dmesg } from '../../../src/input/firewall/dmesg.ts';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { Method, Outcome, Proof } from '../../../src/record/contact.ts';
import { Trait } from '../../../src/record/packet.ts';
import { has, micros, one, read } from './rows.ts';

const HEAD = 'Nov 21 23:27:44 fw kernel: [ 5130.096477] ';
const ETHERNET = 'MAC=02:00:5e:10:00:17:8e:2d:45:9e:b1:1d:08:00';
const ENDS = 'SRC=192.0.2.77 DST=198.51.100.22';

/** A line with prefix, what stands between LEN and PROTO left usual, and the transport. */
const line = (prefix: string, transport: string, length = 44): string =>
  `${HEAD}${prefix}IN=eth0 OUT= ${ETHERNET} ${ENDS} LEN=${length} TOS=0x00 PREC=0x00 TTL=240 ID=54321 DF ${transport}`;
const tcp = (flags: string, rest = ''): string =>
  `PROTO=TCP SPT=39682 DPT=8080 WINDOW=1024 RES=0x00 ${flags}URGP=0 ${rest}`;

describe('netfilter', () => {
  it('reads a dropped SYN', async () => {
    has(await one(syslog, line('[UFW BLOCK] ', tcp('SYN '))), {
      time: micros('2026-11-21T23:27:44Z'),
      input: 3,
      record: 1,
      source: '192.0.2.77',
      target: '198.51.100.22',
      sourcePort: 39682,
      targetPort: 8080,
      protocol: 6,
      method: Method.tcpSyn,
      outcome: Outcome.refused,
      proof: Proof.filtered,
      flags: 2,
      window: 1024,
      ipId: 54321,
      ttl: 240,
      traits: Trait.dontFragment,
      mss: 1460,
      length: 0,
      tries: 1,
    });
  });

  for (const [prefix, outcome] of [
    ['[UFW BLOCK] ', Outcome.refused],
    ['[UFW LIMIT BLOCK] ', Outcome.refused],
    ['[UFW ALLOW] ', Outcome.unknown],
    ['[UFW AUDIT INVALID] ', Outcome.unknown],
    ['FINAL_REJECT: ', Outcome.refused],
    ['iptables denied: ', Outcome.refused],
    ['DROP', Outcome.refused],
    ['Shorewall:net-fw:DROP:', Outcome.refused],
    ['reject wan in: ', Outcome.refused],
    ['[WAN_LOCAL-default-D]', Outcome.refused],
    ['[WAN_IN-10-A]', Outcome.unknown],
    ['[WAN_LOCAL-A-2147483647] DESCR="Block All Traffic" ', Outcome.unknown],
    ['[FW-NEW] ', Outcome.unknown],
    ['', Outcome.unknown],
    ['wan: ', Outcome.unknown],
  ] as const)
    it(`takes "${prefix}" for ${outcome === Outcome.refused ? 'a refusal' : 'no refusal'}`, async () => {
      assert.equal((await one(syslog, line(prefix, tcp('SYN ')))).outcome, outcome);
    });

  for (const [flags, method, outcome] of [
    ['', Method.tcpNull, Outcome.refused],
    ['FIN ', Method.tcpFin, Outcome.refused],
    ['URG PSH FIN ', Method.tcpXmas, Outcome.refused],
    ['SYN FIN ', Method.tcpOdd, Outcome.refused],
    ['CWR ECE SYN ', Method.tcpSyn, Outcome.refused],
    // the end of a connection that was forgotten looks the same
    ['ACK FIN ', Method.tcpMaimon, Outcome.unknown],
    ['ACK ', Method.tcpAck, Outcome.unknown],
    ['ACK SYN ', Method.strayAnswer, Outcome.unknown],
    ['ACK RST ', Method.strayAnswer, Outcome.unknown],
    ['RST ', Method.strayAnswer, Outcome.unknown],
  ] as const)
    it(`tells the method of flags "${flags}"`, async () => {
      has(await one(syslog, line('DROP INVALID ', tcp(flags), 40)), { method, outcome, options: 0 });
    });

  it('takes an ACK with payload, or from a service to a client, for the middle of a connection', async () => {
    assert.equal((await one(syslog, line('DROP ', tcp('ACK PSH '), 1400))).method, Method.midstream);
    const back = 'PROTO=TCP SPT=443 DPT=51234 WINDOW=501 RES=0x00 ACK FIN URGP=0';
    has(await one(syslog, line('DROP ', back, 52)), { method: Method.midstream, outcome: Outcome.unknown });
  });

  it('reads sequence numbers, options and reserved bits', async () => {
    const segment =
      'PROTO=TCP SPT=1 DPT=2 SEQ=4294967295 ACK=7 WINDOW=3 RES=0x20 CWR ECE SYN URGP=9 OPT (03030A01020405B4080AFFFFFFFF000000000402)';
    const row = await one(syslog, line('DROP ', segment, 60));
    has(row, { seq: 0xffffffff, ack: 7, window: 3, urgent: 9, flags: 0xc2, mss: 1460, length: 0 });
    assert.equal(row.traits, Trait.dontFragment | Trait.timestamps | Trait.reservedBits);
    assert.ok(row.options > 1);
  });

  it('reads UDP, its length, and a late answer', async () => {
    has(await one(syslog, line('DROP ', 'PROTO=UDP SPT=5060 DPT=5060 LEN=56', 76)), {
      method: Method.udp,
      length: 48,
      protocol: 17,
    });
    assert.equal(
      (await one(syslog, line('DROP ', 'PROTO=UDP SPT=53 DPT=51234 LEN=56', 76))).method,
      Method.strayAnswer,
    );
  });

  it('reads ICMP: echo with identifier, no contact for errors and what they quote', async () => {
    const echo = await one(syslog, line('DROP ', 'PROTO=ICMP TYPE=8 CODE=2 ID=2158 SEQ=512', 28));
    has(echo, {
      method: Method.icmpEcho,
      targetPort: 8,
      sourcePort: 2,
      seq: ((2158 << 16) | 512) >>> 0,
      ipId: 54321,
      length: 0,
    });
    const error = `PROTO=ICMP TYPE=3 CODE=3 [SRC=198.51.100.22 DST=192.0.2.77 LEN=40 TOS=0x00 PREC=0x00 TTL=1 ID=1 PROTO=TCP SPT=1 DPT=2 INCOMPLETE [8 bytes] ]`;
    assert.equal((await read(syslog, [line('DROP ', error, 56)])).rows.length, 0);
  });

  it('reads IPv6, and leaves neighbour discovery out', async () => {
    const six = (rest: string): string =>
      `${HEAD}DROP IN=eth0 OUT= ${ETHERNET} SRC=2001:0db8:0000:0000:0000:0000:0000:0002 DST=2001:0db8:0000:0000:0000:0000:0000:0001 LEN=80 TC=0 HOPLIMIT=64 FLOWLBL=1234 ${rest}`;
    const row = await one(syslog, six('OPT ( ) PROTO=TCP SPT=46395 DPT=80 WINDOW=5760 RES=0x00 SYN URGP=0'));
    has(row, { source: '2001:db8::2', target: '2001:db8::1', ttl: 64, ipId: 1234, options: 1, length: 0 });
    assert.equal(row.traits, Trait.v6 | Trait.extension);
    assert.equal((await read(syslog, [six('PROTO=ICMPv6 TYPE=135 CODE=0')])).rows.length, 0);
  });

  it('reads other protocols, cut ones and SCTP', async () => {
    has(await one(syslog, line('DROP ', 'PROTO=162')), { method: Method.ipProtocol, protocol: 162, targetPort: 162 });
    has(await one(syslog, line('DROP ', 'PROTO=ESP INCOMPLETE [8 bytes]')), {
      method: Method.ipProtocol,
      targetPort: 50,
    });
    has(await one(syslog, line('DROP ', 'PROTO=SCTP SPT=5 DPT=2905')), { method: Method.sctpInit, targetPort: 2905 });
    assert.equal((await read(syslog, [line('DROP ', 'FRAG:185 PROTO=UDP')])).rows.length, 0, 'a later fragment');
    assert.equal((await read(syslog, [line('DROP ', 'PROTO=TCP INCOMPLETE [4 bytes]')])).rows.length, 0);
  });

  it('reads a question of ARP', async () => {
    const arp = `${HEAD}IN=eth0 OUT= ARP HTYPE=1 PTYPE=0x0800 OPCODE=1 MACSRC=02:00:5e:00:53:01 IPSRC=192.0.2.1 MACDST=00:00:00:00:00:00 IPDST=192.0.2.9`;
    has(await one(syslog, arp), { method: Method.arp, source: '192.0.2.1', target: '192.0.2.9', protocol: 0 });
    assert.equal((await read(syslog, [arp.replace('OPCODE=1', 'OPCODE=2')])).rows.length, 0);
  });

  it('knows broadcast by its frame', async () => {
    const all = line('DROP ', 'PROTO=UDP SPT=137 DPT=137 LEN=58', 78).replace('02:00:5e:10:00:17', 'ff:ff:ff:ff:ff:ff');
    assert.equal((await one(syslog, all)).traits & Trait.broadcast, Trait.broadcast);
  });

  it('takes an answer to what was logged before for no contact', async () => {
    const back = line('LOG ', 'PROTO=TCP SPT=8080 DPT=39682 WINDOW=64240 RES=0x00 ACK SYN URGP=0', 60).replace(
      ENDS,
      'SRC=198.51.100.22 DST=192.0.2.77',
    );
    assert.equal((await read(syslog, [line('LOG ', tcp('SYN ')), back])).rows.length, 1);
    assert.equal((await read(syslog, [back])).rows[0].method, Method.strayAnswer);
  });

  it('is read in any envelope', async () => {
    const message = `[UFW BLOCK] IN=eth0 OUT= ${ETHERNET} ${ENDS} LEN=44 TTL=240 ID=1 ${tcp('SYN ')}`;
    for (const head of [
      'Nov 21 23:27:44 fw kernel: ',
      '<4>Nov 21 23:27:44 fw kernel: ',
      '2026-11-21T23:27:44+00:00 fw kernel: [12.5] ',
      '<4>1 2026-11-21T23:27:44Z fw kernel - - - ',
      'Nov 21 23:27:44 fw ulogd[12]: ',
      'Nov 21 23:27:44 fw ',
      '[Sat Nov 21 23:27:44 2026] ',
      '2026-11-21T23:27:44,000000+00:00 ',
    ]) {
      const input = head.startsWith('[') ? dmesg : syslog;
      has(await one(input, head + message), { time: micros('2026-11-21T23:27:44Z'), outcome: Outcome.refused });
    }
    has(await one(dmesg, `[ 5130.096477] ${message}`), { time: 5130_096_477, outcome: Outcome.refused });
    has(await one(dmesg, `kern  :warn  : [ 5130.096477] ${message}`), { time: 5130_096_477 });
  });

  it('is not written by programs that strangers can make write', async () => {
    const forged = `Nov 21 23:27:44 fw sshd[1]: Invalid user DROP IN=eth0 OUT= ${ENDS} LEN=44 TTL=1 ID=1 ${tcp('SYN ')} from 192.0.2.1`;
    assert.equal((await read(syslog, [forged])).rows.length, 0);
  });

  it('counts damaged lines', async () => {
    const whole = line('DROP ', tcp('SYN '));
    const { rows, weird } = await read(syslog, [
      whole.replace('SRC=192.0.2.77', 'SRC=192.0.2.777'),
      whole.replace('DPT=8080', 'DPT=80800'),
      whole.replace('PROTO=TCP', 'PROTO='),
      whole.replace(/ DST=\S+/, ''),
      'Nov 21 23:27:44 fw kernel: [1.0] usb 1-1: new high-speed USB device',
    ]);
    assert.equal(rows.length, 0);
    assert.equal(weird.total('malformed') + weird.total('unsupported'), 5);
  });

  it('survives any cut', async () => {
    const whole = line('DROP ', tcp('SYN ', 'OPT (020405B40402)'));
    const cuts = Array.from({ length: whole.length }, (_, end) => whole.slice(0, end + 1));
    const { records, rows, weird } = await read(syslog, cuts, 100);
    assert.ok(rows.length > 0 && rows.length < records);
    assert.ok(weird.total('malformed') > 0);
  });
});
