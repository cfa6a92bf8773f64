import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { zeek } from '../../../../src/input/flow/zeek/index.ts';
import { Proof } from '../../../../src/record/contact.ts';
import { read } from '../rows.ts';

const HEAD = '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n';
const FIELDS =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state history orig_pkts resp_pkts';
const connHead = `${HEAD}#path\tconn\n#fields\t${FIELDS.split(' ').join('\t')}\n`;
const row = (...fields: (string | number)[]): string => `${fields.join('\t')}\n`;

interface Conn {
  readonly proto?: string;
  readonly ports?: readonly [number, number];
  readonly state: string;
  readonly history: string;
  readonly packets: readonly [number, number];
  readonly bytes?: readonly [number | string, number | string];
}
const conn = ({ proto = 'tcp', ports = [51234, 23], state, history, packets, bytes = ['-', '-'] }: Conn): string =>
  row(
    '1795303619.403127',
    'Cx',
    '192.0.2.7',
    ports[0],
    '203.0.113.10',
    ports[1],
    proto,
    '-',
    '-',
    ...bytes,
    state,
    history,
    ...packets,
  );

const CASES: readonly (readonly [Conn, string, number])[] = [
  [{ state: 'S0', history: 'S', packets: [1, 0] }, 'tcp-syn unanswered', 0],
  [{ state: 'REJ', history: 'Sr', packets: [1, 1] }, 'tcp-syn refused', Proof.closed],
  [
    { state: 'SF', history: 'ShADadFf', packets: [6, 5], bytes: [300, 900] },
    'tcp-connect answered',
    Proof.handshake | Proof.exchange,
  ],
  [{ state: 'S1', history: 'Sh', packets: [1, 1] }, 'tcp-syn answered', 0],
  [{ state: 'S1', history: 'ShA', packets: [2, 1] }, 'tcp-connect answered', Proof.handshake],
  [{ state: 'RSTO', history: 'ShR', packets: [2, 1] }, 'tcp-syn answered', Proof.brokenOff],
  [{ state: 'RSTO', history: 'ShAR', packets: [3, 1] }, 'tcp-connect answered', Proof.handshake],
  [{ state: 'RSTOS0', history: 'SR', packets: [2, 0] }, 'tcp-syn unanswered', 0],
  // what the responder sent passes elsewhere
  [{ state: 'SH', history: 'SADF', packets: [5, 0], bytes: [300, 0] }, 'tcp-connect answered', Proof.continued],
  [{ state: 'S0', history: 'SD', packets: [1, 0], bytes: [30, 0] }, 'tcp-syn unanswered', 0],
  [{ state: 'OTH', history: 'F', packets: [1, 0] }, 'tcp-fin unanswered', 0],
  [{ state: 'OTH', history: 'F', packets: [1, 0], ports: [443, 51234] }, '21 unknown', 0],
  [{ state: 'OTH', history: 'Ar', packets: [1, 1] }, 'tcp-ack refused', Proof.closed],
  [{ state: 'OTH', history: '-', packets: [1, 0] }, 'tcp-null unanswered', 0],
  [{ state: 'RSTRH', history: 'r', packets: [1, 1] }, 'tcp-null refused', Proof.closed],
  [{ state: 'RSTRH', history: 'Ar', packets: [1, 1] }, 'tcp-ack refused', Proof.closed],
  [{ state: 'RSTR', history: 'Fr', packets: [1, 1] }, 'tcp-fin refused', Proof.closed],
  [{ state: 'SH', history: 'F', packets: [1, 0] }, 'tcp-fin unanswered', 0],
  [{ state: 'SF', history: 'DadAFf', packets: [9, 9], bytes: [10, 10] }, '21 answered', 0],
  [{ state: 'SH', history: 'SADF', packets: [5, 0], bytes: [300, 0] }, 'tcp-connect answered', Proof.continued],
  [{ state: 'S0', history: '-', packets: [1, 0] }, 'tcp-syn unanswered', 0],
  [{ state: 'OTH', history: 'DdA', packets: [9, 9], bytes: [10, 10] }, '21 answered', 0],
  [{ state: 'OTH', history: 'R', packets: [1, 0] }, '20 unknown', 0],
  [{ proto: 'udp', state: 'S0', history: 'D', packets: [1, 0] }, 'udp unanswered', 0],
  [{ proto: 'udp', state: 'S0', history: 'D', packets: [2, 0], bytes: [6000, 0], ports: [53, 80] }, '20 unknown', 0],
  [{ proto: 'udp', state: 'S0', history: 'D', packets: [2, 0], bytes: [60, 0], ports: [53, 80] }, 'udp unanswered', 0],
  [{ proto: 'udp', state: 'SF', history: 'Dd', packets: [2, 2] }, 'udp answered', Proof.exchange],
];

describe('zeek conn.log', () => {
  for (const [given, expected, proof] of CASES)
    test(`${given.proto ?? 'tcp'} ${given.state} ${given.history}`, async () => {
      const [from, to] = given.ports ?? [51234, 23];
      const told = await read(zeek, connHead + conn(given));
      assert.deepEqual(told.contacts, [
        `192.0.2.7:${from} > 203.0.113.10:${to}/${given.proto === 'udp' ? 17 : 6} ${expected}`,
      ]);
      assert.deepEqual(told.proofs, [proof]);
      assert.deepEqual(told.times, [1795303619403127]);
    });

  test('an answer that nobody asked for is its sender’s', async () => {
    const told = await read(zeek, connHead + conn({ state: 'RSTRH', history: '^hr', packets: [0, 2] }));
    assert.deepEqual(told.contacts, ['203.0.113.10:23 > 192.0.2.7:51234/6 20 unknown']);
  });

  test('ICMP: type as target port; errors become nothing', async () => {
    const echo = conn({ proto: 'icmp', ports: [8, 0], state: 'OTH', history: '-', packets: [1, 0] });
    const error = conn({ proto: 'icmp', ports: [3, 3], state: 'OTH', history: '-', packets: [1, 0] });
    const told = await read(zeek, connHead + echo + error);
    assert.deepEqual(told.contacts, ['192.0.2.7:0 > 203.0.113.10:8/1 icmp-echo unanswered']);
  });

  test('IPv6, another order of columns in a head that comes again, damaged rows', async () => {
    const again = `${HEAD}#path\tconn\n#fields\tid.resp_h\tid.resp_p\tid.orig_h\tid.orig_p\tts\tproto\tconn_state\thistory\n`;
    const text = [
      connHead,
      conn({ state: 'S0', history: 'S', packets: [1, 0] }),
      'short\trow\n',
      row('never', 'C', '192.0.2.7', 1, '203.0.113.10', 2, 'tcp', '-', '-', '-', '-', 'S0', 'S', 1, 0),
      row('1795303620.000001', 'C', 'nowhere', 1, '203.0.113.10', 2, 'tcp', '-', '-', '-', '-', 'S0', 'S', 1, 0),
      again,
      row('2001:db8:50::1', 443, '2001:db8:bad:1::66', 40000, '1795303621.5', 'tcp', 'S0', 'S'),
    ].join('');
    const told = await read(zeek, text);
    assert.equal(told.contacts[1], '2001:db8:bad:1::66:40000 > 2001:db8:50::1:443/6 tcp-syn unanswered');
    assert.equal(told.times[1], 1795303621500000);
    assert.deepEqual(told.weird, { 'line-malformed': 1, 'line-time-impossible': 1, 'line-field-impossible': 1 });
    // heads 6 and 6, rows 5
    assert.equal(told.records, 17);
  });

  test('JSON, with the time as seconds, milliseconds and ISO 8601', async () => {
    const of = (ts: string): string =>
      `{"ts":${ts},"uid":"C","id.orig_h":"192.0.2.7","id.orig_p":51234,"id.resp_h":"203.0.113.10","id.resp_p":23,"proto":"tcp","conn_state":"S0","history":"S","orig_pkts":1,"resp_pkts":0}\n`;
    const told = await read(zeek, of('1795303619.403127') + of('1795303619403') + of('"2026-11-21T23:26:59.403127Z"'));
    assert.deepEqual(told.times, [1795303619403127, 1795303619403000, 1795303619403127]);
    assert.ok(told.contacts.every((one) => one === '192.0.2.7:51234 > 203.0.113.10:23/6 tcp-syn unanswered'));
  });

  test('rows do not depend on how the bytes come in', async () => {
    const text =
      connHead +
      Array.from({ length: 50 }, (_, n) =>
        conn({ ports: [1024 + n, 80], state: 'S0', history: 'S', packets: [1, 0] }),
      ).join('');
    assert.deepEqual(await read(zeek, text, 7), await read(zeek, text));
  });
});

describe('other logs of zeek', () => {
  test('http.log: escapes are undone', async () => {
    const head = `${HEAD}#path\thttp\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\thost\turi\treferrer\tuser_agent\tresponse_body_len\tstatus_code\n`;
    const text =
      head +
      row(
        '1795303619.403127',
        'C',
        '192.0.2.7',
        51234,
        '203.0.113.10',
        80,
        'GET',
        'www.example.org',
        '/a\\x09b',
        '-',
        'Mozilla/5.0',
        153,
        404,
      );
    const told = await read(zeek, text);
    assert.deepEqual(told.requests, [
      '192.0.2.7 > 203.0.113.10:80 asked 1 reply 2 404 [/a\tb|www.example.org|Mozilla/5.0|]',
    ]);
  });

  test('dns.log: only what a server was asked', async () => {
    const head = `${HEAD}#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tqclass\tqtype\trcode\tanswers\n`;
    const of = (port: number, name: string, code: string, answers: string): string =>
      row('1795303619.403127', 'C', '192.0.2.7', 51234, '203.0.113.13', port, 'udp', name, 1, 1, code, answers);
    const told = await read(
      zeek,
      head +
        of(53, 'dev.example.org', '3', '-') +
        of(53, 'www.example.org', '0', '203.0.113.10') +
        of(5353, 'x.local', '-', '-'),
    );
    assert.deepEqual(told.requests, [
      '192.0.2.7 > 203.0.113.13:53 asked 2 reply 2 3 [dev.example.org|||]',
      '192.0.2.7 > 203.0.113.13:53 asked 2 reply 1 0 [www.example.org|||]',
    ]);
  });

  test('ssh.log and ssl.log: what both sides call themselves', async () => {
    const ssh =
      '{"_path":"ssh","ts":1795303619.4,"id.orig_h":"192.0.2.7","id.orig_p":1,"id.resp_h":"203.0.113.10","id.resp_p":22,"auth_success":false,"auth_attempts":3,"client":"SSH-2.0-libssh","server":"SSH-2.0-OpenSSH_9.6"}\n';
    const ssl =
      '{"ts":1795303619.4,"id.orig_h":"192.0.2.7","id.orig_p":1,"id.resp_h":"203.0.113.10","id.resp_p":443,"server_name":"www.example.org","established":true,"subject":"CN=example.org,O=Example"}\n';
    const told = await read(zeek, ssh + ssl);
    assert.deepEqual(told.requests, [
      '192.0.2.7 > 203.0.113.10:22 asked 3 reply 3 0 [||SSH-2.0-libssh|]',
      '192.0.2.7 > 203.0.113.10:443 asked 0 reply 1 0 [|www.example.org||]',
    ]);
    assert.deepEqual(told.answers, ['203.0.113.10:22 SSH-2.0-OpenSSH_9.6', '203.0.113.10:443 example.org']);
  });

  test('logs that are not read are told apart from damage', async () => {
    const told = await read(zeek, `${HEAD}#path\tweird\n#fields\tts\tname\n${row('1795303619.4', 'x')}`);
    assert.deepEqual(told.weird, { 'line-of-another-program': 1 });
  });
});
