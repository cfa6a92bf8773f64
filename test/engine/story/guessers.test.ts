import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Finding } from '../../../src/finding/finding.ts';
import { run } from '../../../src/engine/run.ts';
import { scratch } from '../../input/scratch.ts';

const GUESSER = '198.51.100.9';
const HOME = '203.0.113';
const HOSTS = 8;

/** One new connection, as a firewall that tells no verdict logs it. */
const passed = (second: number, host: number, port: number): string =>
  `Nov 21 23:22:${second} fw kernel: [NEW] IN=ext OUT=int SRC=${GUESSER} DST=${HOME}.${host} LEN=60 TTL=52 ID=${7 * host} DF PROTO=TCP SPT=${port} DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0`;

/** A few connections to all hosts within two seconds. */
const looked = Array.from({ length: HOSTS }, (_, n) => passed(20 + (n >> 2), 10 + ((5 * n) % HOSTS), 40_000 + 17 * n));

const failed = (n: number): string =>
  `Nov 21 23:22:${30 + n} web sshd[${100 + n}]: Failed password for ${['root', 'helen'][n % 2]} from ${GUESSER} port ${50_000 + n} ssh2`;
const failures = Array.from({ length: 12 }, (_, n) => failed(n));
const letIn = `Nov 21 23:22:50 web sshd[200]: Accepted password for helen from ${GUESSER} port 51000 ssh2`;

async function found(context: TestContext, files: Readonly<Record<string, readonly string[]>>): Promise<Finding[]> {
  const folder = scratch(context);
  const paths = Object.entries(files).map(([name, lines]) => {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  });
  const { findings } = await run({ paths, workers: 1, home: [`${HOME}.0/24`], falsePerDay: 1 });
  return findings;
}

test('what somebody looked at who guessed its way in later is told as its scan, over a bar of its own', async (context) => {
  const findings = await found(context, { 'fw.log': looked, 'auth.log': [...failures, letIn] });
  assert.deepEqual(findings.map(({ kind }) => kind).sort(), ['intrusion', 'scan']);
  const scan = findings.find(({ kind }) => kind === 'scan');
  assert.ok(scan !== undefined);
  assert.deepEqual([scan.source?.address, scan.techniques, scan.targets.addresses], [GUESSER, ['T1595.001'], HOSTS]);
  assert.ok(scan.bar === 10 && scan.bits >= scan.bar && scan.bits < 20, `${scan.bits} bits over ${scan.bar}`);
  assert.equal(scan.followedBy[0].technique, 'T1110.001');
  assert.ok(scan.caveats.some((caveat) => caveat.startsWith('Held against 10 bits only')));
});

test('the same connections by who was never let in, or never guessed, are no finding', async (context) => {
  for (const auth of [failures, [letIn]]) {
    const findings = await found(context, { 'fw.log': looked, 'auth.log': auth });
    assert.deepEqual(
      findings.filter(({ kind }) => kind === 'scan'),
      [],
    );
  }
});

test('who guessed its way in and looked at nothing else has no scan', async (context) => {
  const findings = await found(context, { 'fw.log': looked.slice(0, 1), 'auth.log': [...failures, letIn] });
  assert.deepEqual(
    findings.map(({ kind }) => kind),
    ['intrusion'],
  );
});
