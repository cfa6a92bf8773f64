import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { run } from '../../src/engine/run.ts';
import { scratch } from '../input/scratch.ts';
import { range } from '../support/contacts.ts';

/** The home that is inferred from files of these lines, and the techniques of what is found. */
async function told(
  context: TestContext,
  files: Readonly<Record<string, readonly string[]>>,
): Promise<{ home: readonly string[]; techniques: readonly string[] }> {
  const folder = scratch(context);
  const paths = Object.entries(files).map(([name, lines]) => {
    writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
    return join(folder, name);
  });
  const { summary, findings } = await run({ paths, workers: 1, home: [], falsePerDay: 1 });
  return { home: summary.home.networks, techniques: findings.flatMap((finding) => finding.techniques) };
}

const time = (seconds: number): string => new Date(1_790_000_000_000 + seconds * 1000).toISOString();
const access = (from: string, path: string, status: number, at: number): string =>
  `${from} - - [${time(at).slice(8, 10)}/Sep/2026:${time(at).slice(11, 19)} +0000] "GET ${path} HTTP/1.1" ${status} 153 "-" "-"`;
const scan = [...range(60)].map((n) => access('198.51.100.77', `/.secret${n}/config.php.bak`, 404, n));
/** What the kernel of the web server logs of a packet of its own. */
const out = (target: string, ttl = 64): string =>
  `Sep 21 ${time(90).slice(11, 19)} web1 kernel: OUT IN= OUT=eth0 SRC=203.0.113.10 DST=${target} LEN=60 TOS=0x00 PREC=0x00 TTL=${ttl} ID=7 DF PROTO=TCP SPT=43210 DPT=4444 WINDOW=64240 RES=0x00 SYN URGP=0`;

const HOME = ['203.0.113.0/24'];
const T1046 = 'T1046';

test('a server that calls the scanner back does not make it one of ours', async (context) => {
  const { home, techniques } = await told(context, { 'access.log': scan, 'fw.log': [out('198.51.100.77', 63)] });
  assert.deepEqual(home, HOME);
  assert.ok(techniques.length > 0 && !techniques.includes(T1046), techniques.join());
});

test('what a kernel sends itself comes from home, wherever it goes', async (context) => {
  assert.deepEqual((await told(context, { 'access.log': scan, 'fw.log': [out('192.0.2.200')] })).home, HOME);
  // passed on: an older kernel names no interface that it came in by
  const { home } = await told(context, { 'access.log': scan, 'fw.log': [out('192.0.2.200', 63)] });
  assert.deepEqual(home, ['192.0.2.0/24']);
});

test('what Zeek calls local is at home, and what the firewall of a Windows host sends', async (context) => {
  const fields = 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto conn_state local_orig local_resp history';
  const zeek = ['#separator \\x09', '#path\tconn', `#fields\t${fields.split(' ').join('\t')}`].concat(
    [...range(4)].map(
      (n) => `${1_790_000_000 + n}.5\tC\t203.0.113.10\t4000${n}\t192.0.2.9\t${n + 1}\ttcp\tS0\tT\tF\tS`,
    ),
  );
  assert.deepEqual((await told(context, { 'conn.log': zeek })).home, HOME);
  assert.deepEqual((await told(context, { 'conn.log': zeek.map((line) => line.replace('\tT\tF', '\tF\tT')) })).home, [
    '192.0.2.0/24',
  ]);
  const windows = [
    '#Version: 1.5',
    '#Software: Microsoft Windows Firewall',
    '#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path',
    '2026-09-21 14:00:00 ALLOW TCP 203.0.113.10 192.0.2.9 51234 443 0 - 0 0 0 - - - SEND',
  ];
  assert.deepEqual((await told(context, { 'pfirewall.log': windows })).home, HOME);
});

test('who looked for much in vain is called back by many of ours, or its neighbour is: none of them is one of ours', async (context) => {
  const ours = [1, 2, 3, 4].map((n) => out('198.51.100.77', 63).replace('203.0.113.10', `203.0.${n}.10`));
  const { home, techniques } = await told(context, { 'access.log': scan, 'fw.log': ours });
  assert.deepEqual(
    home,
    [1, 2, 3, 4].map((n) => `203.0.${n}.0/24`),
  );
  assert.ok(techniques.length > 0 && !techniques.includes(T1046), techniques.join());
  assert.deepEqual((await told(context, { 'access.log': scan, 'fw.log': [out('198.51.100.9', 63)] })).home, HOME);
  // Who asks for much at its network scans it, and calls nobody back.
  const scanned = [...range(20)].map((n) => out(`198.51.100.${n + 1}`, 50));
  assert.deepEqual((await told(context, { 'access.log': scan, 'fw.log': scanned })).home, ['198.51.100.0/24']);
});
