import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RunResult } from '../../../src/engine/options.ts';
import { run } from '../../../src/engine/run.ts';
import { findingSchema } from '../../../src/finding/finding.ts';
import { scratch } from '../../input/scratch.ts';
import { range } from '../../support/contacts.ts';

const T0 = Date.UTC(2026, 10, 21, 8);
const stamp = (ms: number): string => new Date(ms).toISOString();

const sysmon = (at: number, id: number, data: object): string =>
  JSON.stringify({
    '@timestamp': stamp(at),
    winlog: { event_id: id, provider_name: 'Microsoft-Windows-Sysmon', computer_name: 'pc7', event_data: data },
  });
const start = (at: number, command: string): string =>
  sysmon(at, 1, { ProcessId: '4711', Image: 'C:\\t\\a.exe', CommandLine: command, User: 'EX\\bob' });
const connection = (at: number, to: string, port: number, image = 'C:\\t\\a.exe'): string =>
  sysmon(at, 3, {
    ProcessId: '4711',
    Image: image,
    Protocol: 'tcp',
    Initiated: 'true',
    SourceIp: '198.51.100.7',
    SourcePort: '50123',
    DestinationIp: to,
    DestinationPort: String(port),
  });

async function find(
  context: TestContext,
  files: Readonly<Record<string, readonly string[]>>,
  workers = 1,
): Promise<RunResult> {
  const folder = scratch(context);
  for (const [name, lines] of Object.entries(files))
    writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
  const paths = Object.keys(files).map((name) => join(folder, name));
  const result = await run({ paths, workers, home: ['198.51.100.0/24'], falsePerDay: 1, bar: 20 });
  for (const finding of result.findings) {
    const { success, error } = findingSchema.safeParse(JSON.parse(JSON.stringify(finding)));
    assert.ok(success, String(error));
    const sum = finding.account
      .filter(({ stream }) => stream === finding.decidedBy)
      .reduce((all, { bits }) => all + bits, 0);
    assert.ok(Math.abs(sum - finding.bits) < 1e-6);
  }
  return result;
}

const sweep = [...range(60)].map((n) => connection(T0 + n * 100, `192.0.2.${n + 1}`, 445));

test('telemetry alone: a process that scans is T1046, with its words', async (context) => {
  const { findings } = await find(context, { 'sysmon.json': [start(T0, 'a.exe -sT -p 445 192.0.2.0/24'), ...sweep] });
  const [scan, ...more] = findings;
  assert.deepEqual(more, []);
  assert.deepEqual([scan.kind, scan.techniques, scan.source?.address], ['scan', ['T1046'], '198.51.100.7']);
  assert.deepEqual(
    [scan.shape, scan.targets.addresses, scan.services],
    ['address-scan', 60, [{ protocol: 'tcp', port: 445, probes: 60 }]],
  );
  assert.match(
    scan.related[0].why,
    /process 4711 C:\\t\\a\.exe \(command line: a\.exe -sT -p 445 192\.0\.2\.0\/24\) of user EX\\bob on host pc7/,
  );
});

test('a scanner that only starts is an anomaly below the bar', async (context) => {
  const { findings } = await find(context, { 'sysmon.json': [start(T0, 'nmap -sn 192.0.2.0/24')] });
  assert.deepEqual(
    findings.map(({ kind, techniques, source, bits, bar }) => [kind, techniques, source?.address, bits < bar]),
    [['anomaly', ['T1046'], 'pc7', true]],
  );
});

const CONN = [
  '#separator \\x09',
  '#path\tconn',
  '#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\thistory\torig_pkts\tresp_pkts',
];
const refused = (n: number): string =>
  [T0 / 1000 + n * 0.1, '198.51.100.7', 50_123, `192.0.2.${n + 1}`, 445, 'tcp', 'REJ', 'Sr', 1, 1].join('\t');
const flows = [...CONN, ...[...range(150)].map(refused)];

test('flows and telemetry: one finding for the source that scans, and it names the process', async (context) => {
  const files = { 'conn.log': flows, 'sysmon.json': [start(T0, 'a.exe -sT -p 445 192.0.2.0/24'), ...sweep] };
  const { findings } = await find(context, files);
  const about = findings.filter(({ source }) => source?.address === '198.51.100.7');
  assert.equal(about.length, 1);
  assert.deepEqual([about[0].kind, about[0].techniques], ['scan', ['T1046']]);
  assert.match(about[0].related[0].why, /a\.exe -sT -p 445/);
  const again = await find(context, files, 2);
  assert.equal(JSON.stringify(again.findings.map(({ id }) => id)), JSON.stringify(findings.map(({ id }) => id)));
});

test('a source that telemetry calls ours is T1046 even where home does not hold it', async (context) => {
  const folder = scratch(context);
  const paths = ['conn.log', 'sysmon.json'].map((name) => join(folder, name));
  writeFileSync(paths[0], flows.map((line) => `${line}\n`).join(''));
  writeFileSync(paths[1], `${connection(T0, '192.0.2.1', 445)}\n`);
  const { findings } = await run({ paths, workers: 1, home: ['192.0.2.0/24'], falsePerDay: 1, bar: 20 });
  const [scan] = findings.filter(({ kind }) => kind === 'scan');
  assert.deepEqual(scan.techniques, ['T1046']);
});

test('an uncommon flow stands alone below the bar, with the profile’s age and odds', async (context) => {
  const usual = [...range(6000)].map((n) =>
    [T0 / 1000 + n * 20, `198.51.100.${n % 20}`, 50_000, '203.0.113.80', 443, 'tcp', 'SF', 'ShADadFf', 5, 5].join('\t'),
  );
  const odd = [T0 / 1000 + 120_100, '198.51.100.3', 50_000, '203.0.113.99', 6667, 'tcp', 'SF', 'ShADadFf', 5, 5].join(
    '\t',
  );
  const { findings } = await find(context, { 'conn.log': [...CONN, ...usual, odd] });
  assert.deepEqual(
    findings.map(({ kind, decidedBy, source, bits, bar }) => [kind, decidedBy, source?.address, bits < bar]),
    [['anomaly', 'rare', '198.51.100.3', true]],
  );
  assert.match(
    findings[0].account[0].reason,
    /uses tcp\/6667.*neither it nor its network.*profile of 1\.4 d and 6001 contacts, new were \d/,
  );
});
