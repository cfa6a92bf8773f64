import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ecs } from '../../../src/input/process/ecs.ts';
import { falco } from '../../../src/input/process/falco.ts';
import { osquery } from '../../../src/input/process/osquery.ts';
import { tetragon } from '../../../src/input/process/tetragon.ts';
import { readActs } from './rows.ts';

const STAMP = '2026-11-21T23:28:03.123456789Z';
const SECONDS = 1_795_303_683;
const lines = (...values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

const result = (more: object): object => ({
  name: 'pack_sockets',
  hostIdentifier: 'node1',
  calendarTime: 'Sat Nov 21 23:28:03 2026 UTC',
  unixTime: SECONDS,
  ...more,
});
const SOCKET = {
  pid: '4711',
  path: '/usr/bin/curl',
  protocol: '6',
  local_address: '198.51.100.7',
  local_port: '50123',
  remote_address: '192.0.2.9',
  remote_port: '443',
  state: 'ESTABLISHED',
};

test('osquery: rows of every shape of result; the end with the higher port has opened the connection', async () => {
  const accepted = { ...SOCKET, local_port: '22', remote_port: '50999', path: '/usr/sbin/sshd' };
  const { acts, contacts } = await readActs(
    osquery,
    lines(
      result({ columns: SOCKET, action: 'added' }),
      result({ columns: SOCKET, action: 'removed' }),
      result({ diffResults: { added: [accepted], removed: [SOCKET] } }),
      result({
        columns: { pid: '9', path: '/bin/id', cmdline: 'id -u', uid: '0', time: '1795303680' },
        action: 'added',
      }),
      result({
        columns: { pid: '9', port: '80', protocol: '6', address: '0.0.0.0', path: '/usr/sbin/nginx' },
        action: 'added',
      }),
      result({ columns: { ...SOCKET, action: 'connect', state: '', remote_port: '40000' }, action: 'added' }),
    ),
  );
  assert.deepEqual(
    acts.map(({ did, ends, image }) => `${did} ${ends} ${image}`),
    [
      'connected 198.51.100.7:50123 > 192.0.2.9:443/6 /usr/bin/curl',
      'connected 198.51.100.7:22 < 192.0.2.9:50999/6 /usr/sbin/sshd',
      'started  /bin/id',
      'listened 0.0.0.0:80 < :::0/6 /usr/sbin/nginx',
      'connected 198.51.100.7:50123 > 192.0.2.9:40000/6 /usr/bin/curl',
    ],
  );
  assert.equal(acts[0].time, SECONDS * 1e6);
  assert.equal(acts[2].time, 1_795_303_680e6);
  assert.deepEqual(contacts.slice(0, 2), [
    '198.51.100.7:50123 > 192.0.2.9:443/6 tcp-connect answered',
    '192.0.2.9:50999 > 198.51.100.7:22/6 tcp-connect answered',
  ]);
});

test('osquery: a snapshot tells what is new in it, however many rows it has', async () => {
  const many = Array.from({ length: 300 }, (_, n) => ({ ...SOCKET, local_port: String(40_000 + n) }));
  const text = lines(
    result({ snapshot: many, action: 'snapshot' }),
    result({ snapshot: [...many, { ...SOCKET, remote_address: '192.0.2.10' }], action: 'snapshot' }),
  );
  const { acts, records, weird } = await readActs(osquery, text);
  assert.equal(acts.length, 301);
  assert.deepEqual([records, weird], [2, {}]);
  assert.equal(new Set(acts.map(({ ends }) => ends)).size, 301);
  assert.deepEqual((await readActs(osquery, text, 1000)).acts, acts);
});

test('tetragon: programs and connections', async () => {
  const process = { pid: 4711, uid: 0, binary: '/usr/bin/nmap', arguments: '-sT 192.0.2.0/24' };
  const socket = {
    type: 'SOCK_STREAM',
    protocol: 'IPPROTO_TCP',
    saddr: '198.51.100.7',
    daddr: '192.0.2.9',
    sport: 50123,
    dport: 22,
  };
  const probe = (name: string, args: readonly object[]): object => ({
    process_kprobe: { process, parent: { binary: '/bin/bash' }, function_name: name, args },
    node_name: 'node1',
    time: STAMP,
  });
  const { acts, contacts, weird } = await readActs(
    tetragon,
    lines(
      { process_exec: { process, parent: { binary: '/bin/bash' } }, node_name: 'node1', time: STAMP },
      probe('tcp_connect', [{ sock_arg: socket }]),
      probe('tcp_close', [{ sock_arg: socket }]),
      probe('security_socket_connect', [
        { int_arg: 3 },
        { sockaddr_arg: { family: 'AF_INET6', addr: '2001:db8::9', port: 443 } },
      ]),
      { process_exit: { process }, node_name: 'node1', time: STAMP },
    ),
  );
  assert.deepEqual(
    acts.map(({ did, ends, command, host, parent }) => `${did} ${ends} ${command} ${host} ${parent}`),
    [
      'started  /usr/bin/nmap -sT 192.0.2.0/24 node1 /bin/bash',
      'connected 198.51.100.7:50123 > 192.0.2.9:22/6 /usr/bin/nmap -sT 192.0.2.0/24 node1 /bin/bash',
      'connected :::0 > 2001:db8::9:443/0 /usr/bin/nmap -sT 192.0.2.0/24 node1 /bin/bash',
    ],
  );
  assert.equal(acts[0].time, SECONDS * 1e6 + 123_456);
  assert.deepEqual(contacts, ['198.51.100.7:50123 > 192.0.2.9:22/6 tcp-connect unknown']);
  assert.deepEqual(weird, {});
});

test('falco: what the rule put out', async () => {
  const alert = (fields: object): object => ({ rule: 'r', hostname: 'node1', time: STAMP, output_fields: fields });
  const nmap = { 'proc.exepath': '/usr/bin/nmap', 'proc.cmdline': 'nmap -sT x', 'proc.pid': 4711, 'user.name': 'root' };
  const { acts, contacts } = await readActs(
    falco,
    lines(
      alert({ ...nmap, 'evt.type': 'execve', 'evt.time': SECONDS * 1e9 }),
      alert({ ...nmap, 'evt.type': 'connect', 'fd.name': '198.51.100.7:50123->192.0.2.9:22', 'fd.l4proto': 'tcp' }),
      alert({ ...nmap, 'evt.type': 'accept4', 'fd.name': '203.0.113.7:50123->198.51.100.7:22', 'fd.l4proto': 'tcp' }),
      alert({ 'k8s.ns.name': 'x' }),
    ),
  );
  assert.deepEqual(
    acts.map(({ did, ends, user }) => `${did} ${ends} ${user}`),
    [
      'started  root',
      'connected 198.51.100.7:50123 > 192.0.2.9:22/6 root',
      'connected 198.51.100.7:22 < 203.0.113.7:50123/6 root',
    ],
  );
  assert.deepEqual([acts[0].time, acts[1].time], [SECONDS * 1e6, SECONDS * 1e6 + 123_456]);
  assert.deepEqual(contacts, [
    '198.51.100.7:50123 > 192.0.2.9:22/6 tcp-connect unknown',
    '203.0.113.7:50123 > 198.51.100.7:22/6 tcp-connect answered',
  ]);
});

test('ecs: nested, dotted, and out of a search', async () => {
  const nested = {
    '@timestamp': STAMP,
    event: { category: ['network'], type: ['start'], action: 'connection_attempted' },
    host: { hostname: 'pc7' },
    process: { pid: 4711, executable: '/usr/bin/curl', command_line: 'curl x' },
    source: { ip: '198.51.100.7', port: 50123 },
    destination: { ip: '192.0.2.9', port: 443 },
    network: { transport: 'tcp', direction: 'egress' },
  };
  const dotted = {
    '@timestamp': STAMP,
    'event.category': 'process',
    'event.type': 'start',
    'host.name': 'pc7',
    'host.ip': ['127.0.0.1', '198.51.100.7'],
    'process.executable': '/usr/bin/nmap',
    'process.args': ['nmap', '-sn', 'a b'],
    'process.pid': 4712,
  };
  const inward = { ...nested, event: { category: ['network'], type: ['start'], action: 'connection_accepted' } };
  const swapped = {
    source: nested.destination,
    destination: nested.source,
    network: { transport: 'tcp', direction: 'ingress' },
  };
  const ended = { ...nested, event: { category: ['network'], type: ['end'] } };
  const { acts, contacts, weird } = await readActs(
    ecs,
    lines({ _source: nested }, dotted, { ...inward, ...swapped }, ended, {
      '@timestamp': STAMP,
      event: { category: ['network'] },
    }),
  );
  assert.deepEqual(
    acts.map(({ did, ends, command }) => `${did} ${ends} ${command}`),
    [
      'connected 198.51.100.7:50123 > 192.0.2.9:443/6 curl x',
      "started 198.51.100.7:0 < :::0/0 nmap -sn 'a b'",
      'connected 198.51.100.7:50123 < 192.0.2.9:443/6 curl x',
    ],
  );
  assert.deepEqual(contacts, [
    '198.51.100.7:50123 > 192.0.2.9:443/6 tcp-connect unknown',
    '192.0.2.9:443 > 198.51.100.7:50123/6 tcp-connect answered',
  ]);
  assert.deepEqual(weird, { 'line-malformed': 1 });
});

test('long texts are cut at a character, and a row never takes more than its room', async () => {
  const process = { pid: 1, binary: `/x/${'ä'.repeat(9000)}`, arguments: '€'.repeat(9000) };
  const { acts } = await readActs(
    tetragon,
    lines({ process_exec: { process, parent: {} }, node_name: 'n'.repeat(999), time: STAMP }),
  );
  const [{ image, command, host }] = acts;
  assert.ok(Buffer.byteLength(image + command + host) <= 2048);
  assert.ok(!`${image}${command}`.includes('\ufffd'));
});
