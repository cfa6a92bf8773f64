import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAddress } from '../../src/record/address.ts';
import { parsePrefix } from '../../src/table/prefix.ts';
import { Known, type OwnPrefix, recognise } from '../../src/triage/known.ts';

const at = (text: string): Uint32Array => parseAddress(text) as Uint32Array;
const LISTS = new URL('../../data/known/known.bin', import.meta.url);
const NOW = 1.8e15;

const own = (prefix: string, name: string, until = Number.POSITIVE_INFINITY): OwnPrefix => ({
  ...(parsePrefix(prefix) as { words: Uint32Array; bits: number }),
  prefix,
  from: 'own.txt',
  name,
  until,
});

/** Lists as the file has them: one /24 of scanners, two of a cloud, one /32 of IPv6. */
function file(): Uint8Array {
  const head = [
    { name: 'looks', kind: 'research', version: '1', v4: 1, v6: 1 },
    { name: 'rents', kind: 'cloud', version: '2', v4: 2, v6: 0 },
  ];
  const number = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...number(Math.floor(value / 128))];
  const net = 0xcb007100;
  const body = [net, 24, 0x20010db8, 0, 0, 0, 32, 0xc0000200, 24, 0x100, 25].flatMap(number);
  return Uint8Array.from([...new TextEncoder().encode(`${JSON.stringify({ lists: head })}\n`), ...body]);
}

test('an address stands in a list, or in none', () => {
  const known = new Known(file, []);
  assert.equal(known.scanner(at('203.0.113.9'), NOW)?.name, 'looks');
  assert.equal(known.scanner(at('203.0.114.9'), NOW), undefined);
  assert.equal(known.scanner(at('2001:db8:5::1'), NOW)?.name, 'looks');
  assert.equal(known.scanner(at('192.0.2.9'), NOW), undefined, 'a cloud is no scanner');
  assert.deepEqual(known.shared(at('192.0.2.9')), { name: 'rents', kind: 'cloud', version: '2' });
  assert.equal(known.shared(at('192.0.3.9'))?.name, 'rents');
  assert.equal(known.shared(at('192.0.3.200')), undefined);
  assert.equal(known.shared(at('203.0.113.9')), undefined);
});

test('the file is read when it is asked for the first time', () => {
  let reads = 0;
  const known = new Known(() => {
    reads += 1;
    return file();
  }, []);
  assert.equal(reads, 0);
  known.scanner(at('203.0.113.9'), NOW);
  known.scanner(at('203.0.113.10'), NOW);
  assert.equal(reads, 1);
});

test('an own list counts first, until it expires', () => {
  const known = new Known(file, [own('198.51.100.0/24', 'our auditors', NOW), own('203.0.113.0/28', 'ours, too')]);
  assert.equal(known.scanner(at('198.51.100.7'), NOW)?.name, 'our auditors');
  assert.equal(known.scanner(at('198.51.100.7'), NOW + 1), undefined);
  assert.equal(known.scanner(at('203.0.113.9'), NOW)?.name, 'ours, too');
  assert.equal(known.scanner(at('203.0.113.99'), NOW)?.name, 'looks');
});

test('list and agent agree, or only one says so', () => {
  const known = new Known(file, []);
  const claim = { address: at('203.0.113.9'), last: NOW, agent: '', pointed: 0 };
  assert.match(recognise(claim, known)?.reasons.join() ?? '', /looks.*only the list/);
  assert.match(recognise({ ...claim, agent: 'Censys' }, known)?.reasons.join() ?? '', /list and user agent agree/);
  const elsewhere = { ...claim, address: at('198.51.100.1') };
  assert.equal(recognise(elsewhere, known), undefined);
  assert.match(recognise({ ...elsewhere, agent: 'Censys' }, known)?.reasons.join() ?? '', /only the agent/);
  assert.equal(recognise({ ...elsewhere, agent: 'Censys', pointed: 1 }, known), undefined, 'it looks for weaknesses');
});

test('the shipped lists can be read', () => {
  const known = new Known(() => readFileSync(LISTS), []);
  assert.equal(known.scanner(at('162.142.125.1'), NOW)?.name, 'censys-scanning');
  assert.equal(known.shared(at('104.16.0.1'))?.kind, 'cdn');
  for (const reserved of ['192.0.2.1', '198.51.100.1', '203.0.113.1', '10.0.0.1', '2001:db8::1']) {
    assert.equal(known.scanner(at(reserved), NOW), undefined);
    assert.equal(known.shared(at(reserved)), undefined);
  }
});
