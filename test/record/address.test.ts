import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import {
  formatAddress,
  formatPrefix,
  isBroadcast,
  isMulticast,
  isPrivate,
  isUnspecified,
  isV4,
  maskTo,
  parseAddress,
} from '../../src/record/address.ts';

const words = (text: string): Uint32Array => {
  const parsed = parseAddress(text);
  assert.ok(parsed, text);
  return parsed;
};

/** Addresses with many zero groups, so that every place and length of a run comes up. */
const group = fc.oneof(fc.constant(0), fc.constant(0), fc.constantFrom(1, 0xf, 0xffff), fc.nat({ max: 0xffff }));
const v6 = fc.array(group, { minLength: 8, maxLength: 8 });
const toWords = (groups: readonly number[]): Uint32Array =>
  Uint32Array.from([0, 2, 4, 6], (at) => groups[at] * 0x10000 + groups[at + 1]);

test('IPv6 is written in the canonical form and read back', () => {
  fc.assert(
    fc.property(v6, (groups) => {
      const column = Uint32Array.of(7, ...toWords(groups), 7);
      const text = formatAddress(column, 1);
      const oracle = new ipaddr.IPv6([...groups]);
      assert.equal(text, oracle.isIPv4MappedAddress() ? oracle.toIPv4Address().toString() : oracle.toRFC5952String());
      assert.deepEqual(words(text), column.slice(1, 5));
      assert.deepEqual(words(oracle.toNormalizedString().toUpperCase()), column.slice(1, 5));
    }),
    { numRuns: 1000 },
  );
});

test('IPv4 is written dotted and read back', () => {
  fc.assert(
    fc.property(fc.nat({ max: 0xffffffff }), (word) => {
      const mapped = Uint32Array.of(0, 0, 0xffff, word);
      const text = formatAddress(mapped, 0);
      assert.equal(
        text,
        new ipaddr.IPv4([word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]).toString(),
      );
      for (const form of [text, `::ffff:${text}`, `0:0:0:0:0:FFFF:${text}`])
        assert.deepEqual(words(form), mapped, form);
    }),
  );
});

test('RFC 5952 by its own examples', () => {
  const expected = {
    '2001:0db8::0001': '2001:db8::1',
    '2001:db8:0:0:0:0:2:1': '2001:db8::2:1',
    '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
    '2001:0:0:1:0:0:0:1': '2001:0:0:1::1',
    '2001:db8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
    '2001:DB8::AAAA': '2001:db8::aaaa',
    '0:0:0:0:0:0:0:0': '::',
    '1::': '1::',
    '::1': '::1',
    '64:ff9b::192.0.2.33': '64:ff9b::c000:221',
    '::192.0.2.33': '::c000:221',
    '1:2:3:4:5:6:7::': '1:2:3:4:5:6:7:0',
  };
  for (const [text, canonical] of Object.entries(expected)) assert.equal(formatAddress(words(text), 0), canonical);
});

test('anything else is no address', () => {
  const texts = `1.2.3 1.2.3.4.5 1.2.3.256 01.2.3.4 1.2.3.04 1.2.3.4. .1.2.3.4 1..2.3 0x1.2.3.4 1.2.3.-4 1.2.3.+4 1.2.3.1e1
    1.2.3.４ 1234567890 : ::: 1: :1 1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 1:2:3:4::5:6:7:8 1::2::3 :1::2 1::2: 12345:: g:: fe80::1%eth0
    [::1] ::1.2.3 ::1.2.3.256 ::1.2.3.4:5 1.2.3.4:: 1.2.3.4::5 1:2:3:4:5:6:7:1.2.3.4 ::/0 -1:: +1:: 0x1::
    00001::1 0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001`;
  for (const text of ['', ' ', ' 1.2.3.4', '1.2.3.4 ', '1.2.3.4\n', '::1\n', '1. 2.3.4', ...texts.split(/\s+/)])
    assert.equal(parseAddress(text), null, JSON.stringify(text));
});

test('mutated addresses are read as by the oracle, or not at all', () => {
  const character = fc.constantFrom(...'0123456789abcdefF:.:.'.split(''));
  fc.assert(
    fc.property(
      v6,
      fc.nat({ max: 40 }),
      fc.nat({ max: 2 }),
      fc.string({ unit: character, maxLength: 3 }),
      (groups, at, cut, put) => {
        const text = formatAddress(toWords(groups), 0);
        const mutated = text.slice(0, at) + put + text.slice(at + cut);
        const parsed = parseAddress(mutated);
        const oracle = oracleOf(mutated);
        assert.equal(parsed && formatAddress(parsed, 0), oracle, mutated);
      },
    ),
    { numRuns: 3000 },
  );
});

/** Canonical text by the other implementation, null where it sees no address. */
function oracleOf(text: string): string | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text.split('.').some((part) => /^0./.test(part)) ? null : text;
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text) || /(?:^|[.:])0\d*\./.test(text.replace(/\b0\./g, '')))
    return null;
  const parsed = ipaddr.IPv6.parse(text);
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.toRFC5952String();
}

test('masks clear what stands after the prefix', () => {
  fc.assert(
    fc.property(v6, fc.integer({ min: 0, max: 128 }), (groups, bits) => {
      const column = Uint32Array.of(1, ...toWords(groups));
      maskTo(column, 1, bits, column, 1);
      const network = ipaddr.IPv6.networkAddressFromCIDR(`${new ipaddr.IPv6([...groups]).toString()}/${bits}`);
      assert.deepEqual(column.slice(1), toWords(network.parts));
      assert.equal(column[0], 1);
    }),
  );
});

test('prefixes are written with the length that belongs to the family', () => {
  assert.equal(formatPrefix(words('203.0.113.77'), 0, 120), '203.0.113.0/24');
  assert.equal(formatPrefix(words('203.0.113.77'), 0, 128), '203.0.113.77/32');
  assert.equal(formatPrefix(words('203.0.113.77'), 0, 96), '0.0.0.0/0');
  assert.equal(formatPrefix(words('203.0.113.77'), 0, 80), '::/80');
  assert.equal(formatPrefix(words('2001:db8:1:2::5'), 0, 64), '2001:db8:1:2::/64');
});

/** Which special use an address has: first and last of each range, and the ones just outside. */
const uses = {
  isPrivate: {
    holds: isPrivate,
    yes: `10.0.0.0 10.255.255.255 172.16.0.0 172.31.255.255 192.168.0.0 192.168.255.255 169.254.0.0 169.254.255.255
      127.0.0.0 127.255.255.255 ::1 fc00:: fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fe80:: febf:ffff::1`,
    no: `9.255.255.255 11.0.0.0 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0 169.253.255.255 169.255.0.0 126.255.255.255
      128.0.0.0 100.64.0.1 203.0.113.1 :: ::2 1::1 0:1::1 0:0:1::1 fbff:: fe00:: fec0:: 2001:db8::1 ff02::1`,
  },
  isMulticast: {
    holds: isMulticast,
    yes: '224.0.0.0 239.255.255.255 ff00:: ffff::',
    no: '223.255.255.255 240.0.0.0 255.255.255.255 feff:: ::ff00:0:0 ::',
  },
  isUnspecified: {
    holds: isUnspecified,
    yes: '0.0.0.0 ::',
    no: '0.0.0.1 ::1 1:: 0:0:1:: ::1:0:0 ::fffe:0:0',
  },
  isBroadcast: {
    holds: isBroadcast,
    yes: '255.255.255.255',
    no: '255.255.255.254 0.0.0.0 ::ffff:ffff ffff::ffff:ffff',
  },
  isV4: {
    holds: isV4,
    yes: '0.0.0.0 255.255.255.255 ::ffff:1.2.3.4',
    no: ':: ::1.2.3.4 ::fffe:1.2.3.4 1::ffff:1.2.3.4 0:0:1::ffff:0:0',
  },
} as const;

for (const [name, { holds, yes, no }] of Object.entries(uses))
  test(`${name} holds for its ranges and ends where they end`, () => {
    for (const text of yes.split(/\s+/)) assert.equal(holds(words(text), 0), true, text);
    for (const text of no.split(/\s+/)) assert.equal(holds(words(text), 0), false, text);
    assert.equal(holds(Uint32Array.of(9, 9, ...words(yes.split(/\s+/)[0])), 2), true, 'in a column');
  });
