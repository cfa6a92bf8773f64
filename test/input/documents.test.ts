import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { documentInput } from '../../src/input/documents.ts';
import { Line } from '../../src/input/lines.ts';
import { trialContext } from '../../src/input/trial.ts';
import { allocateSheaf } from '../../src/record/sheaf.ts';
import { WEIRDS } from '../../src/record/weird.ts';
import { sourceOf } from './flow/rows.ts';

async function split(
  text: string,
  elements: 'objects' | 'arrays' | 'texts',
  arrays: readonly string[],
  piece?: number,
) {
  const found: string[] = [];
  const input = documentInput({
    name: 'test',
    about: '',
    sample: '',
    arrays,
    elements,
    parser: () => ({
      line(bytes, from, to) {
        found.push(new TextDecoder().decode(bytes.slice(from, to)));
        return Line.used;
      },
    }),
  });
  const context = trialContext();
  const reader = input.open(sourceOf(new TextEncoder().encode(text), piece), context);
  const sheaf = allocateSheaf();
  while (await reader.fill(sheaf));
  const { counts } = context.weird;
  const weird = Object.fromEntries(WEIRDS.map(([name], at) => [name, counts[at]] as const).filter(([, n]) => n > 0));
  return { found, records: reader.records, weird };
}

const objects = (text: string, arrays: readonly string[] = ['records'], piece?: number) =>
  split(text, 'objects', arrays, piece);

describe('documents', () => {
  test('an array, objects one after the other, a named array in an object', async () => {
    const expected = ['{"a":1}', '{"b":{"c":[2,{"d":3}]}}'];
    for (const text of [
      `[${expected.join(' ,\n')}]`,
      expected.join('\n'),
      expected.join(''),
      `{"x":"y","records":[${expected.join()}],"n":1}`,
    ])
      assert.deepEqual(await objects(text), { found: expected, records: 2, weird: {} });
  });

  test('texts of named arrays at any depth', async () => {
    const text = '{"records":[{"p":{"flows":[{"flowTuples":["a,b","c\\"d"]}]}},{"flowTuples":["e"]}],"other":["f"]}';
    assert.deepEqual((await split(text, 'texts', ['flowTuples'])).found, ['a,b', 'c\\"d', 'e']);
  });

  test('arrays in named arrays at any depth; what is no array there is counted', async () => {
    const text = '{"a":[["not"]],"result":[{"stream":{},"values":[["1","x]"],[2,["y"]]]},{"values":[["3"], "z", 4]}]}';
    const { found, weird } = await split(text, 'arrays', ['values']);
    assert.deepEqual(found, ['["1","x]"]', '[2,["y"]]', '["3"]']);
    assert.deepEqual(weird, { 'json-malformed': 2 });
  });

  test('law: what is split is what was joined, in any pieces', async () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
    const check = async (values: readonly object[], indent: number, piece: number): Promise<void> => {
      const expected = values.map((one) => JSON.stringify(one));
      const told = await objects(JSON.stringify(values, null, indent), ['no such'], piece);
      assert.deepEqual(
        told.found.map((one) => JSON.stringify(JSON.parse(one))),
        expected,
      );
      assert.deepEqual(told.weird, {});
    };
    await fc.assert(fc.asyncProperty(fc.array(value), fc.nat(2), fc.integer({ min: 1, max: 40 }), check), {
      numRuns: 100,
    });
  });

  test('damage costs its line, and is counted', async () => {
    const told = await objects('{"a":1}\n{"b":"no end\n{"c":1}\n]\n{"d":1}\n7\n{"e":1}\n{"f":');
    assert.deepEqual(told.found, ['{"a":1}', '{"c":1}', '{"d":1}', '{"e":1}']);
    assert.deepEqual(told.weird, { 'json-malformed': 4 });
    assert.equal(told.records, 8);
  });

  test('too deep and too long', async () => {
    const deep = `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`;
    const long = `{"a":"${'x'.repeat(1 << 21)}"}`;
    const told = await objects(`{"a":1}\n${deep}\n{"b":1}\n${long}\n{"c":1}\n`);
    assert.deepEqual(told.found, ['{"a":1}', '{"b":1}', '{"c":1}']);
    assert.deepEqual(told.weird, { 'json-too-deep': 1, 'line-too-long': 1 });
  });
});
