import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORMATS } from '../../../src/config/options.ts';
import { OUTPUTS } from '../../../src/output/index.ts';
import { exampleCampaign, exampleFinding, exampleSummary } from '../../finding/example.ts';
import { COLOURS, HARMFUL, PAYLOADS, withTexts } from '../../finding/payloads.ts';
import { rendered } from '../../output/render.ts';

/** Harm that an output for programs may carry inside its own quoting is still none in a terminal: no raw control character. */
const RAW = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u;

const findings = [exampleFinding(), exampleCampaign()];

test('every output has a name that --format takes, and a sentence', () => {
  assert.deepEqual(
    OUTPUTS.map(({ name }) => name),
    [...FORMATS],
  );
  for (const { about } of OUTPUTS) assert.match(about, /^[A-Z].*\.$/);
});

for (const output of OUTPUTS) {
  const harm = output.name === 'text' ? HARMFUL : RAW;

  test(`${output.name}: no findings is no failure, and ends in a line feed`, async () => {
    assert.match(await rendered(output, [], exampleSummary()), /\n$/);
  });

  test(`${output.name}: the same input is the same output`, async () => {
    const once = await rendered(output, findings, exampleSummary());
    assert.equal(await rendered(output, findings, exampleSummary()), once);
  });

  test(`${output.name}: ${PAYLOADS.length} payloads in every field at once leave nothing raw`, async () => {
    for (const payload of PAYLOADS) {
      const written = await rendered(
        output,
        withTexts(findings, (_, path) => (path.endsWith('.kind') || path.endsWith('.state') ? _ : payload)),
        withTexts(exampleSummary(), () => payload),
        { colours: output.name === 'text' },
      );
      assert.doesNotMatch(written.replace(COLOURS, ''), harm, JSON.stringify(payload));
    }
  });

  test(`${output.name}: a payload in one field after the other forges no line`, async () => {
    const lines = (text: string): number => text.split('\n').length;
    const paths: string[] = [];
    withTexts(findings, (text, path) => (paths.push(path), text));
    assert.ok(paths.length > 50);
    for (const path of paths)
      for (const payload of PAYLOADS.slice(-30).filter((_, at) => at % 4 === 0)) {
        const attacked = withTexts(findings, (text, at) => (at === path ? payload : text));
        const harmless = withTexts(findings, (text, at) => (at === path ? 'x'.repeat(payload.length) : text));
        const written = await rendered(output, attacked, exampleSummary(), { columns: 140 });
        assert.doesNotMatch(written, harm, `${path} ${JSON.stringify(payload)}`);
        const before = lines(await rendered(output, harmless, exampleSummary(), { columns: 140 }));
        assert.ok(Math.abs(lines(written) - before) <= 3, `${path} ${JSON.stringify(payload)}`);
      }
  });
}
