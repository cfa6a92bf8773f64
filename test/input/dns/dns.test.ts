import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adguard } from '../../../src/input/dns/adguard.ts';
import { windowsDns } from '../../../src/input/dns/windows-dns.ts';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { readRequests, short } from '../../support/requests.ts';

const at = 'Nov 21 23:28:03 ns1 ';
const read = async (...lines: string[]): Promise<readonly string[]> =>
  (await readRequests(syslog, lines)).rows.map(short);

describe('dnsmasq', () => {
  it('joins question and result by the serial number, and leaves the rest of the answer out', async () => {
    const { rows, records, weird } = await readRequests(syslog, [
      'Nov 21 23:28:03 dnsmasq[19426]: 7129 192.0.2.7/50078 query[A] www.example.org from 192.0.2.7',
      'Nov 21 23:28:03 dnsmasq[19426]: 7130 192.0.2.7/50079 query[A] nope.example.org from 192.0.2.7',
      'Nov 21 23:28:03 dnsmasq[19426]: 7130 192.0.2.7/50079 config nope.example.org is NXDOMAIN',
      'Nov 21 23:28:03 dnsmasq[19426]: 7129 192.0.2.7/50078 forwarded www.example.org to 192.0.2.53',
      'Nov 21 23:28:03 dnsmasq[19426]: 7129 192.0.2.7/50078 reply www.example.org is <CNAME>',
      'Nov 21 23:28:03 dnsmasq[19426]: 7129 192.0.2.7/50078 reply edge.example.net is 192.0.2.80',
      'Nov 21 23:28:04 dnsmasq[19426]: 7131 192.0.2.7/50079 query[TXT] version.bind from 192.0.2.7',
      'Nov 21 23:28:04 dnsmasq[19426]: 7131 192.0.2.7/50079 config version.bind is REFUSED (EDE: not ready)',
    ]);
    assert.deepEqual(rows.map(short), [
      '192.0.2.7 dnsName nope.example.org missed',
      '192.0.2.7 dnsName www.example.org answered',
      '192.0.2.7 dnsName version.bind denied',
    ]);
    assert.deepEqual(
      rows.map(({ status, port }) => [status, port]),
      [
        [3, 53],
        [0, 53],
        [5, 53],
      ],
    );
    assert.deepEqual(rows[2]?.traits, ['versionAsked']);
    assert.equal(records, 8);
    assert.equal(weird.total('malformed') + weird.total('unsupported'), 0);
  });

  it('joins by the name without serial numbers, and tells questions without a result at the end', async () => {
    const rows = await read(
      'Nov 21 23:28:03 dnsmasq[7]: query[A] a.example.org from 2001:db8::7',
      'Nov 21 23:28:03 dnsmasq[7]: query[A] b.example.org from 2001:db8::7',
      'Nov 21 23:28:03 dnsmasq[7]: config a.example.org is NXDOMAIN',
    );
    assert.deepEqual(rows, ['2001:db8::7 dnsName a.example.org missed', '2001:db8::7 dnsName b.example.org unknown']);
  });
});

describe('bind', () => {
  it('reads question, flags and server of the query log', async () => {
    const { rows } = await readRequests(syslog, [
      `${at}named[7]: client @0x7f65100ee4d8 192.0.2.7#3076 (www.example.org): query: www.example.org IN A +E(0)K (192.0.2.53)`,
      `${at}named[7]: client @0x7f65100ee4d8 192.0.2.7#3077 (example.org): view external: query: example.org IN AXFR -T (192.0.2.53)`,
      `${at}named[7]: client 192.0.2.7#3078: query: version.bind CH TXT + (192.0.2.53)`,
    ]);
    assert.deepEqual(rows.map(short), [
      '192.0.2.7 dnsName www.example.org unknown',
      '192.0.2.7 dnsName example.org unknown',
      '192.0.2.7 dnsName version.bind unknown',
    ]);
    assert.deepEqual(
      rows.map(({ traits }) => traits),
      [[], ['proven', 'zoneTransfer'], ['versionAsked']],
    );
    assert.ok(rows.every(({ to, site }) => to === '192.0.2.53' && site === 'ns1'));
  });

  it('tells the types that go through a zone or come before its transfer', async () => {
    const types = ['SOA', 'NSEC', 'nsec3', 'NSEC3PARAM', 'NS'];
    const { rows } = await readRequests(
      syslog,
      types.map((type) => `${at}named[7]: client 192.0.2.7#3078: query: example.org IN ${type} + (192.0.2.53)`),
    );
    assert.deepEqual(
      rows.map(({ traits }) => traits),
      [['serialAsked'], ['nextAsked'], ['nextAsked'], [], []],
    );
  });

  it('makes one row of a question and what is said of it', async () => {
    const rows = await read(
      `${at}named[7]: client @0x1 192.0.2.7#3076 (example.org): query: example.org IN ANY +E(0) (192.0.2.53)`,
      `${at}named[7]: client @0x1 192.0.2.7#3076 (example.org): query (cache) 'example.org/ANY/IN' denied (allow-query-cache did not match)`,
      `${at}named[7]: client @0x1 192.0.2.7#3077 (example.org): zone transfer 'example.org/AXFR/IN' denied`,
      `${at}named[7]: client @0x1 192.0.2.7#3078 (x.example.org): query: x.example.org IN A + (192.0.2.53)`,
      `${at}named[7]: client @0x1 192.0.2.7#3078 (x.example.org): response: x.example.org IN A NXDOMAIN + 0`,
      `${at}named[7]: zone example.org/IN: loaded serial 7`,
    );
    assert.deepEqual(rows, [
      '192.0.2.7 dnsName example.org denied',
      '192.0.2.7 dnsName example.org denied',
      '192.0.2.7 dnsName x.example.org missed',
    ]);
  });

  it('reads files of its own', async () => {
    const { rows } = await readRequests(syslog, [
      "21-Nov-2026 23:28:03.425 client @0x7f65100ee4d8 2001:db8::7#3076 (example.org): query 'example.org/NS/IN' denied",
      "21-Nov-2026 23:28:04.425 security: error: client @0x7f 192.0.2.7#3076 (example.org): bad zone transfer request: 'example.org/IN': non-authoritative zone (NOTAUTH)",
    ]);
    assert.deepEqual(rows.map(short), [
      '2001:db8::7 dnsName example.org denied',
      '192.0.2.7 dnsName example.org denied',
    ]);
    assert.equal(rows[0]?.time, '2026-11-21T23:28:03.425000');
    assert.equal(rows[0]?.site, '');
  });
});

describe('other name servers', () => {
  it('reads Unbound, with and without the questions', async () => {
    const rows = await read(
      `${at}unbound: [7:0] info: 192.0.2.7 www.example.org. A IN`,
      `${at}unbound: [7:0] info: 192.0.2.7 www.example.org. A IN NXDOMAIN 0.000000 1 55`,
      '[1795303683] unbound[7:0] info: 192.0.2.8 example.org. MX IN REFUSED 0.000000 0 32',
      `${at}unbound: [7:0] info: start of service (unbound 1.19.0).`,
    );
    assert.deepEqual(rows, ['192.0.2.7 dnsName www.example.org missed', '192.0.2.8 dnsName example.org denied']);
  });

  it('reads CoreDNS, PowerDNS and NSD', async () => {
    const rows = await read(
      '2026-11-21T23:28:03.123Z [INFO] [2001:db8::7]:50759 - 29008 "A IN www.example.org. udp 41 false 4096" NXDOMAIN qr,aa 68 0.0002s',
      `${at}pdns_server[7]: Remote 192.0.2.7 wants 'www.example.org|A', do = 0, bufsize = 512: packetcache MISS`,
      `${at}pdns_server[7]: AXFR of domain 'example.org' denied: client IP 192.0.2.7 has no permission`,
      `${at}nsd[7]: info: axfr for example.org. from 192.0.2.7 refused, no acl matches`,
    );
    assert.deepEqual(rows, [
      '2001:db8::7 dnsName www.example.org missed',
      '192.0.2.7 dnsName www.example.org unknown',
      '192.0.2.7 dnsName example.org denied',
      '192.0.2.7 dnsName example.org denied',
    ]);
  });

  it('reads the query log of AdGuard Home, whose filters answer for names that may be there', async () => {
    const told = (QH: string, flags: string, rest: object = {}): string =>
      JSON.stringify({
        T: '2026-11-21T23:28:03.5+01:00',
        QH,
        QT: 'A',
        QC: 'IN',
        CP: '',
        Answer: btoa(String.fromCharCode(1, 2, ...Array.from(flags, Number), 0, 1, 0, 0)),
        IP: '192.0.2.7',
        Result: {},
        ...rest,
      });
    const { rows, weird } = await readRequests(adguard, [
      told('www.example.org', '83'),
      told('mail.example.org', '80'),
      told('old.example.org', '85'),
      told('ads.example.net', '83', { Result: { IsFiltered: true, Reason: 3 } }),
      told('none.example.org', '83', { Answer: undefined, IP: '2001:db8::7', CP: 'dot' }),
      told('none.example.org', '83', { Answer: 'GAO_gwABAAAA' }),
      told('none.example.org', '83', { IP: 'nobody' }),
    ]);
    assert.deepEqual(
      rows.map((row) => `${row.time} ${short(row)} ${row.traits.join()}`),
      [
        '2026-11-21T22:28:03.500000 192.0.2.7 dnsName www.example.org missed ',
        '2026-11-21T22:28:03.500000 192.0.2.7 dnsName mail.example.org answered ',
        '2026-11-21T22:28:03.500000 192.0.2.7 dnsName old.example.org denied ',
        '2026-11-21T22:28:03.500000 192.0.2.7 dnsName ads.example.net unknown ',
        '2026-11-21T22:28:03.500000 2001:db8::7 dnsName none.example.org unknown proven',
        '2026-11-21T22:28:03.500000 192.0.2.7 dnsName none.example.org unknown ',
      ],
    );
    assert.equal(weird.total('malformed'), 1);
  });

  it('reads the debug log of Windows, in any way of writing dates', async () => {
    const packet = (stamp: string, way: string, address: string, flags: string): string =>
      `${stamp} 0E5C PACKET  00000000028657F0 UDP ${way} ${address}       8c5f ${flags} A      (3)www(7)example(3)org(0)`;
    const { rows, records, weird } = await readRequests(windowsDns, [
      'DNS Server log file creation at 11/21/2026 11:20:03 PM',
      'Message logging key (for packets - other items use a subset of these fields):',
      packet('11/21/2026 11:28:03 PM', 'Rcv', '192.0.2.7', '  Q [0001   D   NOERROR]'),
      packet('11/21/2026 11:28:03 PM', 'Snd', '192.0.2.53', '  Q [0001   D   NOERROR]'),
      packet('11/21/2026 11:28:03 PM', 'Rcv', '192.0.2.53', 'R Q [8385 A DR NXDOMAIN]'),
      packet('11/21/2026 11:28:03 PM', 'Snd', '192.0.2.7', 'R Q [8385 A DR NXDOMAIN]'),
      packet('21/11/2026 23:28:04', 'Snd', '192.0.2.8', 'R Q [8081   D   NOERROR]'),
      packet('2026-11-21 23:28:05', 'Snd', '2001:db8::7', 'R Q [8081   D   SERVFAIL]'),
    ]);
    assert.deepEqual(
      rows.map((row) => `${row.time} ${short(row)}`),
      [
        '2026-11-21T23:28:03.000000 192.0.2.7 dnsName www.example.org missed',
        '2026-11-21T23:28:04.000000 192.0.2.8 dnsName www.example.org answered',
        '2026-11-21T23:28:05.000000 2001:db8::7 dnsName www.example.org failed',
      ],
    );
    assert.equal(records, 8);
    assert.equal(weird.total('malformed'), 0);
  });
});
