import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/input/json-value.ts';
import { parseObject, pick } from '../../src/input/json.ts';
import { DEEPEST, Wanted } from '../../src/input/wanted.ts';
import { Weird } from '../../src/record/weird.ts';

const PATHS = [['a'], ['b', 'c'], ['b', 'd', 'e'], ['id.orig_h'], ['__proto__']];
const WANTED = new Wanted(PATHS);
const encoder = new TextEncoder();

function selected(text: string, wanted = WANTED): JsonObject | number {
  // what stands around the record is none of it
  const bytes = encoder.encode(`"}${text}"}`);
  return parseObject(bytes, 2, bytes.length - 2, wanted);
}

const name = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'id.orig_h', 'ab', ''), fc.string());
const { object } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(name, tie('value'), { maxKeys: 8 }),
}));

test('what is wanted is what a full reading finds there, however it is written', () => {
  fc.assert(
    fc.property(object, fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const found = selected(text) as JsonObject;
      const all = JSON.parse(text) as Json;
      for (const path of PATHS) assert.deepEqual(pick(found, ...path), pick(all, ...path));
    }),
  );
});

test('damaged text is refused exactly when a full reading refuses it', () => {
  const letters = Array.from('{}[]",:\\ 0123456789.-+eEtrufalsn\t\n\u0001/');
  const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...letters, ''), fc.nat(2)), { maxLength: 3 });
  fc.assert(
    fc.property(object, damage, (value, changes) => {
      let text = JSON.stringify(value);
      for (const [at, letter, cut] of changes) {
        const place = at % (text.length + 1);
        text = text.slice(0, place) + letter + text.slice(place + cut);
      }
      let isObject = true;
      try {
        const whole = JSON.parse(text) as unknown;
        isObject = typeof whole === 'object' && whole !== null && !Array.isArray(whole);
      } catch {
        isObject = false;
      }
      assert.equal(typeof selected(text), isObject ? 'object' : 'number', text);
    }),
    { numRuns: 500 },
  );
});

test('names with escapes are the names that they mean, and the last of two counts', () => {
  const escaped = selected('{"\\u0061":1,"b":{"\\u0063":"x\\ny","c\\u0000":3},"a":2}') as JsonObject;
  assert.deepEqual({ ...escaped }, { a: 2, b: { c: 'x\ny' } });
});

test('what is wanted of an object and is something else is told as it is', () => {
  assert.deepEqual({ ...(selected('{"b":[1,{"c":2}],"a":-0.5e1}') as JsonObject) }, { b: [1, { c: 2 }], a: -5 });
});

test('a member that is called like what objects inherit from is one of their own', () => {
  const found = selected('{"__proto__":{"polluted":1},"b":{"c":2}}') as JsonObject;
  assert.deepEqual(pick(found, '__proto__'), { polluted: 1 });
  assert.equal(Object.getPrototypeOf(found), Object.prototype);
});

test('depth is bounded where nothing is wanted and where something is', () => {
  const nested = (open: string, close: string, times: number): string =>
    `{"x":${open.repeat(times)}1${close.repeat(times)}}`;
  assert.equal(typeof selected(nested('[', ']', DEEPEST - 1)), 'object');
  assert.equal(selected(nested('[', ']', DEEPEST)), Weird['json-too-deep']);
  assert.equal(selected(nested('{"b":', '}', 100_000)), Weird['json-too-deep']);
  assert.equal(selected('['.repeat(100_000)), Weird['json-too-deep']);
});

test('the end of the record is the end, whatever stands behind it', () => {
  for (const text of [
    '{"a":"x',
    '{"a":1',
    '{"a"',
    '{',
    '',
    '{"a":tru',
    '{"a":1}{',
    '{"a":1,}',
    '{"a":01}',
    '{"a":"\\u12"}',
  ])
    assert.equal(selected(text), Weird['json-malformed'], text);
});
