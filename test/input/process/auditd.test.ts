import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditd } from '../../../src/input/process/auditd.ts';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { readActs } from './rows.ts';

const SECONDS = 1_795_303_683;
const call = (serial: number, number: number, more = 'success=yes exit=0', program = 'nmap'): string =>
  `type=SYSCALL msg=audit(${SECONDS}.123:${serial}): arch=c000003e syscall=${number} ${more} a0=3 a1=7ffd a2=10 a3=8 items=2 ppid=29002 pid=4711 auid=1000 uid=1000 gid=1000 euid=1000 tty=pts0 ses=104 comm="${program}" exe="/usr/bin/${program}" key=(null)`;
const part = (serial: number, type: string, rest: string): string =>
  `type=${type} msg=audit(${SECONDS}.123:${serial}): ${rest}`;
const hex = (text: string): string => Buffer.from(text).toString('hex').toUpperCase();
const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

test('an execve is put together from its records, which stand among those of others', async () => {
  const { acts, records, weird } = await readActs(
    auditd,
    text(
      call(1, 59),
      call(2, 59, 'success=yes exit=0', 'sh'),
      part(1, 'EXECVE', 'argc=4 a0="nmap" a1="-sS" a2="-p" a3="1-1000"'),
      part(2, 'EXECVE', `argc=3 a0="sh" a1="-c" a2=${hex('for i in 1 2; do id; done')}`),
      part(1, 'CWD', 'cwd="/root"'),
      part(1, 'PATH', 'item=0 name="/usr/bin/nmap" inode=1 nametype=NORMAL'),
      part(1, 'PROCTITLE', `proctitle=${hex('nmap\0-sS')}`),
      part(2, 'PROCTITLE', 'proctitle="sh"'),
    ),
  );
  assert.deepEqual(
    acts.map(({ did, process, image, command, user }) => [did, process, image, command, user]),
    [
      ['started', 4711, '/usr/bin/nmap', 'nmap -sS -p 1-1000', '1000'],
      ['started', 4711, '/usr/bin/sh', "sh -c 'for i in 1 2; do id; done'", '1000'],
    ],
  );
  assert.equal(acts[0].time, SECONDS * 1e6 + 123_000);
  assert.deepEqual([records, weird], [8, {}]);
});

test('connections: addresses of both families, how they ended, and the command line', async () => {
  const v4 = '020001BBC00002090000000000000000';
  const v6 = '0A0001BB0000000020010DB800000000000000000000000900000000';
  const { acts } = await readActs(
    auditd,
    text(
      call(1, 42, 'success=no exit=-115'),
      part(1, 'SOCKADDR', `saddr=${v4}`),
      part(1, 'PROCTITLE', `proctitle=${hex('nmap\0-sT\0x')}`),
      call(2, 42, 'success=no exit=-111'),
      part(2, 'SOCKADDR', `saddr=${v6}\x1dSADDR={ fam=inet6 laddr=2001:db8::9 lport=443 }`),
      part(2, 'PROCTITLE', 'proctitle="nmap"'),
      call(3, 42),
      part(3, 'SOCKADDR', `saddr=0100${hex('/run/x')}00`),
      part(3, 'PROCTITLE', 'proctitle="nmap"'),
      call(4, 288, 'success=yes exit=5', 'sshd'),
      part(4, 'SOCKADDR', 'saddr=0200C350CB00710700000000000000AA'),
      part(4, 'PROCTITLE', 'proctitle="sshd"'),
    ),
  );
  assert.deepEqual(
    acts.map(({ did, ends, command }) => `${did} ${ends} ${command}`),
    [
      'connected :::0 > 192.0.2.9:443/6 nmap -sT x',
      'connected :::0 > 2001:db8::9:443/6 nmap',
      'connected :::0 < 203.0.113.7:50000/6 sshd',
    ],
  );
});

test('what never gets its last record is told at the end; a call that failed started nothing', async () => {
  const { acts } = await readActs(auditd, text(call(1, 59), call(2, 59, 'success=no exit=-2'), call(3, 221)));
  assert.deepEqual(
    acts.map(({ image, record }) => [image, record]),
    [['/usr/bin/nmap', 1]],
  );
});

test('as many events as there may be wait, and none is lost', async () => {
  const lines = Array.from({ length: 2000 }, (_, n) => call(n, 59));
  const whole = await readActs(auditd, text(...lines));
  assert.equal(whole.acts.length, 2000);
  assert.deepEqual((await readActs(auditd, text(...lines), 997)).acts, whole.acts);
});

test('arguments in parts, other architectures, and names of hosts', async () => {
  const arm = call(1, 221).replace('c000003e', 'c00000b7');
  const named = `node=web1 ${call(2, 0).replace('syscall=0', 'syscall=execve')}`;
  const { acts } = await readActs(
    auditd,
    text(
      arm,
      part(1, 'EXECVE', 'argc=2 a0="x" a1_len=8 a1[0]="abcd" a1[1]="efgh"'),
      part(1, 'EOE', ''),
      named,
      `node=web1 ${part(2, 'EOE', '')}`,
    ),
  );
  assert.deepEqual(
    acts.map(({ host, command }) => `${host} ${command}`),
    [' x abcdefgh', 'web1 '],
  );
});

test('by syslog the host is that of the envelope; impossible stamps and other lines are counted', async () => {
  const sent = await readActs(syslog, text(`Nov 21 23:28:03 node1 audispd: ${call(1, 59)}`));
  assert.deepEqual(
    sent.acts.map(({ host, image }) => [host, image]),
    [['node1', '/usr/bin/nmap']],
  );
  const bad = await readActs(auditd, text(call(1, 59).replace(String(SECONDS), '999999999999'), 'type=x', 'hello'));
  assert.deepEqual(bad.weird, { 'line-time-impossible': 1, 'line-malformed': 2 });
});
