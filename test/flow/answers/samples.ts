import { type Bytes, bytes, text, u16, u32 } from '../../support/packets.ts';

/** What a target may say first, and what is to be read in it. */
export interface Sample {
  readonly name: string;
  readonly says: Bytes;
  readonly service: string;
  readonly told: string;
  readonly text: string;
  /** over UDP; else TCP */
  readonly udp?: true;
  /** what the source says before; absent: the target speaks first (UDP: a byte) */
  readonly asks?: Bytes;
}

const u24 = (value: number): Bytes => bytes(value >>> 16, u16(value & 0xffff));
const little16 = (value: number): Bytes => bytes(value & 255, value >>> 8);
const little32 = (value: number): Bytes => bytes(little16(value & 0xffff), little16(value >>> 16));

/** DER: tag, length, content. */
export const der = (tag: number, ...content: readonly (number | string | Bytes)[]): Bytes => {
  const body = bytes(...content);
  const length =
    body.length < 128
      ? bytes(body.length)
      : body.length < 256
        ? bytes(0x81, body.length)
        : bytes(0x82, u16(body.length));
  return bytes(tag, length, body);
};
const OID = { commonName: '550403', organisation: '55040a', alternativeName: '551d11', constraints: '551d13' };
const oid = (hex: string): Bytes => der(6, hex);
const name = (...entries: readonly (readonly [string, string])[]): Bytes =>
  der(0x30, ...entries.map(([type, value]) => der(0x31, der(0x30, oid(type), der(0x0c, text(value))))));

/** A certificate that holds what its reader looks at, and `padding` bytes of key. */
export function certificate(common: string | null, alternative: readonly string[], padding = 40): Bytes {
  const names = der(0x30, ...alternative.map((entry) => der(0x82, text(entry))), der(0x87, bytes(192, 0, 2, 1)));
  const extensions = [
    der(0x30, oid(OID.constraints), der(1, 255), der(4, der(0x30))),
    ...(alternative.length > 0 ? [der(0x30, oid(OID.alternativeName), der(4, names))] : []),
  ];
  const subject =
    common === null
      ? name([OID.organisation, 'An organisation'])
      : name([OID.organisation, 'An organisation'], [OID.commonName, common]);
  const tbs = der(
    0x30,
    der(0xa0, der(2, 2)),
    der(2, 1, 2, 3),
    der(0x30, oid('2a864886f70d01010b')),
    name([OID.commonName, 'The issuer']),
    der(0x30, der(0x17, text('250101000000Z')), der(0x17, text('350101000000Z'))),
    subject,
    der(0x30, der(3, new Uint8Array(padding))),
    der(0xa3, der(0x30, ...extensions)),
  );
  return der(0x30, tbs, der(0x30), der(3, 0));
}

const message = (type: number, body: Bytes): Bytes => bytes(type, u24(body.length), body);
export const record = (body: Bytes, type = 22): Bytes => bytes(type, u16(0x0303), u16(body.length), body);

/** ServerHello; `chosen`: what supported_versions says, 0: no extensions. */
export const serverHello = (version: number, chosen = 0): Bytes => {
  const extensions = chosen === 0 ? bytes() : bytes(u16(12), u16(0xff01), u16(2), 0, 0, u16(43), u16(2), u16(chosen));
  return message(2, bytes(u16(version), new Uint8Array(32), 4, 9, 9, 9, 9, u16(0xc02f), 0, extensions));
};
export const certificateMessage = (one: Bytes): Bytes => message(11, bytes(u24(one.length + 3), u24(one.length), one));

const mysqlPacket = (body: Bytes): Bytes => bytes(little16(body.length), 0, 0, body);
const postgres = (type: string, body: Bytes): Bytes => bytes(text(type), u32(body.length + 4), body);
const mongo = (document: Bytes): Bytes => {
  const body = bytes(u32(0), 0, document);
  return bytes(little32(16 + body.length), little32(7), little32(1), little32(2013), body);
};
const bson = (...elements: readonly Bytes[]): Bytes => {
  const body = bytes(...elements, 0);
  return bytes(little32(body.length + 4), body);
};
const smb2 = (dialect: number): Bytes => {
  const body = bytes(
    0xfe,
    text('SMB'),
    little16(64),
    new Uint8Array(58),
    little16(65),
    little16(1),
    little16(dialect),
    new Uint8Array(20),
  );
  return bytes(0, u24(body.length), body);
};
const rdp = (type: number, value: number): Bytes =>
  bytes(3, 0, u16(19), 14, 0xd0, u32(0), 0, type, 0, little16(8), little32(value));
const amqpTable = bytes(
  9,
  text('copyrightS'),
  u32(1),
  text('x'),
  7,
  text('productS'),
  u32(8),
  text('RabbitMQ'),
  7,
  text('versionS'),
  u32(6),
  text('3.12.1'),
);
const amqpStart = bytes(
  u16(10),
  u16(10),
  0,
  9,
  u32(amqpTable.length),
  amqpTable,
  u32(5),
  text('PLAIN'),
  u32(5),
  text('en_US'),
);

const dnsName = bytes(7, text('version'), 4, text('bind'), 0);
const dnsAnswer = bytes(
  u16(0x4242),
  u16(0x8580),
  u16(1),
  u16(1),
  u32(0),
  dnsName,
  u16(16),
  u16(3),
  u16(0xc00c),
  u16(16),
  u16(3),
  u32(0),
  u16(8),
  7,
  text('9.18.24'),
);
const snmpReply = (version: number, bindings: Bytes): Bytes =>
  der(0x30, der(2, version), der(4, text('public')), der(0xa2, der(2, 0x12, 0x34), der(2, 0), der(2, 0), bindings));
const sysDescr = der(
  0x30,
  der(0x30, der(6, '2b06010201010500'), der(4, text('a name'))),
  der(0x30, der(6, '2b06010201010100'), der(4, text('A router'))),
);
const ntpText = 'version="ntpd 4.2.8p15@1.3728-o", processor="x86_64"';
const control = (words: string): Bytes =>
  bytes(0x16, 0x82, u16(1), u16(0), u16(0), u16(0), u16(words.length), text(words));

const hello = text('hello\r\n');
const line = (service: string, says: string, asks?: Bytes): Sample => ({
  name: `${service}: ${says.slice(0, 24).trim()}`,
  says: text(says),
  service,
  told: 'banner',
  text: says.split(/[\r\n]/)[0],
  ...(asks === undefined ? {} : { asks }),
});

const wide = (words: string): Bytes => bytes(...Array.from(words, (letter) => bytes(letter.charCodeAt(0), 0)));
const pair = (kind: number, words: string): Bytes => bytes(little16(kind), little16(2 * words.length), wide(words));
/** A challenge of NTLM, with the version of Windows if `build` is given. */
const challenge = (names: Bytes, build = 0): Bytes =>
  bytes(
    text('NTLMSSP'),
    0,
    little32(2),
    new Uint8Array(8),
    little32(build > 0 ? 0x02000000 : 0),
    new Uint8Array(16),
    little16(names.length),
    little16(names.length),
    little32(56),
    build > 0 ? bytes(10, 0, little16(build), 0, 0, 0, 15) : new Uint8Array(8),
    names,
  );
const sessionSetup = (token: Bytes): Bytes => {
  const body = bytes(0xfe, text('SMB'), little16(64), new Uint8Array(6), little16(1), new Uint8Array(50), token);
  return bytes(0, u24(body.length), body);
};
const named = (words: string, kind: number, group: boolean): Bytes =>
  bytes(text(words.padEnd(15)), kind, u16(group ? 0x8400 : 0x0400));
const nodeStatus = (...names: readonly Bytes[]): Bytes => {
  const data = bytes(names.length, ...names, new Uint8Array(46));
  const header = bytes(u16(0x80f0), u16(0x8400), u16(0), u16(1), u32(0));
  return bytes(header, 32, text(`CK${'A'.repeat(30)}`), 0, u16(0x21), u16(1), u32(0), u16(data.length), data);
};
const mbap = (body: Bytes): Bytes => bytes(u16(1), u16(0), u16(body.length), body);
const object = (kind: number, words: string): Bytes => bytes(kind, words.length, text(words));
const tpkt = (body: Bytes): Bytes => bytes(3, 0, u16(4 + body.length), body);
const identity = bytes(
  little16(1),
  little16(12),
  little16(40),
  little16(1),
  new Uint8Array(16),
  little16(1),
  little16(14),
  little16(55),
  bytes(20, 11),
  little16(0x60),
  little32(7),
  7,
  text('1756-EN'),
  3,
);
const bvlc = (body: Bytes): Bytes => bytes(0x81, 0x0a, u16(4 + body.length), body);
const rpcReply = (body: Bytes): Bytes => bytes(u32(0x72fe1d13), u32(1), u32(0), u32(0), u32(0), u32(0), body);
const mapped = (program: number): Bytes => bytes(u32(1), u32(program), u32(2), u32(6), u32(111));
const label = (words: string): Bytes => bytes(words.length, text(words));
const dnsSd = bytes(label('_services'), label('_dns-sd'), label('_udp'), label('local'), 0);
const pointer = (words: string): Bytes =>
  bytes(u16(0xc00c), u16(12), u16(1), u32(10), u16(words.length + 3), label(words), u16(0xc023));
const connect = bytes(
  text('CNXN'),
  little32(0x01000000),
  little32(4096),
  little32(20),
  u32(0),
  bytes(0xbc, 0xb1, 0xa7, 0xb1),
);
const padded = (words: string): Bytes => bytes(text(words), new Uint8Array(64 - words.length));

export const SAMPLES: readonly Sample[] = [
  line('ssh', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'),
  line('ftp', '220 (vsFTPd 3.0.3)\r\n'),
  line('smtp', '220-mx.example ESMTP Postfix\r\n220 go on\r\n'),
  line('', '220 ready when you are\r\n'),
  line('pop3', '+OK ready <1.2@example>\r\n'),
  line('imap', '* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n'),
  line('imap', '* PREAUTH welcome\r\n'),
  line('vnc', 'RFB 003.008\n'),
  line('redis', '-NOAUTH Authentication required.\r\n', hello),
  line('redis', '+PONG\r\n', hello),
  line('redis', '+OK\r\n', hello),
  line('http', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', hello),
  {
    name: 'http with Server',
    says: text('HTTP/1.1 200 OK\r\nDate: x\r\nserver:  nginx/1.22.1\r\n\r\nServer: no'),
    service: 'http',
    told: 'server',
    text: 'nginx/1.22.1',
    asks: hello,
  },
  {
    name: 'rtsp',
    says: text('RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: GStreamer\r\n\r\n'),
    service: 'rtsp',
    told: 'server',
    text: 'GStreamer',
    asks: hello,
  },
  {
    name: 'sip',
    says: text('SIP/2.0 200 OK\r\nVia: x\r\nUser-Agent: Asterisk PBX\r\n\r\n'),
    service: 'sip',
    told: 'server',
    text: 'Asterisk PBX',
    udp: true,
  },
  {
    name: 'redis INFO',
    says: text('$120\r\n# Server\r\nredis_version:7.0.15\r\nredis_git:0\r\n'),
    service: 'redis',
    told: 'version',
    text: '7.0.15',
    asks: hello,
  },
  {
    name: 'memcached',
    says: text('VERSION 1.6.18\r\n'),
    service: 'memcached',
    told: 'version',
    text: '1.6.18',
    asks: hello,
  },
  {
    name: 'memcached over UDP',
    says: bytes(u16(7), u16(0), u16(1), u16(0), text('STAT pid 1\r\nSTAT version 1.5.6\r\nEND\r\n')),
    service: 'memcached',
    told: 'version',
    text: '1.5.6',
    udp: true,
  },
  {
    name: 'mysql',
    says: mysqlPacket(bytes(10, text('8.0.36'), 0, new Uint8Array(30))),
    service: 'mysql',
    told: 'version',
    text: '8.0.36',
  },
  {
    name: 'mysql refusal',
    says: mysqlPacket(bytes(255, little16(1130), text("Host 'x' is not allowed"))),
    service: 'mysql',
    told: 'banner',
    text: "Host 'x' is not allowed",
  },
  {
    name: 'postgresql without TLS',
    says: text('N'),
    service: 'postgresql',
    told: 'description',
    text: 'no TLS',
    asks: bytes(u32(8), u32(80877103)),
  },
  {
    name: 'postgresql error',
    says: postgres('E', bytes(text('SFATAL'), 0, text('C0A000'), 0, text('Munsupported protocol'), 0, 0)),
    service: 'postgresql',
    told: 'banner',
    text: 'unsupported protocol',
    asks: hello,
  },
  {
    name: 'postgresql login',
    says: postgres('R', bytes(u32(10), text('SCRAM-SHA-256'), 0, 0)),
    service: 'postgresql',
    told: 'description',
    text: 'authentication 10',
    asks: hello,
  },
  {
    name: 'mongodb',
    says: mongo(
      bson(bytes(2, text('version'), 0, little32(6), text('6.0.5'), 0), bytes(16, text('ok'), 0, little32(1))),
    ),
    service: 'mongodb',
    told: 'version',
    text: '6.0.5',
    asks: hello,
  },
  {
    name: 'mongodb hello',
    says: mongo(bson(bytes(16, text('maxWireVersion'), 0, little32(17)))),
    service: 'mongodb',
    told: 'description',
    text: 'wire version 17',
    asks: hello,
  },
  {
    name: 'telnet',
    says: bytes(255, 253, 24, 255, 250, 24, 1, 255, 240, 255, 251, 1, text('\r\nlogin: ')),
    service: 'telnet',
    told: 'banner',
    text: 'login: ',
  },
  { name: 'smb', says: smb2(0x0311), service: 'smb', told: 'version', text: 'SMB 3.1.1', asks: hello },
  {
    name: 'smb 1',
    says: bytes(0, u24(40), 0xff, text('SMB'), new Uint8Array(36)),
    service: 'smb',
    told: 'version',
    text: 'SMB 1',
    asks: hello,
  },
  { name: 'rdp', says: rdp(2, 2), service: 'rdp', told: 'description', text: 'CredSSP', asks: hello },
  {
    name: 'rdp failure',
    says: rdp(3, 5),
    service: 'rdp',
    told: 'description',
    text: 'negotiation failure 5',
    asks: hello,
  },
  { name: 'mqtt', says: bytes(0x20, 2, 0, 5), service: 'mqtt', told: 'description', text: 'CONNACK 5', asks: hello },
  {
    name: 'amqp',
    says: bytes(1, u16(0), u32(amqpStart.length), amqpStart, 0xce),
    service: 'amqp',
    told: 'version',
    text: 'RabbitMQ 3.12.1',
    asks: hello,
  },
  {
    name: 'amqp of another version',
    says: bytes(text('AMQP'), 0, 0, 9, 1),
    service: 'amqp',
    told: 'version',
    text: 'AMQP 0 9 1',
    asks: hello,
  },
  {
    name: 'ldap bind',
    says: der(0x30, der(2, 1), der(0x61, der(10, 49), der(4), der(4))),
    service: 'ldap',
    told: 'description',
    text: 'result 49',
    asks: hello,
  },
  {
    name: 'ldap root',
    says: der(
      0x30,
      der(2, 2),
      der(
        0x64,
        der(4),
        der(
          0x30,
          der(0x30, der(4, text('objectClass')), der(0x31, der(4, text('top')))),
          der(0x30, der(4, text('dnsHostName')), der(0x31, der(4, text('dc1.example')))),
        ),
      ),
    ),
    service: 'ldap',
    told: 'description',
    text: 'dc1.example',
    udp: true,
  },
  { name: 'dns version', says: dnsAnswer, service: 'dns', told: 'version', text: '9.18.24', udp: true },
  {
    name: 'dns version over TCP',
    says: bytes(u16(dnsAnswer.length), dnsAnswer),
    service: 'dns',
    told: 'version',
    text: '9.18.24',
    asks: hello,
  },
  { name: 'snmp', says: snmpReply(1, sysDescr), service: 'snmp', told: 'description', text: 'A router', udp: true },
  {
    name: 'snmp of nothing much',
    says: snmpReply(0, der(0x30)),
    service: 'snmp',
    told: 'version',
    text: 'SNMPv1',
    udp: true,
  },
  {
    name: 'snmp 3',
    says: der(0x30, der(2, 3), der(0x30, der(2, 1)), der(4)),
    service: 'snmp',
    told: 'version',
    text: 'SNMPv3',
    udp: true,
  },
  {
    name: 'ntp',
    says: bytes(0x24, 2, 6, 0xe9, new Uint8Array(44)),
    service: 'ntp',
    told: 'banner',
    text: 'NTPv4 stratum 2',
    udp: true,
  },
  {
    name: 'ntp variables',
    says: control(ntpText),
    service: 'ntp',
    told: 'version',
    text: 'ntpd 4.2.8p15@1.3728-o',
    udp: true,
  },
  {
    name: 'ntp monlist',
    says: bytes(0xd7, 0, 3, 0x2a, u16(2), u16(8), new Uint8Array(16)),
    service: 'ntp',
    told: 'description',
    text: 'NTP private mode, request 42',
    udp: true,
  },
  {
    name: 'tls 1.3',
    says: bytes(record(serverHello(0x0303, 0x0304)), record(bytes(1, 2, 3), 23)),
    service: 'tls',
    told: 'version',
    text: 'TLS 1.3',
    asks: hello,
  },
  {
    name: 'tls 1.2',
    says: record(
      bytes(serverHello(0x0303), certificateMessage(certificate('www.example', ['www.example', 'mail.example']))),
    ),
    service: 'tls',
    told: 'certificateNames',
    text: 'www.example, mail.example',
    asks: hello,
  },
  {
    name: 'tls 1.0, a record a message',
    says: bytes(record(serverHello(0x0301)), record(certificateMessage(certificate(null, ['a.example'])))),
    service: 'tls',
    told: 'certificateNames',
    text: 'a.example',
    asks: hello,
  },
  {
    name: 'smb, who it is',
    says: sessionSetup(challenge(bytes(pair(1, 'FILES'), pair(3, 'files.example'), pair(0, '')), 20348)),
    service: 'smb',
    told: 'description',
    text: 'files.example, Windows 10.0.20348',
    asks: hello,
  },
  {
    name: 'smb, who it is by its old name',
    says: sessionSetup(challenge(bytes(pair(1, 'NAS'), pair(0, '')))),
    service: 'smb',
    told: 'description',
    text: 'NAS',
    asks: hello,
  },
  {
    name: 'netbios',
    says: nodeStatus(named('WS1', 0x20, false), named('WS1', 0, false), named('OFFICE', 0, true)),
    service: 'netbios-ns',
    told: 'description',
    text: 'WS1, OFFICE',
    udp: true,
  },
  {
    name: 'ms-sql-s',
    says: bytes(4, 1, u16(26), u32(0x100), 0, u16(11), u16(6), 1, u16(17), u16(1), 255, 15, 0, u16(2000), u16(0), 2),
    service: 'ms-sql-s',
    told: 'version',
    text: '15.0.2000',
    asks: hello,
  },
  {
    name: 'ms-sql-m',
    says: bytes(5, little16(38), text('ServerName;DB1;InstanceName;MSSQLSERVE')),
    service: 'ms-sql-m',
    told: 'description',
    text: 'ServerName;DB1;InstanceName;MSSQLSERVE',
    udp: true,
  },
  {
    name: 'oracle-tns',
    says: bytes(
      u16(53),
      u16(0),
      4,
      0,
      u16(0),
      34,
      0,
      u16(41),
      text('(DESCRIPTION=(VSNNUM=318767104)(ERR=1189))'),
    ).slice(0, 53),
    service: 'oracle-tns',
    told: 'version',
    text: '19.0.0',
    asks: hello,
  },
  {
    name: 'modbus identification',
    says: mbap(bytes(1, 0x2b, 0x0e, 1, 1, 0, 0, 2, object(0, 'Maker'), object(1, 'PLC-7'))),
    service: 'modbus',
    told: 'description',
    text: 'Maker PLC-7',
    asks: bytes(0, 1, 0, 0, 0, 5, 1, 0x2b, 0x0e, 1, 0),
  },
  {
    name: 'modbus refusal',
    says: mbap(bytes(1, 0x91, 1)),
    service: 'modbus',
    told: 'banner',
    text: 'Modbus',
    asks: bytes(0, 1, 0, 0, 0, 2, 1, 0x11),
  },
  {
    name: 's7',
    says: tpkt(bytes(2, 0xf0, 0x80, 0x32, 7, u16(0), u16(1), u16(8), u16(30), text('6ES7 315-2EH14-0AB0 '), 0)),
    service: 's7',
    told: 'description',
    text: '6ES7 315-2EH14-0AB0 ',
    asks: hello,
  },
  {
    name: 's7 set up',
    says: tpkt(
      bytes(2, 0xf0, 0x80, 0x32, 3, u16(0), u16(1), u16(8), u16(0), u16(0), 0xf0, 0, u16(1), u16(1), u16(240)),
    ),
    service: 's7',
    told: 'banner',
    text: 'S7',
    asks: hello,
  },
  {
    name: 'ethernet-ip',
    says: bytes(little16(0x63), little16(identity.length), new Uint8Array(20), identity),
    service: 'ethernet-ip',
    told: 'description',
    text: '1756-EN',
    udp: true,
  },
  {
    name: 'bacnet',
    says: bvlc(bytes(1, 0, 0x30, 1, 12, 0x0c, u32(0x02000001), 0x19, 77, 0x3e, 0x75, 5, 0, text('AHU1'), 0x3f)),
    service: 'bacnet',
    told: 'description',
    text: 'AHU1',
    udp: true,
  },
  {
    name: 'bacnet I-Am',
    says: bvlc(bytes(1, 0, 0x10, 0, 0xc4, u32(0x02000001))),
    service: 'bacnet',
    told: 'banner',
    text: 'BACnet',
    udp: true,
  },
  {
    name: 'fox',
    says: text('fox a 0 -1 fox hello\n{\nfox.version=s:1.0.1\nhostName=s:192.0.2.9\n};;\n'),
    service: 'fox',
    told: 'description',
    text: '192.0.2.9',
    asks: hello,
  },
  {
    name: 'portmapper, what it lists',
    says: rpcReply(bytes(mapped(100000), mapped(100000), mapped(100003), mapped(100005), u32(0))),
    service: 'sunrpc',
    told: 'description',
    text: 'rpcbind, nfs, mountd',
    udp: true,
  },
  {
    name: 'rpc over TCP',
    says: bytes(u32(0x80000018), rpcReply(bytes())),
    service: 'sunrpc',
    told: 'banner',
    text: 'RPC',
    asks: hello,
  },
  {
    name: 'ssdp',
    says: text('HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=100\r\nSERVER: Linux/4.4 UPnP/1.0 MiniUPnPd/2.1\r\n\r\n'),
    service: 'ssdp',
    told: 'server',
    text: 'Linux/4.4 UPnP/1.0 MiniUPnPd/2.1',
    udp: true,
  },
  {
    name: 'coap',
    says: bytes(0x60, 0x45, u16(0x7d70), 0xc1, 40, 0xff, text('</lights>;rt="light"')),
    service: 'coap',
    told: 'description',
    text: '</lights>;rt="light"',
    udp: true,
  },
  {
    name: 'ipmi',
    says: bytes(
      6,
      0,
      0xff,
      7,
      0,
      u32(0),
      u32(0),
      16,
      0x81,
      0x1c,
      0x63,
      0x20,
      0,
      0x38,
      0,
      1,
      0x97,
      4,
      3,
      new Uint8Array(6),
    ),
    service: 'ipmi',
    told: 'version',
    text: 'IPMI 2.0',
    udp: true,
  },
  {
    name: 'rmcp pong',
    says: bytes(6, 0, 0xff, 6, u32(4542), 0x40, 0, 0, 16, new Uint8Array(16)),
    service: 'ipmi',
    told: 'version',
    text: 'RMCP',
    udp: true,
  },
  {
    name: 'mdns',
    says: bytes(u16(0), u16(0x8400), u16(1), u16(2), u32(0), dnsSd, u16(12), u16(1), pointer('_http'), pointer('_ssh')),
    service: 'mdns',
    told: 'description',
    text: '_http, _ssh',
    udp: true,
  },
  {
    name: 'adb',
    says: bytes(connect, text('device::ro.product.name=tv;'), 0),
    service: 'adb',
    told: 'description',
    text: 'device::ro.product.name=tv;',
    asks: hello,
  },
  line('rsync', '@RSYNCD: 31.0\n'),
  line('jdwp', 'JDWP-Handshake', text('JDWP-Handshake')),
  {
    name: 'zookeeper',
    says: text('Zookeeper version: 3.8.4-9316c2a\nClients:\n'),
    service: 'zookeeper',
    told: 'version',
    text: '3.8.4-9316c2a',
    asks: text('stat'),
  },
  {
    name: 'ike',
    says: bytes(u32(1), u32(2), u32(3), u32(4), 33, 0x20, 34, 0x20, u32(0), u32(32), u32(0)),
    service: 'ike',
    told: 'version',
    text: 'IKE version 2',
    udp: true,
  },
  {
    name: 'quic',
    says: bytes(0xc0, u32(0), 1, 9, 2, 8, 8, u32(0x1a2a3a4a), u32(1), u32(0x6b3343cf)),
    service: 'quic',
    told: 'version',
    text: 'QUIC 1, 1798521807',
    udp: true,
  },
  {
    name: 'stun',
    says: bytes(u16(0x0101), u16(12), u32(0x2112a442), new Uint8Array(12), u16(0x8022), u16(8), text('coturn-4')),
    service: 'stun',
    told: 'server',
    text: 'coturn-4',
    udp: true,
  },
  {
    name: 'pptp',
    says: bytes(u16(156), u16(1), u32(0x1a2b3c4d), u16(2), new Uint8Array(18), padded('gate'), padded('MikroTik')),
    service: 'pptp',
    told: 'description',
    text: 'gate, MikroTik',
    asks: hello,
  },
];
