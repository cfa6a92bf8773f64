import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlowRecord, UNTOLD } from '../../../src/input/flow/flow-record.ts';
import { partFlags } from '../../../src/input/flow/part-flags.ts';
import { parseAddress } from '../../../src/record/address.ts';
import { TCP } from '../../../src/record/protocols.ts';

const LETTERS = Array.from('FSRPAU');
const flagsOf = (letters: string): number =>
  LETTERS.reduce((sum, letter, bit) => (letters.includes(letter) ? sum | (1 << bit) : sum), 0);
const lettersOf = (flags: number): string => LETTERS.filter((_, bit) => (flags & (1 << bit)) !== 0).join('');

/** Flags of both sides, after packets/bytes there and back under the flags of the record. */
function parts(flags: string, there: string, back: string, ports = [51000, 80], source = '192.0.2.7'): string {
  const flow = new FlowRecord();
  flow.address.set(parseAddress(source) as Uint32Array, 0);
  flow.address.set(parseAddress('203.0.113.10') as Uint32Array, 4);
  flow.protocol = TCP;
  [flow.sourcePort, flow.targetPort] = ports;
  flow.flags = flagsOf(flags);
  [flow.packets, flow.bytes] = there.split('/').map(Number);
  [flow.packetsBack, flow.bytesBack] = back.split('/').map(Number);
  partFlags(flow);
  return flow.flagsBack === UNTOLD ? 'untouched' : `${lettersOf(flow.flags)} ${lettersOf(flow.flagsBack)}`;
}

test('one field of flags for both ways: what each side must have sent', () => {
  // refused: the reset alone, the SYN alone, or both together
  for (const flags of ['RA', 'S', 'SRA']) assert.equal(parts(flags, '1/44', '1/40'), 'S RA', flags);
  // half open: a SYN-ACK has an option
  assert.equal(parts('SRA', '2/84', '1/44'), 'SR SA');
  assert.equal(parts('SA', '2/84', '1/44'), 'S SA');
  assert.equal(parts('SA', '4/300', '3/400'), 'SA SA');
  assert.equal(parts('FSPA', '6/800', '5/3000'), 'FSPA FSPA');
  assert.equal(parts('SR', '6/800', '5/3000'), 'SRA SRA');
  // probes without SYN
  assert.equal(parts('F', '1/40', '1/40'), 'F RA');
  assert.equal(parts('FPU', '1/40', '1/40'), 'FPU RA');
  // a reset without ACK answers a segment that had one: of a service that nobody asked, or a probe
  assert.equal(parts('R', '1/44', '1/40', [443, 51000]), 'SA R');
  assert.equal(parts('R', '1/40', '1/40'), 'A R');
  assert.equal(parts('RA', '1/64', '1/60', [51000, 80], '2001:db8::7'), 'S RA');
});

test('one way, or flags of both sides: nothing to part', () => {
  assert.equal(parts('S', '1/44', '0/0'), 'untouched');
  assert.equal(parts('S', '1/44', '-1/0'), 'untouched');
});
