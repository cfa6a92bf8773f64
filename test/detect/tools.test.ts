import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MARKS, Mark } from '../../src/detect/mark-table.ts';
import { toolOf } from '../../src/detect/tools.ts';
import { Dossier } from '../../src/ledger/dossier.ts';
import { Method, Outcome, Proof } from '../../src/record/contact.ts';
import { HINTS } from '../../src/record/hint.ts';
import { contacts, type ContactSpec, range } from '../support/contacts.ts';

const PROBES = 40;

/** The name of the tool whose probes held these marks with these shares. */
function named(
  shares: Partial<Record<keyof typeof Mark, number>>,
  rest: Partial<ContactSpec> = {},
  hint = 0,
): string | undefined {
  const dossier = new Dossier(0, new Uint32Array(4), 1);
  const batch = contacts([...range(PROBES)].map((n) => ({ from: 1, to: n, port: n, ...rest })));
  for (const row of range(PROBES)) dossier.observe(batch, row, true, false);
  const asked = new Uint32Array(MARKS.length).fill(PROBES);
  const held = new Uint32Array(MARKS.length);
  for (const [name, share] of Object.entries(shares)) held[Mark[name as keyof typeof Mark]] = share * PROBES;
  return toolOf({ asked, held, at: 0 }, dossier, hint)?.name;
}

test('a tool is named by the relation that only it makes', () => {
  assert.equal(named({ masscanId: 1 }), 'masscan');
  assert.equal(named({ zmapId: 1, zmapShape: 1 }), 'zmap');
  assert.equal(named({ seqTarget: 1 }), 'mirai');
  assert.equal(named({ seqXorFlow: 1 }), 'unicornscan');
  assert.equal(named({ nmapShape: 1, seqSame: 0.9, portSame: 0.9 }), 'nmap');
  assert.equal(named({ nmapOs: 0.1 }), 'nmap');
  assert.equal(named({ hpingShape: 1, bareSyn: 1 }), 'hping3');
  assert.equal(named({ echoCount: 1 }, { protocol: 1, method: Method.icmpEcho }), 'fping');
});

test('the tool with the most bits wins: masscan’s relation against nmap’s window', () => {
  assert.equal(named({ masscanId: 1, nmapShape: 1, seqSame: 0.1 }), 'masscan');
  assert.equal(named({ nmapShape: 1, hpingShape: 0, seqSame: 1, bareSyn: 0 }), 'nmap');
});

test('marks that hold for few of the probes name nobody', () => {
  for (const mark of ['masscanId', 'zmapId', 'seqTarget', 'seqXorFlow', 'hpingShape'] as const)
    assert.equal(named({ [mark]: 0.4 }), undefined, mark);
  assert.equal(named({}), undefined);
  assert.equal(named({ bareSyn: 1 }), undefined, 'what many programs do');
});

test('what its requests say counts, unless its packets say more', () => {
  const sipvicious = HINTS.findIndex(({ tool }) => tool === 'sipvicious');
  assert.equal(named({}, {}, sipvicious), 'sipvicious');
  assert.equal(named({ zmapId: 1 }, {}, sipvicious), 'zmap');
  const untold = HINTS.findIndex(({ name, tool }) => name !== '' && tool === undefined);
  assert.equal(named({}, {}, untold), undefined);
});

test('ARP sweeps are named for what sends them', () => {
  assert.equal(named({}, { protocol: 0, method: Method.arp }), 'nmap or arp-scan');
});

test('a connect scan is named when every connection is broken off', () => {
  const dossier = new Dossier(0, new Uint32Array(4), 1);
  const batch = contacts(
    [...range(PROBES)].map((n) => ({ from: 1, to: 1, port: n, outcome: Outcome.answered, proof: Proof.handshake })),
  );
  for (const row of range(PROBES)) dossier.observe(batch, row, true, false);
  const none = { asked: new Uint32Array(MARKS.length), held: new Uint32Array(MARKS.length), at: 0 };
  assert.equal(toolOf(none, dossier, 0), null);
  dossier.brokenOff = PROBES;
  assert.equal(toolOf(none, dossier, 0)?.name, 'nmap');
});

test('bits of a tool are bounded, and its marks are said', () => {
  const asked = new Uint32Array(MARKS.length).fill(10_000);
  const held = new Uint32Array(MARKS.length);
  held[Mark.masscanId] = 10_000;
  const tool = toolOf({ asked, held, at: 0 }, new Dossier(0, new Uint32Array(4), 1), 0);
  assert.equal(tool?.bits, 256);
  assert.deepEqual(tool?.marks, [MARKS[Mark.masscanId].name]);
});
