import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailServices, usedByOthers } from '../../../src/engine/account/missed-services.ts';
import type { Dossier } from '../../../src/ledger/dossier.ts';
import { type ContactSpec, exchange, range } from '../../support/contacts.ts';
import { judged, type Judged } from '../../support/judge.ts';

const HERE = 0xc0000200;
const SUSPECT = 0x50000005;

/** Six services of ours, and what a source of theirs that is suspected has missed before they were used by three others. */
function story(missed: readonly Partial<ContactSpec>[]): Judged & { readonly dossier: Dossier } {
  const specs = missed.map((one, n) => ({
    from: SUSPECT,
    to: HERE + 1 + (n % 6),
    port: 2000 + (n % 6),
    at: n,
    ...one,
  }));
  const users = [...range(3)].flatMap((n) =>
    [...range(6)].flatMap((m) =>
      exchange({ from: 0x51000000 + n * 0x10101, to: HERE + 1 + m, port: 2000 + m, at: 500 + n * 20 + m }),
    ),
  );
  const all = judged([...specs, ...users], { bar: 8 });
  const verdict = all.judge.verdicts.find(({ dossier }) => dossier.source[3] === SUSPECT);
  assert.ok(verdict, 'it is over the bar');
  return { ...all, dossier: verdict.dossier };
}

test('targets that were missed and that others use later are told from those that nobody uses', () => {
  const down = story([...range(6)].map(() => ({})));
  assert.deepEqual(usedByOthers(down.dossier, down.ledger.knowledge), { targets: 6, used: 6, dead: 0 });
  const guesses = story([...range(12)].map((n) => (n < 6 ? {} : { port: 4000 + n })));
  assert.deepEqual(usedByOthers(guesses.dossier, guesses.ledger.knowledge), { targets: 12, used: 6, dead: 6 });
});

test('ports of mail count while nothing else but web pages is tried', () => {
  const at = (ports: readonly number[]): number =>
    mailServices(story(ports.map((port) => ({ port, to: HERE + 9 }))).dossier);
  const mail = [25, 110, 143, 465, 587, 993, 995];
  assert.equal(at([...mail, 80, 443]), 7);
  assert.equal(at([...mail, 22]), 0);
});
