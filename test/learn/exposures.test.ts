import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalExposure, TELLINGS_SHOWN } from '../../src/finding/exposure-key.ts';
import { exposureSchema } from '../../src/finding/exposure.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { timeText } from '../../src/finding/time.ts';
import { exposuresOf } from '../../src/learn/exposures.ts';
import { Surface } from '../../src/learn/surface.ts';
import { Outcome } from '../../src/record/contact.ts';
import { exampleFinding } from '../finding/example.ts';
import { type ContactSpec, contacts, exchange, range, START } from '../support/contacts.ts';
import { homeOf } from '../support/judge.ts';

const SERVER = '192.0.2.1';
const nameOf = (protocol: number): string => (protocol === 6 ? 'tcp' : 'udp');

function surfaceOf(specs: readonly ContactSpec[]): Surface {
  const surface = new Surface(7);
  surface.at(homeOf(['192.0.2.0/24']).match);
  const batch = contacts(specs);
  surface.contacts(batch, 0, batch.count);
  return surface;
}

const open = (over: Partial<ContactSpec> = {}): ContactSpec => ({
  from: '203.0.113.9',
  to: SERVER,
  port: 22,
  outcome: Outcome.answered,
  ...over,
});

/** A finding that was told of SERVER's port 22 so many seconds after START. */
function told(address: string, seconds: number, over: Partial<Finding> = {}): Finding {
  const fact = {
    address: SERVER,
    protocol: 'tcp',
    port: 22,
    state: 'open',
    at: timeText(START + seconds * 1e6),
    firstTime: true,
  } as const;
  return exampleFinding({
    id: `scan-${address.replaceAll('.', '')}`,
    source: { address, proven: true },
    learned: [fact],
    ...over,
  });
}

test('an exposure tells when it opened, who was told first and how soon, and how many know it', () => {
  const [one, ...others] = exposuresOf(
    surfaceOf([open({ at: 0 }), open({ at: 300 })]),
    [told('203.0.113.20', 240), told('203.0.113.9', 120)],
    START,
    nameOf,
  ).filter(({ what }) => what === 'service');
  assert.deepEqual(others, []);
  assert.equal(one.firstSeen, timeText(START));
  assert.equal(one.lastSeen, timeText(START + 300e6));
  assert.equal(one.scanners, 2);
  assert.deepEqual([one.firstTold?.source, one.firstTold?.minutes], ['203.0.113.9', 2]);
  assert.equal(one.lastTold, timeText(START + 240e6));
});

test('what a scanner was told counts although the ledger had no room for it', () => {
  const [one] = exposuresOf(new Surface(1), [told('203.0.113.9', 5)], START, nameOf);
  assert.deepEqual([one.address, one.port, one.firstSeen, one.use], [SERVER, 22, timeText(START + 5e6), null]);
});

test('scanners are no clients, and what strangers told one of ours is not our surface', () => {
  const surface = surfaceOf(exchange(open()));
  const [one] = exposuresOf(surface, [told('203.0.113.9', 5)], START, nameOf);
  assert.equal(one.use?.clients, 0);
  const [other] = exposuresOf(surface, [], START, nameOf);
  assert.equal(other.use?.clients, 1);
  const abroad = told(SERVER, 5);
  abroad.learned[0].address = '203.0.113.80';
  assert.deepEqual(exposuresOf(surfaceOf([]), [abroad], START, nameOf), []);
});

test('a campaign counts as one where no finding of a member says the same', () => {
  const members = [...range(3)].map((n) => ({ address: `203.0.113.${n}`, probes: 1 }));
  const campaign = told('0', 9, { id: 'crowd-1', kind: 'campaign', source: null, members });
  const surface = surfaceOf([open()]);
  const [alone] = exposuresOf(surface, [campaign], START, nameOf);
  assert.deepEqual([alone.scanners, alone.firstTold?.source], [1, null]);
  const [both] = exposuresOf(surface, [campaign, told('203.0.113.1', 20)], START, nameOf);
  assert.deepEqual([both.scanners, both.firstTold?.source], [1, '203.0.113.1']);
});

test('told ones come first; the written form keeps to the schema and its bounds', () => {
  const findings = [...range(50)].map((n) => told(`198.18.0.${n}`, n));
  const all = exposuresOf(surfaceOf([open(), open({ port: 1 }), open({ port: 99 })]), findings, START, nameOf);
  assert.deepEqual(
    all.filter(({ what }) => what === 'service').map(({ port }) => port),
    [22, 1, 99],
  );
  assert.equal(all[0].scanners, 50);
  for (const exposure of all.map(canonicalExposure)) {
    assert.ok(exposureSchema.safeParse(exposure).success);
    assert.ok(exposure.toldTo.length <= TELLINGS_SHOWN);
  }
});

test('a path that two inputs told of is one, with what both know', () => {
  const base = {
    protocol: 'tcp',
    state: 'open',
    service: 'http',
    path: '/admin',
    status: 200,
    firstTime: true,
  } as const;
  const named = { ...base, address: 'www.example.com', host: 'www.example.com', bytes: 249, at: timeText(START) };
  const there = { ...base, address: SERVER, port: 80, host: 'www.example.com', bytes: 10, at: timeText(START + 5e5) };
  const finding = (address: string, learned: Finding['learned']): Finding => told(address, 0, { learned });
  const all = exposuresOf(
    new Surface(1),
    [finding('203.0.113.9', [there, named]), finding('203.0.113.10', [named])],
    START,
    nameOf,
  );
  assert.equal(all.length, 1);
  const [{ address, port, firstSeen, scanners, toldTo }] = all;
  assert.deepEqual([address, port, firstSeen, scanners, toldTo.length], [SERVER, 80, timeText(START), 2, 2]);
});
