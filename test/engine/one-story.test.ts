import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RunResult } from '../../src/engine/options.ts';
import { run } from '../../src/engine/run.ts';
import { scratch } from '../input/scratch.ts';
import { BEGIN, GUESSER, PORT_SCANNER, story, tellers, UNLUCKY, WORD_SCANNER } from '../support/story.ts';

/** What the inputs of these names tell, each with its clock so many seconds ahead. */
async function told(context: TestContext, ahead: Readonly<Record<string, number>>): Promise<RunResult> {
  const folder = scratch(context);
  const paths = Object.entries(ahead).map(([name, seconds]) => {
    const path = join(folder, name);
    writeFileSync(path, tellers[name](story().map((visit) => ({ ...visit, at: visit.at + seconds }))));
    utimesSync(path, BEGIN + 86_400, BEGIN + 86_400);
    return path;
  });
  return run({ paths, workers: 1, home: ['203.0.113.0/24'], falsePerDay: 1, wordlists: () => [] });
}

const right = (names: readonly string[]): Record<string, number> => Object.fromEntries(names.map((name) => [name, 0]));
const ALL = Object.keys(tellers);
const SCANNERS = [PORT_SCANNER, WORD_SCANNER];

const findingOf = ({ findings }: RunResult, source: string): RunResult['findings'][number] | undefined =>
  findings.find((finding) => finding.kind === 'scan' && finding.source?.address === source);
const probesOf = (result: RunResult, source: string): number => findingOf(result, source)?.probes ?? 0;
const bitsOf = (result: RunResult, source: string): number => findingOf(result, source)?.bits ?? 0;

let singles: Promise<RunResult[]> | undefined;
/** Every input alone. */
const alone = (context: TestContext): Promise<RunResult[]> => {
  singles ??= (async () => {
    const results: RunResult[] = [];
    for (const name of ALL) results.push(await told(context, right([name])));
    return results;
  })();
  return singles;
};

const best = (results: readonly RunResult[], of: (result: RunResult) => number): number => Math.max(...results.map(of));

/** What was counted with all inputs together is what the best of them counts, but for a few that none could know. */
async function assertOnce(context: TestContext, together: RunResult, spare: number): Promise<void> {
  const results = await alone(context);
  for (const source of SCANNERS) {
    const most = best(results, (result) => probesOf(result, source));
    const probes = probesOf(together, source);
    assert.ok(probes >= most && probes <= most + spare, `${source}: ${probes} probes, the best input has ${most}`);
    const bits = bitsOf(together, source);
    const strongest = best(results, (result) => bitsOf(result, source));
    assert.ok(bits >= 20 && bits <= 1.03 * strongest, `${source}: ${bits} bits, the best input has ${strongest}`);
  }
  assert.equal(findingOf(together, UNLUCKY), undefined, 'four dead links are four, however often they are told');
}

test('each input tells the story by itself', async (context) => {
  const results = await alone(context);
  for (const [at, name] of ALL.entries()) {
    const [counts] = results[at].summary.inputs;
    assert.equal(counts.used, counts.records, `${name}: all is used`);
    assert.equal(findingOf(results[at], UNLUCKY), undefined, name);
  }
  const seenBy = (source: string): string[] => ALL.filter((_, at) => findingOf(results[at], source));
  assert.deepEqual(seenBy(PORT_SCANNER), ['capture.pcap', 'kern.log', 'conn.log', 'eve.json', 'flows.csv']);
  assert.deepEqual(seenBy(WORD_SCANNER), ['capture.pcap', 'access.log', 'access-vhost.log', 'error.log', 'eve.json']);
});

test('all inputs together count what the best of them counts, and no bit more', async (context) => {
  await assertOnce(context, await told(context, right(ALL)), 0);
});

test('two logs of one web server count once', async (context) => {
  const results = await alone(context);
  const together = await told(context, right(['access.log', 'access-vhost.log']));
  assert.equal(probesOf(together, WORD_SCANNER), probesOf(results[ALL.indexOf('access.log')], WORD_SCANNER));
});

test('a line of sshd that stands in the journal and in a file of syslog counts once', async (context) => {
  const once = (await alone(context))[ALL.indexOf('auth.log')];
  const twice = await told(context, right(['auth.log', 'journal.json']));
  assert.equal(twice.summary.contacts, once.summary.contacts);
  assert.ok(once.summary.contacts >= 25, GUESSER);
});

test('a copy that tells how a contact ended takes the place of one that does not', async (context) => {
  const [known] = await alone(context);
  const both = await told(context, right(['kern.log', 'capture.pcap']));
  const learned = (result: RunResult): unknown[] =>
    findingOf(result, PORT_SCANNER)?.learned.map(({ address, port, state }) => [address, port, state]) ?? [];
  assert.ok(learned(known).length > 0);
  assert.deepEqual(learned(both), learned(known));
  assert.equal(bitsOf(both, PORT_SCANNER), bitsOf(known, PORT_SCANNER));
});

test('clocks that are wrong are noticed and told, and copies are copies all the same', async (context) => {
  const ahead = { ...right(ALL), 'access-vhost.log': 7, 'error.log': 7200, 'kern.log': -3600 };
  const together = await told(context, ahead);
  const clocks = together.summary.clocks.map(({ input, other, aheadSeconds }) => ({
    names: [input, other].map((path) => path.slice(path.lastIndexOf('/') + 1)),
    seconds: Math.abs(Math.round(aheadSeconds)),
  }));
  const skewOf = (one: string, other: string): number | undefined =>
    clocks.find(({ names }) => names.includes(one) && names.includes(other))?.seconds;
  assert.equal(skewOf('access.log', 'access-vhost.log'), 7);
  assert.equal(skewOf('access.log', 'error.log'), 7200);
  assert.equal(skewOf('kern.log', 'conn.log'), 3600);
  await assertOnce(context, together, 20);
});

test('one clock an hour ahead, between two inputs alone, costs nobody a bit', async (context) => {
  for (const name of ['access-vhost.log', 'capture.pcap'])
    await assertWordsOnce(context, await told(context, { 'access.log': 3600, [name]: 0 }));
});

async function assertWordsOnce(context: TestContext, together: RunResult): Promise<void> {
  const results = await alone(context);
  const most = best(results, (result) => probesOf(result, WORD_SCANNER));
  const probes = probesOf(together, WORD_SCANNER);
  assert.ok(probes >= 60 && probes <= most + 20, `${probes} probes, not ${most}`);
  assert.ok(bitsOf(together, WORD_SCANNER) <= best(results, (result) => bitsOf(result, WORD_SCANNER)) * 1.03);
  assert.equal(findingOf(together, UNLUCKY), undefined);
}
