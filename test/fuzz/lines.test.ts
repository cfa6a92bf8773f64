import { test } from 'node:test';
import { inputs } from '../../src/input/index.ts';
import type { RecordInput } from '../../src/input/input.ts';
import { trialContext } from '../../src/input/trial.ts';
import { dialects } from '../../src/input/syslog/index.ts';
import { syslog } from '../../src/input/syslog/syslog.ts';
import { parsePrefix, PrefixMatch } from '../../src/table/prefix.ts';
import { fuzzRecords } from './readers.ts';

/** With everything that an operator can say of logs, so that it is all passed through. */
function context() {
  const proxies = new PrefixMatch();
  for (const text of ['192.0.2.0/24', '::/0']) {
    const { words, bits } = parsePrefix(text) ?? { words: new Uint32Array(4), bits: 0 };
    proxies.add(words, 0, bits, 1);
  }
  const logFormats = ['$remote_addr $host [$time_iso8601] $status "$request" $request_time', '%h %l %u %t "%r" %>s %b'];
  return { ...trialContext(), proxies, logFormats };
}

const samples: readonly [name: string, input: RecordInput, sample: string][] = [
  ...inputs.flatMap((input): [string, RecordInput, string][] =>
    input.carries === 'records' && input.sample !== undefined ? [[input.name, input, input.sample]] : [],
  ),
  ...dialects.map(({ name, sample }): [string, RecordInput, string] => [`${name} in syslog`, syslog, sample]),
];

for (const [at, [name, input, sample]] of samples.entries())
  test(`damaged lines of ${name}: nothing is thrown, lost, slow or kept`, () =>
    fuzzRecords(input, new TextEncoder().encode(sample), 20_261_121 + at, context()));
