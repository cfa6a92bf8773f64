import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { exampleLearned, exampleSummary } from '../finding/example.ts';
import { HARMFUL, PAYLOADS } from '../finding/payloads.ts';
import { PROBES, START, scratch } from './capture.ts';
import { runStub } from './run.ts';

const state = mkdtempSync(join(tmpdir(), 'vedette-stub-'));
after(() => rmSync(state, { recursive: true, force: true }));

test('a file alone is analysed, with the defaults', async () => {
  const { code, out, err, asked } = await runStub(['a.pcap'], state);
  assert.equal(code, 0);
  assert.equal(err, '');
  assert.match(out, /^Vedette\n/);
  const { workers, ...options } = asked[0];
  assert.ok(workers >= 1 && workers <= 4);
  assert.deepEqual(options, {
    paths: ['a.pcap'],
    home: [],
    falsePerDay: 1,
    proxies: [],
    logFormats: [],
    zone: 0,
    known: 'label',
  });
});

test('without a file the sample is read, and that is said', async () => {
  const { err, asked } = await runStub([], state);
  assert.deepEqual(asked[0].paths, ['/sample.pcap']);
  assert.match(err, /bundled sample/);
  assert.equal((await runStub(['--quiet'], state)).err, '');
});

test('options reach the engine', async () => {
  const words = ['analyze', '--home', '203.0.113.0/24', '--home=2001:db8::/32', '--bar', '31.5', '--workers', '2'];
  words.push('--proxy', '198.51.100.0/24', '--log-format', '%h, %t "%r"', '--timezone', '-03:30');
  const { asked } = await runStub([...words, '--since', '2026-11-21T22:00:00Z', '--until', '2026-11-22', 'a'], state);
  assert.deepEqual(asked[0], {
    paths: ['a'],
    workers: 2,
    home: ['203.0.113.0/24', '2001:db8::/32'],
    falsePerDay: 1,
    proxies: ['198.51.100.0/24'],
    logFormats: ['%h, %t "%r"'],
    zone: -210,
    known: 'label',
    bar: 31.5,
    since: Date.parse('2026-11-21T22:00:00Z') * 1000,
    until: Date.parse('2026-11-22T00:00:00Z') * 1000,
  });
});

test('a duration counts back from the end of the data', async (t) => {
  const { file } = scratch(t);
  const { asked } = await runStub(['--since', '10s', '--until', '0.5m', file], state);
  const end = (START + PROBES - 1) * 1e6;
  assert.deepEqual([asked[0].since, asked[0].until], [end - 10e6, end - 30e6]);
});

test('the environment sets options, the command line comes before it', async () => {
  const environment = { VEDETTE_WORKERS: '3', VEDETTE_HOME: '192.0.2.0/24,198.51.100.0/24', VEDETTE_FORMAT: 'ndjson' };
  const { asked, out } = await runStub(['--workers', '1', 'a'], state, { environment });
  assert.equal(asked[0].workers, 1);
  assert.deepEqual(asked[0].home, ['192.0.2.0/24', '198.51.100.0/24']);
  assert.match(out, /^\{/);
  const formats = { VEDETTE_LOG_FORMAT: '%h, %t "%r"\n$remote_addr [$msec] "$request"' };
  const { asked: other } = await runStub(['a'], state, { environment: formats });
  assert.deepEqual(other[0].logFormats, ['%h, %t "%r"', '$remote_addr [$msec] "$request"']);
  const { code, err } = await runStub(['a'], state, { environment: { VEDETTE_WORKERS: 'many' } });
  assert.equal(code, 2);
  assert.match(err, /VEDETTE_WORKERS/);
});

test('--fail-on findings is exit status 1 when there are any', async () => {
  assert.equal((await runStub(['--fail-on', 'findings', 'a'], state)).code, 1);
  const none = { result: { findings: [], summary: exampleSummary(), learned: exampleLearned(), skipped: [] } };
  assert.equal((await runStub(['--fail-on', 'findings', 'a'], state, none)).code, 0);
});

test('files of a folder that are left out are named, unless it is to be quiet', async () => {
  const result = { findings: [], summary: exampleSummary(), learned: exampleLearned(), skipped: ['logs/notes.txt'] };
  assert.match((await runStub(['logs'], state, { result })).err, /1 file left out.*: logs\/notes\.txt\n/);
  assert.equal((await runStub(['--quiet', 'logs'], state, { result })).err, '');
});

test('every mistake of usage is exit status 2, one line and a hint', async () => {
  const mistakes: [string[], RegExp][] = [
    [['--fromat', 'text'], /Did you mean "--format"/],
    [['--technique', 'T1595', 'findings'], /stands before its command\. Put it behind `vedette findings`/],
    [['--format', 'pdf', 'a'], /It takes text, ndjson or html/],
    [['--format'], /It takes text, ndjson or html/],
    [['--workers', '0', 'a'], /whole number from 1 to 64/],
    [['--workers', '1e3', 'a'], /whole number/],
    [['--home', '203.0.113.0/33', 'a'], /address prefix/],
    [['--home', '300.0.113.0/24', 'a'], /address prefix/],
    [['--home', '2001:db8::/129', 'a'], /address prefix/],
    [['--since', 'yesterday', 'a'], /a time such as/],
    [['--since', '24h', '-'], /read only once/],
    [['--fail-on', 'x', 'a'], /It takes findings/],
    [['--json=yes', 'a'], /vedette: /],
    [['explian', 'abc'], /Did you mean "explain"/],
    [['explain'], /`vedette explain` needs ID/],
    [['formats', 'extra'], /`vedette formats` takes fewer arguments/],
    [['findings', '--bar', '3'], /`vedette findings` has no option "--bar"\. `vedette findings --help`/],
    [['replay', '--speed', '1', '--shfit', 'a'], /Did you mean "--shift"/],
    [['wordlists', 'add'], /`vedette wordlists add` needs NAME/],
  ];
  for (const [words, expected] of mistakes) {
    const { code, out, err } = await runStub(words, state);
    assert.equal(code, 2, `${words.join(' ')} ${err}`);
    assert.match(err, expected);
    assert.equal(err.split('\n').length, 2, err);
    assert.equal(out, '');
  }
});

test('--color alone does not swallow the file after it', async () => {
  const { asked, out } = await runStub(['--color', 'a.pcap'], state);
  assert.deepEqual(asked[0].paths, ['a.pcap']);
  assert.match(out, /\x1b\[1m/);
  assert.doesNotMatch((await runStub(['--color', 'never', 'a'], state, { terminal: true })).out, /\x1b/);
});

test('colours follow the terminal, NO_COLOR and FORCE_COLOR', async () => {
  const coloured = async (terminal: boolean, environment: NodeJS.ProcessEnv): Promise<boolean> =>
    (await runStub(['a'], state, { terminal, environment })).out.includes('\x1b[');
  assert.equal(await coloured(true, {}), true);
  assert.equal(await coloured(false, {}), false);
  assert.equal(await coloured(true, { NO_COLOR: '1' }), false);
  assert.equal(await coloured(false, { FORCE_COLOR: '1' }), true);
  assert.equal(await coloured(true, { FORCE_COLOR: '0' }), false);
});

test('a progress bar only where a terminal watches, and wiped', async () => {
  const { err } = await runStub(['a'], state, { terminal: true });
  assert.match(err, /█+░+ {2}50 %/);
  assert.ok(err.endsWith('\r\x1b[K'));
  assert.equal((await runStub(['--quiet', 'a'], state, { terminal: true })).err, '');
});

test('the state is for its user alone', async () => {
  await runStub(['a'], state);
  assert.equal(statSync(join(state, 'vedette', 'last.ndjson')).mode & 0o777, 0o600);
  assert.equal(statSync(join(state, 'vedette')).mode & 0o777, 0o700);
});

test('a place for state that cannot be written is said, and fails nothing', async () => {
  const { code, err } = await runStub(['a'], '/dev/null');
  assert.equal(code, 0);
  assert.match(err, /could not be kept/);
});

test('help and formats name what there is', async () => {
  assert.match((await runStub(['--help'], state)).out, /analyze[\s\S]*explain[\s\S]*formats/);
  const { out } = await runStub(['help', 'analyze'], state);
  for (const flag of ['--format', '--home', '--false-per-day', '--bar', '--since', '--workers', '--fail-on'])
    assert.ok(out.includes(flag), flag);
  assert.match((await runStub(['formats'], state)).out, /pcapng[\s\S]*ndjson/);
  assert.match((await runStub(['--version'], state)).out, /^\d+\.\d+\.\d+\n$/);
});

test('payloads as files, ids and values leave nothing raw in either stream', async () => {
  const commands: ((payload: string) => string[])[] = [
    (payload) => [`./${payload}`],
    (payload) => ['--format', payload, 'a'],
    (payload) => [`--${payload}`],
    (payload) => ['explain', `./${payload}`],
    (payload) => ['explain', 'id', `./${payload}`],
    (payload) => ['formats', `./${payload}`],
    (payload) => ['help', `./${payload}`],
  ];
  for (const payload of PAYLOADS)
    for (const words of commands) {
      const { out, err } = await runStub(words(payload), '/dev/null');
      assert.doesNotMatch(out + err, HARMFUL, JSON.stringify(words(payload)));
    }
});
