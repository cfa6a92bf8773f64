import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bareFirewall } from '../../../src/input/firewall/bare.ts';
import { journald } from '../../../src/input/syslog/journald.ts';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { Method, Outcome, Proof } from '../../../src/record/contact.ts';
import { Trait } from '../../../src/record/packet.ts';
import { has, micros, one, read, type Row } from './rows.ts';

const HEAD = 'Nov 21 23:27:44 fw ';
const ENDS = { source: '192.0.2.77', target: '198.51.100.22' };
const REFUSED = { outcome: Outcome.refused, proof: Proof.filtered };
const CLOSED = { outcome: Outcome.refused, proof: Proof.closed };
const TALKED = { outcome: Outcome.answered, proof: Proof.handshake | Proof.exchange, method: Method.tcpConnect };

describe('ASA', () => {
  const asa = (text: string): string => `${HEAD}%ASA-4-${text}`;

  for (const [text, expected] of [
    [
      '106001: Inbound TCP connection denied from 192.0.2.77/51234 to 198.51.100.22/445 flags SYN  on interface outside',
      { flags: 2, method: Method.tcpSyn },
    ],
    ['106006: Deny inbound UDP from 192.0.2.77/51234 to 198.51.100.22/445 on interface outside', { protocol: 17 }],
    ['106010: Deny inbound tcp src outside:192.0.2.77/51234 dst inside:198.51.100.22/445', {}],
    [
      '106021: Deny TCP reverse path check from 192.0.2.77 to 198.51.100.22 on interface outside',
      { sourcePort: 0, targetPort: 0 },
    ],
    ['106023: Deny tcp src outside:192.0.2.77/51234 dst inside:198.51.100.22/445 by access-group "out" [0x0, 0x0]', {}],
    [
      '106023: Deny udp src outside:192.0.2.77/51234(LOCAL\\user) dst inside:198.51.100.22/445 by access-group "out"',
      { protocol: 17 },
    ],
    [
      '106023: Deny protocol 47 src outside:192.0.2.77 dst inside:198.51.100.22 by access-group "out" [0x0, 0x0]',
      { protocol: 47, sourcePort: 0, targetPort: 47 },
    ],
    [
      '106023: Deny icmp src outside:192.0.2.77 dst inside:198.51.100.22 (type 8, code 3) by access-group "out" [0x0, 0x0]',
      { method: Method.icmpEcho, targetPort: 8, sourcePort: 3, protocol: 1 },
    ],
    [
      '106014: Deny inbound icmp src outside:192.0.2.77 dst inside:198.51.100.22 (type 13, code 0)',
      { method: Method.icmpTimestamp, targetPort: 13, sourcePort: 0, protocol: 1 },
    ],
    [
      '106100: access-list permit_in denied tcp outside/192.0.2.77(51234) -> inside/198.51.100.22(445) hit-cnt 1 first hit [0x0, 0x0]',
      {},
    ],
    [
      '106100: access-list in denied icmp outside/192.0.2.77(8) -> inside/198.51.100.22(0) hit-cnt 1 first hit [0x0, 0x0]',
      { method: Method.icmpEcho, targetPort: 8, sourcePort: 0, protocol: 1 },
    ],
    ['710003: TCP access denied by ACL from 192.0.2.77/51234 to outside:198.51.100.22/https', { targetPort: 443 }],
    [
      '710005: UDP request discarded from 192.0.2.77/51234 to outside:198.51.100.22/snmp',
      { targetPort: 161, protocol: 17 },
    ],
    [
      '313004: Denied ICMP type=8, from laddr 192.0.2.77 on interface outside to 198.51.100.22: no matching session',
      null,
    ],
  ] as const)
    it(text.slice(0, 60), async () => {
      if (expected === null) return assert.equal((await read(syslog, [asa(text)])).rows.length, 0);
      const row = await one(syslog, asa(text));
      has(row, { sourcePort: 51234, targetPort: 445, protocol: 6, ...ENDS, ...REFUSED, ...(expected as Partial<Row>) });
      assert.equal(row.traits, Trait.untold);
    });

  it('takes permitted for passed, and a late segment for nothing sure', async () => {
    const permitted = asa(
      '106100: access-list deny_in permitted tcp outside/192.0.2.77(1) -> inside/198.51.100.22(2) hit-cnt 1 first hit',
    );
    has(await one(syslog, permitted), { outcome: Outcome.unknown, targetPort: 2 });
    const late = asa(
      '106015: Deny TCP (no connection) from 192.0.2.77/51234 to 198.51.100.22/443 flags FIN ACK  on interface outside',
    );
    has(await one(syslog, late), { outcome: Outcome.unknown, method: Method.tcpMaimon, flags: 17 });
    const answer = asa(
      '106015: Deny TCP (no connection) from 192.0.2.77/443 to 198.51.100.22/51234 flags RST  on interface outside',
    );
    has(await one(syslog, answer), { method: Method.strayAnswer });
  });

  const built = (way: string): string =>
    asa(
      `302013: Built ${way} TCP connection 77 for outside:192.0.2.77/51234 (192.0.2.77/51234) to inside:198.51.100.22/443 (203.0.113.22/443)`,
    );
  const torn = (rest: string): string =>
    `Nov 21 23:28:14 fw %ASA-6-302014: Teardown TCP connection 77 for outside:192.0.2.77/51234 to inside:198.51.100.22/443 duration 0:00:30 ${rest}`;

  for (const [rest, expected] of [
    ['bytes 0 SYN Timeout', { outcome: Outcome.unanswered, method: Method.tcpSyn }],
    ['bytes 0 TCP Reset-I from inside', CLOSED],
    ['bytes 0 TCP Reset-O from outside', { outcome: Outcome.answered, proof: Proof.brokenOff }],
    ['bytes 5120 TCP FINs (user)', { outcome: Outcome.answered, proof: Proof.handshake, method: Method.tcpConnect }],
  ] as const)
    it(`tells how a connection ended: ${rest}`, async () => {
      const row = await one(syslog, built('inbound'), torn(rest));
      has(row, { ...ENDS, time: micros('2026-11-21T23:27:44Z'), record: 1, targetPort: 443, ...expected });
    });

  it('knows who began: outbound, and without the beginning by the ports', async () => {
    const out = await one(syslog, built('outbound'), torn('bytes 0 TCP Reset-O'));
    has(out, { source: '198.51.100.22', target: '192.0.2.77', sourcePort: 443, targetPort: 51234 });
    has(await one(syslog, torn('bytes 0 SYN Timeout')), { ...ENDS, targetPort: 443, outcome: Outcome.unanswered });
  });

  it('tells of beginnings without an end at last', async () => {
    has(await one(syslog, built('inbound')), { ...ENDS, outcome: Outcome.unknown, method: Method.tcpSyn });
    const { rows } = await read(syslog, [
      built('inbound'),
      `Nov 21 23:40:00 fw %ASA-6-302013: Built inbound TCP connection 78 for outside:192.0.2.9/1 (192.0.2.9/1) to inside:198.51.100.22/80 (198.51.100.22/80)`,
    ]);
    assert.deepEqual(
      rows.map(({ record }) => record),
      [1, 2],
    );
  });

  it('reads ICMP, IPv6 and FTD events', async () => {
    const ping = asa(
      '302020: Built inbound ICMP connection for faddr 192.0.2.77/5 gaddr 203.0.113.22/0 laddr 198.51.100.22/0 type 8 code 0',
    );
    has(await one(syslog, ping), { ...ENDS, method: Method.icmpEcho, targetPort: 8 });
    const six = asa('106023: Deny tcp src outside:2001:db8::77/51234 dst inside:2001:db8::22/445 by access-group "o"');
    has(await one(syslog, six), {
      source: '2001:db8::77',
      target: '2001:db8::22',
      targetPort: 445,
      traits: Trait.untold | Trait.v6,
    });
    const event = (id: number, rest: string): string =>
      `${HEAD}%FTD-1-${id}: EventPriority: Low, InstanceID: 1, ConnectionID: 9, SrcIP: 192.0.2.77, DstIP: 198.51.100.22, SrcPort: 51234, DstPort: 445, Protocol: tcp, ${rest}`;
    has(await one(syslog, event(430002, 'AccessControlRuleAction: Block')), { ...ENDS, ...REFUSED, targetPort: 445 });
    const over = event(
      430003,
      'AccessControlRuleAction: Allow, InitiatorPackets: 2, ResponderPackets: 0, InitiatorBytes: 132, ResponderBytes: 0',
    );
    has(await one(syslog, event(430002, 'AccessControlRuleAction: Allow'), over), {
      ...ENDS,
      outcome: Outcome.unanswered,
      bytesOut: 12,
      record: 1,
    });
  });

  it('is read behind other stamps, not from strangers', async () => {
    const text =
      '%ASA-4-106023: Deny tcp src outside:192.0.2.77/51234 dst inside:198.51.100.22/445 by access-group "o"';
    for (const head of [
      'Nov 21 2026 23:27:44: ',
      'Nov 21 2026 23:27:44 fw : ',
      'Nov 21 23:27:44 fw : Nov 21 23:27:40 UTC: ',
      '<164>Nov 21 2026 23:27:44 fw: ',
    ])
      has(await one(syslog, head + text), { ...ENDS, time: micros('2026-11-21T23:27:44Z') });
    assert.equal((await read(syslog, [`${HEAD}sshd[1]: Invalid user ${text}`])).rows.length, 0);
  });
});

describe('IOS', () => {
  it('reads access lists', async () => {
    const ios = (text: string): string => `Nov 21 23:27:44 rtr 1234: Nov 21 23:27:43.123: %${text}`;
    has(
      await one(
        syslog,
        ios('SEC-6-IPACCESSLOGP: list permit-web denied tcp 192.0.2.77(3067) -> 198.51.100.22(139), 1 packet'),
      ),
      { ...ENDS, ...REFUSED, sourcePort: 3067, targetPort: 139 },
    );
    has(
      await one(
        syslog,
        ios(
          'SEC-6-IPACCESSLOGP: list 102 permitted udp 192.0.2.77(3067) (GigabitEthernet0/0 0200.5e10.0017) -> 198.51.100.22(139), 1 packet',
        ),
      ),
      { ...ENDS, outcome: Outcome.unknown, protocol: 17 },
    );
    has(
      await one(syslog, ios('SEC-6-IPACCESSLOGDP: list 102 denied icmp 192.0.2.77 -> 198.51.100.22 (8/0), 1 packet')),
      { ...ENDS, ...REFUSED, method: Method.icmpEcho },
    );
    has(await one(syslog, ios('SEC-6-IPACCESSLOGNP: list 102 denied 0/50 192.0.2.77 -> 198.51.100.22, 1 packet')), {
      ...ENDS,
      protocol: 50,
    });
    has(
      await one(
        syslog,
        ios('IPV6_ACL-6-ACCESSLOGP: list V6/20 denied tcp 2001:db8::77(3067) -> 2001:db8::22(22), 1 packet'),
      ),
      { source: '2001:db8::77', targetPort: 22 },
    );
    assert.equal((await read(syslog, [ios('SEC-6-IPACCESSLOGS: list 1 denied 192.0.2.77 1 packet')])).rows.length, 0);
  });
});

describe('PAN-OS', () => {
  const traffic = (subtype: string, action: string, counts: string, reason: string, session = 4711): string =>
    `${HEAD}1,2026/11/21 23:27:44,000000000001,TRAFFIC,${subtype},2561,2026/11/21 23:27:44,192.0.2.77,198.51.100.22,0.0.0.0,0.0.0.0,"a rule, quoted",,,incomplete,vsys1,untrust,dmz,ethernet1/1,ethernet1/2,log,2026/11/21 23:27:44,${session},1,51234,445,0,0,0x0,tcp,${action},${counts.split('|')[0]},2,2026/11/21 23:27:44,0,any,,1,0x0,Reserved,Reserved,,${counts.split('|')[1]},${reason}`;

  for (const [name, line, expected] of [
    ['drop', traffic('drop', 'deny', '60,60,0|1,0', 'policy-deny'), REFUSED],
    ['no answer', traffic('end', 'allow', '60,60,0|1,0', 'aged-out'), { outcome: Outcome.unanswered }],
    ['closed port', traffic('end', 'allow', '120,60,60|1,1', 'tcp-rst-from-server'), CLOSED],
    ['talk', traffic('end', 'allow', '9000,2000,7000|10,12', 'tcp-fin'), { ...TALKED, bytesOut: 1400, bytesIn: 6280 }],
    ['start', traffic('start', 'allow', '60,60,0|1,0', 'n/a'), { outcome: Outcome.unknown }],
  ] as const)
    it(`reads ${name}`, async () => {
      has(await one(syslog, line), { ...ENDS, sourcePort: 51234, targetPort: 445, ...(expected as Partial<Row>) });
    });

  it('joins start and end, reads raw records, and leaves its own scan alarms out', async () => {
    const start = traffic('start', 'allow', '60,60,0|1,0', 'n/a');
    const end = traffic('end', 'allow', '60,60,0|1,0', 'aged-out').replace('Nov 21 23:27:44', 'Nov 21 23:27:50');
    has(await one(syslog, start, end), {
      record: 1,
      outcome: Outcome.unanswered,
      time: micros('2026-11-21T23:27:44Z'),
    });
    has(await one(bareFirewall, `<14>${traffic('drop', 'deny', '60,60,0|1,0', 'policy-deny').slice(HEAD.length)}`), {
      ...ENDS,
      time: micros('2026-11-21T23:27:44Z'),
    });
    const scan = traffic('drop', 'deny', '60,60,0|1,0', 'x').replace('TRAFFIC,drop', 'THREAT,scan');
    assert.equal((await read(syslog, [scan])).rows.length, 0);
  });
});

describe('FortiGate', () => {
  const traffic = (action: string, rest = ''): string =>
    `date=2026-11-21 time=23:27:44 devname="fw" devid="FGT60F0000000000" eventtime=1795303664403123456 tz="+0000" logid="0000000013" type="traffic" subtype="forward" srcip=192.0.2.77 srcport=51234 srcintf="wan1" dstip=198.51.100.22 dstport=445 sessionid=4711 proto=6 action="${action}" policyid=0 service="a \\"b\\" c" ${rest}`;

  for (const [action, rest, expected] of [
    ['deny', 'sentbyte=0 rcvdbyte=0', REFUSED],
    ['ip-conn', 'sentbyte=120 rcvdbyte=0', { outcome: Outcome.unanswered }],
    ['timeout', 'sentbyte=60 rcvdbyte=0 sentpkt=1 rcvdpkt=0', { outcome: Outcome.unanswered }],
    ['server-rst', 'sentbyte=60 rcvdbyte=40 sentpkt=1 rcvdpkt=1', CLOSED],
    ['close', 'sentbyte=2000 rcvdbyte=7000 sentpkt=10 rcvdpkt=12', TALKED],
    ['accept', '', { outcome: Outcome.unknown }],
  ] as const)
    it(`reads ${action}`, async () => {
      const expectation = {
        ...ENDS,
        time: micros('2026-11-21T23:27:44Z', 403123),
        sourcePort: 51234,
        targetPort: 445,
        ...(expected as Partial<Row>),
      };
      has(await one(bareFirewall, `<189>${traffic(action, rest)}`), expectation);
      has(await one(syslog, HEAD + traffic(action, rest)), expectation);
    });

  it('completes times by their zone, and joins start and close', async () => {
    const local = traffic('deny')
      .replace(/eventtime=\d+ /, '')
      .replace('+0000', '+0200');
    has(await one(bareFirewall, local), { time: micros('2026-11-21T21:27:44Z') });
    const rows = await read(bareFirewall, [
      traffic('start'),
      traffic('close', 'sentbyte=2000 rcvdbyte=7000 sentpkt=10 rcvdpkt=12'),
    ]);
    assert.equal(rows.rows.length, 1);
    has(rows.rows[0], { ...TALKED, record: 1 });
  });

  it('leaves events out, and counts damage', async () => {
    const { rows, weird } = await read(bareFirewall, [
      traffic('deny').replace('type="traffic"', 'type="event"'),
      traffic('deny').replace('192.0.2.77', '192.0.2.777'),
      'nothing of this kind',
    ]);
    assert.equal(rows.length, 0);
    assert.equal(weird.total('malformed'), 2);
  });
});

describe('other vendors', () => {
  for (const [name, input, line, expected] of [
    [
      'SRX close',
      syslog,
      '<14>1 2026-11-21T23:27:44.123Z fw RT_FLOW - RT_FLOW_SESSION_CLOSE [junos@2636.1.1.1.2.129 reason="TCP RST" source-address="192.0.2.77" source-port="51234" destination-address="198.51.100.22" destination-port="445" protocol-id="6" session-id-32="1" packets-from-client="1" bytes-from-client="44" packets-from-server="1" bytes-from-server="40"]',
      CLOSED,
    ],
    [
      'SonicWall raw',
      bareFirewall,
      'id=firewall sn=000000000000 time="2026-11-21 23:27:44" fw=198.51.100.1 pri=5 c=256 m=36 msg="TCP connection dropped" n=1 src=192.0.2.77:51234:X1 dst=198.51.100.22:445:X0 proto=tcp/445',
      REFUSED,
    ],
    [
      'UTM raw',
      bareFirewall,
      '2026:11:21-23:27:44 utm ulogd[4711]: id="2001" sys="SecureNet" sub="packetfilter" name="Packet dropped" action="drop" srcip="192.0.2.77" dstip="198.51.100.22" proto="6" srcport="51234" dstport="445"',
      REFUSED,
    ],
    [
      'SFOS',
      syslog,
      `${HEAD}device="SFW" date=2026-11-21 time=23:27:44 timezone="UTC" log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" status="Deny" src_ip=192.0.2.77 dst_ip=198.51.100.22 protocol="TCP" src_port=51234 dst_port=445`,
      REFUSED,
    ],
    [
      'CEF raw',
      bareFirewall,
      'CEF:0|Example|Fire\\|wall|1.0|201|Connection|5|rt=1795303664000 msg=a text with blanks act=blocked proto=TCP src=192.0.2.77 spt=51234 dst=198.51.100.22 dpt=445',
      REFUSED,
    ],
    [
      'CEF by its name',
      syslog,
      `${HEAD}CEF:0|Example|Firewall|1.0|201|Threat Detected and Blocked|5|proto=TCP src=192.0.2.77 spt=51234 dst=198.51.100.22 dpt=445`,
      REFUSED,
    ],
  ] as const)
    it(`reads ${name}`, async () => {
      has(await one(input, line), { ...ENDS, sourcePort: 51234, targetPort: 445, protocol: 6, ...expected });
    });
});

describe('journald', () => {
  const entry = (fields: Record<string, unknown>): string =>
    JSON.stringify({ __REALTIME_TIMESTAMP: '1795303664123456', _HOSTNAME: 'fw', ...fields });
  const MESSAGE =
    '[UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.77 DST=198.51.100.22 LEN=40 TTL=240 ID=1 PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0';

  it('hands messages to the dialects', async () => {
    const time = micros('2026-11-21T23:27:44Z', 123456);
    has(await one(journald, entry({ SYSLOG_IDENTIFIER: 'kernel', MESSAGE })), { ...ENDS, ...REFUSED, time });
    has(await one(journald, entry({ _COMM: 'kernel', MESSAGE: [...Buffer.from(MESSAGE)] })), { ...ENDS, time });
  });

  it('counts what it cannot use', async () => {
    const { rows, weird } = await read(journald, [
      entry({ SYSLOG_IDENTIFIER: 'CRON', MESSAGE }),
      entry({ SYSLOG_IDENTIFIER: 'kernel', MESSAGE: null }),
      entry({ SYSLOG_IDENTIFIER: 'kernel', MESSAGE }).slice(0, 80),
      '{"MESSAGE":"x"}',
    ]);
    assert.equal(rows.length, 0);
    assert.equal(weird.total('malformed') + weird.total('unsupported'), 3);
  });

  it('is recognised by its names', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    assert.ok(journald.recognise(bytes(`${entry({ MESSAGE: 'x' })}\n`), 'x') > 0.9);
    assert.equal(journald.recognise(bytes('{"MESSAGE":"x"}\n'), 'x'), 0);
  });
});

describe('Meraki and Check Point by pairs', () => {
  const flows = (verdict: string): string =>
    `flows src=192.0.2.77 dst=198.51.100.22 mac=02:00:5E:10:00:17 protocol=tcp sport=51234 dport=445 pattern: ${verdict} all`;
  for (const head of ['<134>1 1795303664.123456789 MX84 ', 'Nov 21 23:27:44 198.51.100.1 1 1795303664.123456789 MX84 '])
    it(`refused, passed and neither: ${head}`, async () => {
      const { rows } = await read(syslog, [head + flows('deny'), head + flows('allow'), head + flows('1')]);
      has(rows[0], { ...ENDS, ...REFUSED, sourcePort: 51234, targetPort: 445 });
      for (const row of rows.slice(1)) has(row, { ...ENDS, outcome: Outcome.unknown });
    });
  it('other events of Meraki are no contacts', async () => {
    const { rows } = await read(syslog, [
      '<134>1 1795303664.1 MX84 urls src=192.0.2.77:1 dst=198.51.100.22:80 request: GET http://x/',
    ]);
    assert.equal(rows.length, 0);
  });
  it('Check Point, generic form', async () => {
    const pairs =
      'time=1795303664|hostname=gw|product=VPN-1 & FireWall-1|action=Drop|src=192.0.2.77|dst=198.51.100.22|proto=6|s_port=51234|service=445';
    const { rows } = await read(syslog, [HEAD + pairs]);
    has(rows[0], { ...ENDS, ...REFUSED, sourcePort: 51234, targetPort: 445 });
  });
});

describe('WatchGuard', () => {
  const firewall = (text: string, id = '3000-0148'): string => `${HEAD}FVE0001 firewall: msg_id="${id}" ${text}`;

  it('tells a packet that was denied, and one that was let through', async () => {
    const denied = await one(
      syslog,
      firewall(
        'Deny 0-External 1-Trusted 40 tcp 20 240 192.0.2.77 198.51.100.22 51234 445 offset 5 S 1 win 1024 (x-00)',
      ),
    );
    has(denied, { ...ENDS, ...REFUSED, sourcePort: 51234, targetPort: 445, protocol: 6 });
    const allowed = await one(
      syslog,
      firewall('Allow External Firebox 73 udp 20 64 192.0.2.77 198.51.100.22 46616 53  geo_src="USA" (DNS-00)'),
    );
    has(allowed, { ...ENDS, sourcePort: 46616, targetPort: 53, protocol: 17 });
    assert.notEqual(allowed.outcome, Outcome.refused);
  });

  it('has type and code of ICMP where others have ports', async () => {
    const ping = await one(
      syslog,
      firewall('Deny External Firebox 1300 icmp 20 128 192.0.2.77 198.51.100.22 8 0 id=1 seq=2 (Ping-00)'),
    );
    has(ping, { ...ENDS, method: Method.icmpEcho, targetPort: 8, protocol: 1 });
  });

  it('tells nothing where the firewall does not', async () => {
    const { rows } = await read(syslog, [firewall('blocked sites attack 192.0.2.77', '3000-002A')]);
    assert.equal(rows.length, 0);
  });
});

describe('Barracuda', () => {
  const activity = (action: string): string =>
    `${HEAD}box_Firewall_Activity: Info fw ${action}: type=FWD|proto=TCP|srcIF=eth1|srcIP=192.0.2.77|srcPort=51234|srcMAC=02:00:5e:10:00:17|dstIP=198.51.100.22|dstPort=445|dstService=|rule=BLOCKALL|info=x|duration=0|count=1`;

  it('tells what was blocked and what was allowed, the latter once', async () => {
    has(await one(syslog, activity('Block')), { ...ENDS, ...REFUSED, sourcePort: 51234, targetPort: 445 });
    const { rows } = await read(syslog, [activity('Allow'), activity('Remove')]);
    assert.deepEqual(
      rows.map(({ targetPort, outcome }) => [targetPort, outcome === Outcome.refused]),
      [[445, false]],
    );
  });
});
