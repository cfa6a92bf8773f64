import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { changeSchema, type Exposure, exposureSchema, learnedSchema } from '../../src/finding/exposure.ts';
import { exampleExposure, exampleFinding, exampleLearned, exampleSummary } from '../finding/example.ts';
import { HARMFUL, PAYLOADS } from '../finding/payloads.ts';
import { type Ran, runStub } from './run.ts';

const state = mkdtempSync(join(tmpdir(), 'vedette-learned-'));
after(() => rmSync(state, { recursive: true }));

const finding = exampleFinding();
const SCANNER = finding.source?.address ?? '';

/** Told to the example's scanner. */
const told = (over: Partial<Exposure> = {}, at = '2026-11-21T22:34:32.700000Z'): Exposure => {
  const telling = { source: SCANNER, finding: finding.id, at };
  return exampleExposure({ toldTo: [telling], firstTold: { ...telling, minutes: 3 }, lastTold: at, ...over });
};

function ask(words: readonly string[], exposures: readonly Exposure[]): Promise<Ran> {
  const tally = { probes: 9, answered: 2, refused: 1, unanswered: 6, untold: 0, transports: ['tcp'] as const };
  const result = {
    findings: [finding],
    summary: exampleSummary(),
    learned: exampleLearned({ exposures, tallies: new Map([[finding.id, tally]]) }),
    skipped: [],
  };
  return runStub(['learned', ...words], state, { result, environment: { COLUMNS: '120' } });
}

const lines = (out: string): unknown[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);

test('a table of what scanners were told, and what to close', async () => {
  const { out, code } = await ask(
    ['a.pcap'],
    [
      told({ service: 'ssh', banner: 'SSH-2.0-OpenSSH_9.2' }),
      told({ what: 'path', port: 80, path: '/backup.zip', status: 200, bytes: 24828 }),
      exampleExposure({ port: 99, scanners: 0, firstTold: null, lastTold: null, toldTo: [] }),
    ],
  );
  assert.equal(code, 0);
  assert.match(out, /9 probes, 2 answered, 1 refused/);
  assert.match(out, /Services \(1\)[\s\S]*tcp\/22 +open +1 +3 min +1 +ssh "SSH-2\.0-OpenSSH_9\.2"/);
  assert.match(out, /Paths \(1\)[\s\S]*\/backup\.zip +200 +1 .* 24,828 bytes/);
  assert.match(out, /1 more thing answered, but no scanner was told: --all/);
  assert.match(out, /check: curl -sgIk http:\/\/203\.0\.113\.10\/backup\.zip/);
});

test('what holds for several targets is said once, with the check of the first', async () => {
  const { out } = await ask(
    ['a.pcap'],
    [443, 8443].map((port) => told({ port })),
  );
  assert.equal(out.match(/check:/g)?.length, 1);
  assert.match(out, /tcp\/443, 203\.0\.113\.10 tcp\/8443: /);
  assert.match(out, /\(and so for each of the 2\)/);
});

test('ndjson: a line for each exposure, then the figures, all as in the schemas', async () => {
  const { out } = await ask(['--json', 'a.pcap'], [told(), exampleExposure({ port: 99, scanners: 0 })]);
  const all = lines(out);
  assert.equal(all.length, 3);
  for (const line of all.slice(0, 2)) assert.ok(exposureSchema.safeParse(line).success);
  assert.ok(learnedSchema.safeParse(all[2]).success);
});

test('--by takes an id, its beginning, an address or a prefix; --since what was told since', async () => {
  const exposures = [told(), told({ port: 80 }, '2026-11-21T23:00:00.000000Z'), exampleExposure({ port: 99 })];
  const ports = async (...words: string[]): Promise<unknown[]> =>
    lines((await ask([...words, '--json', 'a.pcap'], exposures)).out)
      .slice(0, -1)
      .map((line) => (line as Exposure).port);
  assert.deepEqual(await ports('--by', finding.id), [22, 80]);
  assert.deepEqual(await ports('--by', finding.id.slice(0, 8)), [22, 80]);
  assert.deepEqual(await ports('--by', SCANNER), [22, 80]);
  assert.deepEqual(await ports('--by', '198.18.0.0/15'), [22, 80]);
  assert.deepEqual(await ports('--since', '2026-11-21T22:50:00Z'), [80]);
  const { out } = await ask(['--since', '2026-11-22T22:50:00Z', 'a.pcap'], exposures);
  assert.match(out, /since {5}nothing was told since 2026-11-22 22:50:00 UTC/);
  const { code, err } = await ask(['--by', '192.0.2.99', 'a.pcap'], exposures);
  assert.equal(code, 2);
  assert.match(err, /SCANNER_UNKNOWN/);
});

test('--since judges all of the data, so that what is news is known to be', async () => {
  const { asked } = await runStub(['learned', '--since', '2026-11-21T22:50:00Z', 'a.pcap'], state);
  assert.equal(asked[0].since, undefined);
});

test('--diff compares what was written with what is read, either way round', async () => {
  const before = join(state, 'before.ndjson');
  writeFileSync(before, (await ask(['--json', 'a.pcap'], [told(), told({ port: 80, banner: 'a/1' })])).out);
  const now = [told({ port: 80, banner: 'a/2' }), told({ port: 443 })];
  const { out } = await ask(['--diff', '--json', before, 'a.pcap'], now);
  const changes = lines(out).map((line) => changeSchema.parse(line));
  assert.deepEqual(
    changes.map(({ change, after: to, before: from }) => [change, (to ?? from)?.port]),
    [
      ['exposed', 443],
      ['changed', 80],
      ['unseen', 22],
    ],
  );
  assert.match((await ask(['--diff', before, 'a.pcap'], now)).out, /Changed \(1\)[\s\S]*banner +a\/1 → a\/2/);
  assert.match((await ask(['--diff', before, before], [])).out, /Nothing\./);
  assert.match((await ask(['--diff', before], [])).err, /ARGUMENT_MISSING/);
  assert.match((await ask(['--diff', before, before, before], [])).err, /ARGUMENT_EXCESS/);
});

/** Characters that no line of JSON holds raw. */
const RAW = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u;

test('no text from the wire acts on the terminal', async () => {
  for (const text of PAYLOADS) {
    const exposures = [
      told({ banner: text, service: 'http', port: 80 }),
      told({ what: 'path', path: `/.env${text}`, host: text, status: 200 }),
      told({ what: 'user', user: text }),
      told({ certificate: [text], address: text }),
    ];
    assert.doesNotMatch((await ask(['a.pcap'], exposures)).out, HARMFUL, JSON.stringify(text));
    assert.doesNotMatch((await ask(['--json', 'a.pcap'], exposures)).out, RAW, JSON.stringify(text));
  }
});
