import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eve } from '../../../src/input/flow/eve.ts';
import { read } from './rows.ts';

const of = (type: string, more: object, turned = false, port = 23): string => {
  const ends = ['192.0.2.7', 51234, '203.0.113.10', port];
  const [src_ip, src_port, dest_ip, dest_port] = turned ? [...ends.slice(2), ...ends.slice(0, 2)] : ends;
  const event = {
    timestamp: '2026-11-21T23:26:59.403127+0000',
    flow_id: 7,
    event_type: type,
    src_ip,
    src_port,
    dest_ip,
    dest_port,
  };
  return `${JSON.stringify({ ...event, proto: 'TCP', ...more })}\n`;
};
const TIME = 1795303619403127;

describe('eve', () => {
  test('flow: both ways, flags in hexadecimal', async () => {
    const flow = (out: number, back: number): object => ({
      pkts_toserver: out,
      pkts_toclient: back,
      bytes_toserver: out * 74,
      bytes_toclient: back * 60,
    });
    const text =
      of('flow', { flow: flow(1, 1), tcp: { tcp_flags_ts: '02', tcp_flags_tc: '14' } }) +
      of('flow', { flow: flow(1, 0), tcp: { tcp_flags_ts: '02', tcp_flags_tc: '00' }, src_port: 51235 }) +
      of('flow', { flow: flow(1, 1), proto: 'ICMP', icmp_type: 8, icmp_code: 0 });
    const told = await read(eve, text);
    assert.deepEqual(told.contacts, [
      '192.0.2.7:51234 > 203.0.113.10:23/6 tcp-syn refused',
      '192.0.2.7:51235 > 203.0.113.10:23/6 tcp-syn unanswered',
      '192.0.2.7:0 > 203.0.113.10:8/1 icmp-echo answered',
    ]);
    assert.equal(told.times[0], TIME);
  });

  test('large datagrams from the port of a service are answers, wherever they go', async () => {
    const flow = (bytes: number): object => ({
      pkts_toserver: 2,
      pkts_toclient: 0,
      bytes_toserver: bytes,
      bytes_toclient: 0,
    });
    const text = [6000, 120]
      .map((bytes) => of('flow', { flow: flow(bytes), proto: 'UDP', src_port: bytes > 1000 ? 53 : 123 }, false, 80))
      .join('');
    assert.deepEqual((await read(eve, text)).contacts, [
      '192.0.2.7:53 > 203.0.113.10:80/17 20 unknown',
      '192.0.2.7:123 > 203.0.113.10:80/17 udp unanswered',
    ]);
  });

  test('netflow: both directions are one contact', async () => {
    const text =
      of('netflow', { netflow: { pkts: 1, bytes: 60 }, tcp: { tcp_flags: '14' } }, true) +
      of('netflow', { netflow: { pkts: 1, bytes: 60 }, tcp: { tcp_flags: '02' } });
    assert.deepEqual((await read(eve, text)).contacts, ['192.0.2.7:51234 > 203.0.113.10:23/6 tcp-syn refused']);
  });

  test('http', async () => {
    const http = {
      hostname: 'www.example.org',
      url: '/admin',
      http_user_agent: 'x/1',
      http_method: 'GET',
      protocol: 'HTTP/1.1',
      status: 404,
      length: 153,
    };
    const told = await read(eve, of('http', { http }, false, 80));
    assert.deepEqual(told.requests, ['192.0.2.7 > 203.0.113.10:80 asked 1 reply 2 404 [/admin|www.example.org|x/1|]']);
  });

  const asked = '192.0.2.7 > 203.0.113.10:53 asked 2';
  test('dns 1: an answer a record is one request', async () => {
    const query = of('dns', { dns: { type: 'query', id: 5, rrname: 'dev.example.org', rrtype: 'A' } }, false, 53);
    const answer = of(
      'dns',
      { dns: { type: 'answer', id: 5, rcode: 'NXDOMAIN', rrname: 'dev.example.org' } },
      true,
      53,
    );
    assert.deepEqual((await read(eve, query + answer + answer)).requests, [`${asked} reply 2 3 [dev.example.org|||]`]);
  });

  test('dns 3: names in a list, answers in the direction of the question', async () => {
    const query = of(
      'dns',
      { dns: { version: 3, type: 'request', id: 5, queries: [{ rrname: 'www.example.org', rrtype: 'A' }] } },
      false,
      53,
    );
    const dns = {
      version: 3,
      type: 'response',
      id: 5,
      rcode: 'NOERROR',
      queries: [{ rrname: 'www.example.org' }],
      answers: [{ rdata: '203.0.113.10' }],
    };
    assert.deepEqual((await read(eve, query + of('dns', { dns }, false, 53))).requests, [
      `${asked} reply 1 0 [www.example.org|||]`,
    ]);
  });

  test('a question that nobody answers is told at the end', async () => {
    const text = of('dns', { dns: { type: 'query', id: 5, rrname: 'a.example.org', rrtype: 'AXFR' } }, false, 53);
    assert.deepEqual((await read(eve, text)).requests, [`${asked} reply 0 0 [a.example.org|||]`]);
  });

  test('tls and ssh: what the server told; alerts are nothing', async () => {
    const text =
      of('tls', { tls: { sni: 'www.example.org', subject: 'C=DE, CN=example.org', version: 'TLS 1.2' } }, false, 443) +
      of(
        'ssh',
        {
          ssh: {
            client: { proto_version: '2.0', software_version: 'libssh' },
            server: { proto_version: '2.0', software_version: 'OpenSSH_9.6' },
          },
        },
        false,
        22,
      ) +
      of('alert', { alert: { signature: 'x' } });
    const told = await read(eve, text);
    assert.deepEqual(told.answers, ['203.0.113.10:443 example.org', '203.0.113.10:22 SSH-2.0-OpenSSH_9.6']);
    assert.equal(told.requests.length, 2);
    assert.deepEqual(told.contacts, []);
  });

  test('damage is counted', async () => {
    const text = `${of('flow', {}).replace('203.0.113.10', 'x')}${of('flow', {}).replace('2026-11-21T', 'x')}{"timestamp":"x","event_type":\n{"a":1}\n`;
    const told = await read(eve, text);
    assert.deepEqual(told.weird, {
      'line-malformed': 1,
      'line-field-impossible': 1,
      'line-time-impossible': 1,
      'json-malformed': 1,
    });
    assert.equal(told.records, 4);
  });
});
