import { inputs as formats } from '../../src/input/index.ts';
import type { RecordInput } from '../../src/input/input.ts';
import { trialContext } from '../../src/input/trial.ts';
import { allocateSheaf } from '../../src/record/sheaf.ts';
import { Weird, type WeirdCounts } from '../../src/record/weird.ts';
import { sourceOf } from '../../test/input/captures.ts';
import { few, grouped, type Promised } from './promise.ts';

/** JSON that means harm, to everything that reads it: keys that would change every object, depth, length. */

const POLLUTING = 10_000;
/** Lines that are read at one go. */
const LINES = 100;

const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
const VALUES = [
  '{"polluted":true}',
  '{"prototype":{"polluted":true}}',
  '{"__proto__":{"polluted":true}}',
  '[]',
  'null',
  '"polluted"',
];

interface Sample {
  readonly name: string;
  readonly input: RecordInput;
  readonly sample: string;
}

const SAMPLES: readonly Sample[] = formats.flatMap((input) =>
  input.carries === 'records' && input.sample?.startsWith('{')
    ? [{ name: input.name, input, sample: input.sample }]
    : [],
);

/** The sample with a key put into its nth object. */
function polluted(sample: string, nth: number): string {
  const places = [...sample.matchAll(/\{/g)].map(({ index }) => index + 1);
  const at = places[nth % places.length];
  const empty = sample[at] === '}' ? '' : ',';
  return `${sample.slice(0, at)}"${KEYS[nth % KEYS.length]}":${VALUES[(nth * 7) % VALUES.length]}${empty}${sample.slice(at)}`;
}

const DEEP = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;
const LONG = `{"a":"${'x'.repeat(1 << 21)}"}`;

async function read({ input }: Sample, lines: readonly string[]): Promise<WeirdCounts> {
  const context = trialContext();
  const reader = input.open(sourceOf(new TextEncoder().encode(`${lines.join('\n')}\n`)), context);
  const sheaf = allocateSheaf();
  while (await reader.fill(sheaf));
  reader.close();
  return context.weird;
}

/** What every object can do: no more and no less than before. */
const reach = (): string => Reflect.ownKeys(Object.prototype).map(String).join();

/** Whether what is too deep and too long is counted as such; a format that reads arrays does not gather what stands outside. */
async function refused(one: Sample): Promise<string> {
  const { counts } = await read(one, [one.sample, DEEP, one.sample, LONG, one.sample]);
  const [deep, long] = [counts[Weird['json-too-deep']], counts[Weird['line-too-long']]];
  return deep === 1 && long <= 1 ? '' : `${one.name}: ${deep} too deep and ${long} too long, not one of each at most`;
}

export const json: Promised = {
  id: 25,
  promised:
    'JSON nested deeper than 64 or longer than a record may be is refused and counted; no key reaches a prototype',
  keep: async () => {
    const before = reach();
    const faults: string[] = [];
    for (let nth = 0; nth < POLLUTING; nth += LINES) {
      const one = SAMPLES[(nth / LINES) % SAMPLES.length];
      await read(
        one,
        Array.from({ length: LINES }, (_, more) => polluted(one.sample, nth + more)),
      );
      if (reach() !== before || 'polluted' in {}) faults.push(`${one.name} reached the prototype of all objects`);
    }
    for (const one of SAMPLES) faults.push(await refused(one));
    const found = faults.filter(Boolean);
    return {
      got: `${grouped(POLLUTING)} polluting lines, deep and long ones, for ${SAMPLES.map(({ name }) => name).join(', ')}: ${found.length} faults${few(found)}. YAML is not read`,
      pass: found.length === 0 && SAMPLES.length > 0,
    };
  },
};
