import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Processes } from '../../../src/correlate/process/process.ts';
import { parseAddress } from '../../../src/record/address.ts';
import { range } from '../../support/contacts.ts';
import { observed, type Spec, START } from './executions.ts';

const OWN = '198.51.100.7';
const SVCHOST = 'C:\\Windows\\System32\\svchost.exe';
const kinds = (processes: Processes): string[] => processes.found().map(({ kind }) => kind);

/** A fleet at work, a connection every half a minute. */
const work = (days: number, from = 0): Spec[] =>
  [...range(days * 2880)].map((n) => ({
    at: from + n * 30,
    host: `pc${n % 5}`,
    own: `198.51.100.${n % 5}`,
    image: [SVCHOST, 'C:\\Program Files\\Chrome\\115.2\\chrome.exe', 'C:\\Windows\\System32\\lsass.exe'][n % 3],
    process: 1000 + (n % 3),
    peer: n % 3 === 2 ? '198.51.100.250' : `203.0.113.${n % 40}`,
    port: n % 3 === 2 ? 88 : 443,
  }));

const sweep = (count: number, more: Partial<Spec> = {}): Spec[] =>
  [...range(count)].map((n) => ({
    at: n,
    image: 'C:\\t\\a.exe',
    process: 4711,
    own: OWN,
    peer: `192.0.2.${n + 1}`,
    port: 445,
    ...more,
  }));

test('a scanner that starts is seen once, however often, with its words', () => {
  const starts = [...range(5)].map((n) => ({
    at: n,
    image: '/usr/bin/nmap',
    command: 'nmap -sn 192.0.2.0/24',
    process: n + 1,
  }));
  const [sighting, ...more] = observed([...starts, { at: 9, image: '/usr/bin/id', command: 'id' }]).found();
  assert.deepEqual(more, []);
  assert.deepEqual(
    [sighting.kind, sighting.host, sighting.rows[0].times, sighting.rows[0].bits, sighting.command],
    ['scanner', 'pc7', 5, 16, 'nmap -sn 192.0.2.0/24'],
  );
  assert.equal(sighting.first, START);
  assert.equal(sighting.address, undefined);
});

test('a process that goes from neighbour to neighbour, and how it was called', () => {
  const start = { at: 0, image: 'C:\\t\\a.exe', command: 'a.exe -sT -p 445 192.0.2.0/24', process: 4711 };
  const [sighting, ...more] = observed([start, ...sweep(60)]).found();
  assert.deepEqual(more, []);
  assert.equal(sighting.kind, 'fan-out');
  assert.deepEqual([...(sighting.address ?? [])], [...(parseAddress(OWN) ?? [])]);
  assert.match(sighting.rows[0].reason, /neighbour after neighbour at port 445 within an hour: 60/);
  assert.match(sighting.rows[1].reason, /nmap's arguments/);
  assert.ok(sighting.rows[0].bits > 20);
  assert.equal(sighting.last, START + 59e6);
});

test('port after port of one host', () => {
  const ports = [...range(40)].map((n) => ({ at: n, image: '/tmp/x', own: OWN, peer: '192.0.2.9', port: 20 + n }));
  const [sighting] = observed(ports).found();
  assert.ok(sighting.blocks[0].byPort && sighting.rows[0].bits > 20);
});

test('few neighbours, slow ones, those of all processes together, and a watcher are no fan-out', () => {
  assert.deepEqual(kinds(observed(sweep(15))), []);
  assert.deepEqual(kinds(observed(sweep(60).map((spec, n) => ({ ...spec, at: n * 600 })))), []);
  assert.deepEqual(kinds(observed(sweep(60).map((spec, n) => ({ ...spec, process: n })))), []);
  const rounds = [...range(10)].flatMap((round) => sweep(40).map((spec, n) => ({ ...spec, at: round * 60 + n })));
  assert.deepEqual(kinds(observed(rounds)), []);
  const served = sweep(60).map((spec) => ({ ...spec, accepted: true }));
  assert.deepEqual(kinds(observed(served)), []);
});

test('programs that talk to many for a good reason, day after day, hide no scanner that comes after them', () => {
  const browsers = [...range(300)].flatMap((n) =>
    sweep(16, { image: '/usr/bin/firefox', process: 5000 + n, port: 443 }).map((spec) => ({ ...spec, at: n * 900 })),
  );
  const at = 300 * 900;
  const scan = sweep(40).map((spec) => ({ ...spec, at: at + spec.at }));
  const start = { at: at + 99, image: '/usr/bin/nmap', command: 'nmap -sn 192.0.2.0/24', host: 'pc9', process: 3 };
  const found = observed([...browsers, ...scan, start]).found();
  assert.ok(found.some(({ kind }) => kind === 'scanner'));
  assert.ok(found.some(({ kind, image }) => kind === 'fan-out' && image === 'C:\\t\\a.exe'));
  assert.ok(found.length <= 1024);
});

test('an image that never talked is told once the profile is a day old, with its odds', () => {
  const odd = (at: number): Spec => ({ at, image: 'C:\\Temp\\x.exe', own: OWN, peer: '203.0.113.9', process: 9 });
  const [sighting] = observed([...work(2), odd(2 * 86_400)]).found();
  assert.equal(sighting.kind, 'first words');
  assert.match(
    sighting.rows[0].reason,
    /x\.exe.*never talked before \(profile of 2 d and 5761 connections; new were \d of the last \d+\)/,
  );
  assert.deepEqual(kinds(observed([...work(0.9), odd(86_000)])), []);
  const update = { ...odd(2 * 86_400), image: 'C:\\Program Files\\Chrome\\116.0\\chrome.exe' };
  assert.deepEqual(kinds(observed([...work(2), update])), []);
});

test('a known image that talks in a new way', () => {
  const [sighting] = observed([
    ...work(2),
    { at: 2 * 86_400, image: SVCHOST, own: OWN, peer: '203.0.113.9', port: 6667 },
  ]).found();
  assert.match(sighting.rows[0].reason, /did not connect to tcp\/6667 before/);
});

test('a program that speaks what its kind does not', () => {
  const spoken = (image: string, port: number): string[] =>
    kinds(observed([{ at: 0, image, own: OWN, peer: '192.0.2.9', port }]));
  assert.deepEqual(spoken('C:\\Windows\\notepad.exe', 445), ['other kind']);
  assert.deepEqual(spoken('C:\\Program Files\\Office16\\WINWORD.EXE', 22), ['other kind']);
  assert.deepEqual(spoken(SVCHOST, 445), []);
  assert.deepEqual(spoken('C:\\Windows\\notepad.exe', 443), []);
  assert.deepEqual(spoken('/usr/bin/ssh', 22), []);
});

test('who made the connections of an address: by time, by service, and with the words it was called with', () => {
  const start = { at: 90, image: 'C:\\t\\a.exe', command: 'a.exe --all', process: 4711 };
  const other = { at: 100, image: SVCHOST, own: OWN, peer: '203.0.113.9', port: 443 };
  const processes = observed([start, ...sweep(30).map((spec, n) => ({ ...spec, at: 100 + n })), other]);
  const words = parseAddress(OWN) as Uint32Array;
  const at = (seconds: number): number => START + seconds * 1e6;
  const smb = (6 << 16) | 445;
  assert.deepEqual(processes.of(words, at(100), at(130), [smb]), [
    'process 4711 C:\\t\\a.exe (command line: a.exe --all) on host pc7 made 30 connections then',
  ]);
  assert.equal(processes.of(words, at(100), at(130)).length, 2);
  assert.deepEqual(processes.of(words, at(4000), at(5000)), []);
  assert.deepEqual(processes.of(parseAddress('192.0.2.1') as Uint32Array, at(100), at(130)), []);
  assert.ok(processes.isHost(words) && !processes.isHost(parseAddress('192.0.2.1') as Uint32Array));
});

test('a scanner that was only seen to start is named for the host’s address', () => {
  const known = { at: 0, image: SVCHOST, own: OWN, peer: '203.0.113.9', port: 443 };
  const start = { at: 5000, image: '/usr/bin/masscan', command: 'masscan 192.0.2.0/24 -p22', process: 5 };
  const processes = observed([known, start]);
  const [why] = processes.of(parseAddress(OWN) as Uint32Array, START + 5010e6, START + 5100e6, [(6 << 16) | 22]);
  assert.match(
    why,
    /masscan 192\.0\.2\.0\/24 -p22\) on host pc7 was started then: masscan, which looks for open ports/,
  );
});

test('the same for any cut, and bounded under floods of names, processes and targets', () => {
  const specs = [...work(1.2), ...sweep(60, {}).map((spec) => ({ ...spec, at: spec.at + 1.2 * 86_400 }))];
  assert.deepEqual(observed(specs, 7).found(), observed(specs, 4000).found());
  const flood = [...range(30_000)].map((n) => ({
    at: n,
    host: `h${n}`,
    image: `/tmp/nmap-${n}/x${n % 9}y`,
    command: `x${n} -sS -Pn 192.0.2.${n % 256}`,
    process: n,
    ...(n % 2 === 0 && { own: `198.18.${n >> 8}.${n & 255}`, peer: `203.${n >> 8}.113.${n & 255}`, port: n & 0x7fff }),
  }));
  assert.ok(observed(flood).found().length <= 256);
});
