import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Detector } from '../../src/detect/detector.ts';
import { MARKS } from '../../src/detect/mark-table.ts';
import { marks } from '../../src/detect/marks.ts';
import { misses } from '../../src/detect/misses.ts';
import { novelty } from '../../src/detect/novelty.ts';
import { stray } from '../../src/detect/stray.ts';
import { State } from '../../src/ledger/knowledge.ts';
import { Rates, Way } from '../../src/ledger/rates.ts';
import { allocateContacts, type ContactBatch, Method, Outcome } from '../../src/record/contact.ts';
import { binomialTail } from '../support/chance.ts';
import { contacts, put, randomOf, range, START } from '../support/contacts.ts';
import { Alone } from '../support/judge.ts';

/*
 * The bound that everything rests on: an account of a benign source reaches 2^b within n first contacts with probability
 * at most n ÷ 2^b. First by arithmetic (every factor's expectation is at most 1), then by simulation.
 */

/** The factors that a detector multiplies in for one contact; all 1 when it charges nothing. */
function factorsOf(detector: Detector, prepare: (alone: Alone, batch: ContactBatch) => void): Float64Array {
  const alone = new Alone(detector, 1);
  const batch = contacts([{ from: 1, to: 2 }]);
  prepare(alone, batch);
  alone.observe(batch);
  return alone.charges[0]?.factors ?? new Float64Array(detector.components).fill(1);
}

test('misses: the expectation of every factor is at most 1 for every true chance up to p0', () => {
  const chance = fc.double({ min: 1e-4, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(chance, fc.double({ min: 0, max: 1, noNaN: true }), (p0, part) => {
      const at = (missed: number): Float64Array =>
        factorsOf(misses, ({ admission }) => {
          admission.p0[0] = p0;
          admission.missed[0] = missed;
        });
      const [hit, miss] = [at(0), at(1)];
      const p = part * p0;
      for (let j = 0; j < hit.length; j += 1) assert.ok(p * miss[j] + (1 - p) * hit[j] <= 1 + 1e-9);
    }),
  );
});

test('misses: p0 may be larger for a miss than for a hit of the same target', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      fc.double({ min: 0, max: 0.49, noNaN: true }),
      (low, more) => {
        const at = (p0: number, missed: number): Float64Array =>
          factorsOf(misses, ({ admission }) => {
            admission.p0[0] = p0;
            admission.missed[0] = missed;
          });
        const [hit, miss] = [at(low, 0), at(low + more, 1)];
        for (let j = 0; j < hit.length; j += 1) assert.ok(low * miss[j] + (1 - low) * hit[j] <= 1 + 1e-9);
      },
    ),
  );
});

/** A contact that says nothing against its source, and one that holds a mark. */
const HOLDS: readonly (readonly [name: string, change: (batch: ContactBatch) => void])[] = [
  ['IP id 54321', ({ ipId }) => void ipId.fill(54321)],
  ['sequence number = target address', ({ seq }) => void seq.fill(2)],
  ['SYN without options', ({ options }) => void options.fill(0)],
];

test('marks: the expectation of every factor is 1 where the relation holds with the chance it is said to have', () => {
  const without = factorsOf(marks, () => {});
  for (const [name, change] of HOLDS) {
    const mark = MARKS.findIndex((spec) => spec.name === name);
    const held = factorsOf(marks, (_, batch) => change(batch));
    const p0 = 2 ** -MARKS[mark].bits;
    for (const p of [0, p0 / 2, p0]) assert.ok(p * held[mark] + (1 - p) * without[mark] <= 1 + 1e-9, name);
    assert.ok(held[mark] > 1, name);
  }
});

test('novelty: the expectation of each scale’s factors is at most 1 for arrivals up to its rate', () => {
  const at = (seconds: number): Float64Array => {
    const alone = new Alone(novelty, 1, 2);
    alone.admission.account.fill(0);
    const batch = contacts([
      { from: 1, to: 2, at: 0 },
      { from: 1, to: 3, at: seconds },
    ]);
    alone.observe(batch, 0, 1);
    alone.observe(batch, 1, 2);
    return alone.charges[0].factors;
  };
  const rates = [3 / 60, 12 / 3600, 24 / 86_400, 60 / 2_592_000];
  for (const [scale, fastest] of rates.entries())
    for (const rate of [fastest, fastest / 3]) {
      // Mean over quantiles of the gap, which is exponential.
      const steps = 1000;
      const means = [0, 0];
      for (const step of range(steps)) {
        const factors = at(-Math.log(1 - (step + 0.5) / steps) / rate);
        for (const j of [0, 1]) means[j] += factors[2 * scale + j] / steps;
      }
      for (const mean of means) assert.ok(mean < 1.005, `scale ${scale}: ${mean}`);
    }
});

test('novelty: the first target of a source, of which no gap is known, weighs nothing', () => {
  const factors = factorsOf(novelty, () => {});
  for (const factor of factors) assert.ok(factor <= 1 + 1e-9, `${factor}`);
});

test('stray: the expectation is at most 1 for a source whose oddities come as often as is said', () => {
  const odd = factorsOf(stray, (_, { method }) => void method.fill(Method.tcpFin));
  const usual = factorsOf(stray, ({ accounts }) => void accounts.bits.fill(3));
  for (let j = 0; j < odd.length; j += 1) assert.ok(0.02 * odd[j] + 0.98 * usual[j] <= 1 + 1e-9, `${j}`);
});

// ── by simulation ──

/** The share of accounts that may reach 2^b is not exceeded by more than chance allows once in a million tests. */
function holdsBound(best: Float64Array, contactsEach: number, what: string): void {
  for (let b = 4; b <= 10; b += 1) {
    const reached = best.filter((bits) => bits >= b).length;
    const bound = Math.min(1, contactsEach * 2 ** -b);
    assert.ok(
      binomialTail(best.length, reached, bound) > 1e-6,
      `${what}, b ${b}: ${reached} of ${best.length}, bound ${bound}`,
    );
  }
}

/** Shows each account one contact a round; returns the most bits that each ever had. */
function simulate(
  detector: Detector,
  accounts: number,
  rounds: number,
  contact: (alone: Alone, row: number, batch: ContactBatch) => void,
): Float64Array {
  const alone = new Alone(detector, accounts);
  alone.keep = false;
  const batch = allocateContacts(accounts);
  for (const n of range(accounts)) put(batch, { from: n, to: n });
  for (const n of range(accounts)) alone.admission.account[n] = n;
  const best = new Float64Array(accounts);
  for (let round = 0; round < rounds; round += 1) {
    for (const n of range(accounts)) contact(alone, n, batch);
    alone.observe(batch);
    for (const n of range(accounts)) best[n] = Math.max(best[n], alone.bits(n));
  }
  return best;
}

for (const rounds of [4, 40])
  test(`misses: benign sources that miss as often as they may, ${rounds} contacts each`, () => {
    const rates = new Rates();
    const random = randomOf(rounds);
    const states = [State.unknown, State.dark, State.alive, State.closed, State.open];
    const best = simulate(misses, 20_000, rounds, ({ admission }, row) => {
      const p0 = rates.p0(Way.inward, states[Math.floor(random() * states.length)]);
      admission.p0[row] = p0;
      admission.missed[row] = random() < p0 ? 1 : 0;
    });
    holdsBound(best, rounds, 'misses');
    assert.ok(
      best.some((bits) => bits >= 4),
      'the simulation can fail',
    );
  });

test('misses: sources that miss four times as often as they may break the bound', () => {
  const random = randomOf(2);
  const best = simulate(misses, 20_000, 40, ({ admission }, row) => {
    admission.p0[row] = 0.02;
    admission.missed[row] = random() < 0.08 ? 1 : 0;
  });
  assert.throws(() => holdsBound(best, 40, 'misses'), assert.AssertionError);
});

test('marks: sources with headers drawn at random', () => {
  const random = randomOf(9);
  const word = (): number => Math.floor(random() * 2 ** 32);
  const best = simulate(marks, 20_000, 12, (_, row, batch) => {
    batch.seq[row] = word();
    batch.ipId[row] = word();
    batch.sourcePort[row] = 32768 + (word() & 0x7fff);
    batch.window[row] = word();
    batch.options[row] = word();
    batch.address[row * 8 + 7] = word();
    batch.targetPort[row] = word();
  });
  holdsBound(best, 12, 'marks');
});

test('novelty: sources whose new targets come at the slowest of the rates', () => {
  const random = randomOf(5);
  const clock = new Float64Array(20_000).fill(START);
  const best = simulate(novelty, 20_000, 30, (_, row, batch) => {
    clock[row] += (-Math.log(1 - random()) * 2_592_000e6) / 60;
    batch.time[row] = clock[row];
  });
  holdsBound(best, 30, 'novelty');
});

test('novelty: contacts that are told out of order weigh as in order', () => {
  const told = (times: readonly number[]): number => {
    const alone = new Alone(novelty, 1, 1);
    for (const [n, at] of times.entries()) alone.observe(contacts([{ from: 1, to: n, at }]));
    return alone.bits(0);
  };
  const inOrder = [...range(64)].map((n) => n * 4 * 3600);
  const byShard = [...range(16)].flatMap((shard) => inOrder.filter((_, n) => n % 16 === shard));
  assert.ok(told(byShard) > told(inOrder) - 3, `${told(byShard)} ${told(inOrder)}`);
});

test('marks: a relation of 16 bits and more is as rare among random headers as it is said to be', () => {
  const random = randomOf(4);
  const word = (): number => Math.floor(random() * 2 ** 32);
  const rounds = 400;
  const held = new Float64Array(MARKS.length);
  const alone = new Alone(marks, 1000);
  const observer = alone.observer as ReturnType<typeof marks.create>;
  const batch = allocateContacts(1000);
  for (const n of range(1000)) put(batch, { from: n, to: n });
  for (const n of range(1000)) alone.admission.account[n] = n;
  alone.keep = false;
  for (let round = 0; round < rounds; round += 1) {
    for (const row of range(1000)) {
      batch.seq[row] = word();
      batch.ipId[row] = word();
      batch.address[row * 8 + 7] = word();
      batch.targetPort[row] = word();
    }
    alone.observe(batch);
  }
  for (const [at, count] of observer.held.entries()) held[at % MARKS.length] += count;
  for (const [mark, { name, bits }] of MARKS.entries())
    if (bits >= 16) assert.ok(binomialTail(rounds * 1000, held[mark], 2 ** -bits) > 1e-6, `${name}: ${held[mark]}`);
});

// ── habits: what a source does once it does always ──

/** Bits of the marks stream after a client visited so many services that answered, all in the same manner. */
function afterVisits(count: number, header: Parameters<typeof put>[1] | object): number {
  const alone = new Alone(marks, 1, count);
  const batch = contacts(
    [...range(count)].map((n) => ({ from: 1, to: 0xc0000201 + n, port: 443, outcome: Outcome.answered, ...header })),
  );
  alone.admission.account.fill(0);
  for (const row of range(count)) alone.observe(batch, row, row + 1);
  return alone.bits(0);
}

test('a device whose SYN has no options may visit twelve services of ours', () => {
  assert.ok(afterVisits(12, { options: 0 }) < 18, `${afterVisits(12, { options: 0 })}`);
});

test('a Windows host that pings six hosts (one identifier, one counter) is no scanner by its headers', () => {
  const alone = new Alone(marks, 1, 6);
  const seqs = [...range(6)].map((n) => (1 << 16) | (300 + n));
  const batch = contacts(
    seqs.map((seq, n) => ({
      from: 1,
      to: 0xc0000201 + n,
      protocol: 1,
      method: Method.icmpEcho,
      port: 8,
      seq,
      length: 32,
    })),
  );
  for (const row of range(6)) alone.observe(batch, row, row + 1);
  assert.ok(alone.bits(0) < 18, `${alone.bits(0)}`);
});

test('people behind one address at two distances are no scanner by their TTLs', () => {
  const alone = new Alone(marks, 1, 30);
  const random = randomOf(6);
  const batch = contacts(
    [...range(30)].map((n) => ({ from: 1, to: 0xc0000201 + n, port: 443, ttl: random() < 0.5 ? 52 : 49 })),
  );
  for (const row of range(30)) alone.observe(batch, row, row + 1);
  assert.ok(alone.bits(0) < 18, `${alone.bits(0)}`);
});

test('an ordinary client is never charged for its headers', () => {
  assert.ok(afterVisits(200, {}) <= 1);
});
