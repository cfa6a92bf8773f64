import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Stream } from '../../src/finding/finding.ts';
import type { Row } from '../../test/support/replay.ts';
import { ROOT } from '../tree.ts';

/** What a line of a page rests on: a case that is replayed, and what has to be seen in it; or a test. */
export type Proof =
  | { readonly case: string; readonly shows: (findings: readonly Finding[], row: Row) => boolean }
  | { readonly test: string; readonly named: string };

type Shows = (findings: readonly Finding[], row: Row) => boolean;

/** Cases that all show the same. */
export const inCases = (names: readonly string[], shows: Shows): Proof[] =>
  names.map((name) => ({ case: name, shows }));

/** A scan or campaign of this technique is found, and nobody else is blamed. */
export const found =
  (technique: string): Shows =>
  (_, { found: yes, differs, technique: said }) =>
    yes && differs === '' && said === technique;

/** Nobody is blamed. */
export const silent: Shows = (_, { expected, differs }) => expected === 'nobody' && differs === '';

/** The scan is found, and this holds of a finding. */
export const also =
  (holds: (finding: Finding) => boolean): Shows =>
  (findings, { differs }) =>
    differs === '' && findings.some(holds);

export const byStream = (stream: Stream): Shows => also(({ decidedBy }) => decidedBy === stream);

/** Looks whether a proof holds. @throws when the case or the test is gone, or does not show it any more */
export function check(proof: Proof, rows: ReadonlyMap<string, Row>, says: string): void {
  if ('test' in proof) {
    const path = join(ROOT, 'test', proof.test);
    if (!existsSync(path) || !readFileSync(path, 'utf8').includes(proof.named))
      throw new Error(`"${says}" rests on the test "${proof.named}" of test/${proof.test}, which is not there.`);
    return;
  }
  const row = rows.get(proof.case);
  if (!row) throw new Error(`"${says}" rests on the case ${proof.case}, which is not there.`);
  if (!proof.shows(row.findings, row))
    throw new Error(`"${says}" rests on the case ${proof.case}, which does not show it.`);
}

/** Names of cases, and tests as links. */
export const named = (proofs: readonly Proof[]): string =>
  proofs
    .map((proof) => ('test' in proof ? `[${proof.named}](../test/${proof.test})` : proof.case))
    .filter((name, at, all) => all.indexOf(name) === at)
    .join(', ');

/** Sources as links, by their path below src/. @throws when one is not there */
export const linked = (sources: readonly string[]): string =>
  sources
    .map((source) => {
      if (!existsSync(join(ROOT, 'src', source))) throw new Error(`There is no src/${source}.`);
      return `[${source}](../src/${source})`;
    })
    .join(', ');

const span = (values: readonly number[], digits: number): string => {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return least === most ? least : `${least}–${most}`;
};

/** Found and silent, bits, and probes until it was found, over the cases of a line. */
export function figures(proofs: readonly Proof[], rows: ReadonlyMap<string, Row>): string {
  const mine = [...new Set(proofs.flatMap((proof) => ('case' in proof ? [proof.case] : [])))];
  const all = mine.flatMap((name) => rows.get(name) ?? []);
  const scans = all.filter(({ expected }) => expected !== 'nobody');
  const quiet = all.filter(({ expected }) => expected === 'nobody');
  const bits = scans.flatMap(({ bits }) => bits ?? []);
  const probes = scans.flatMap(({ probesToFinding }) => probesToFinding ?? []);
  return [
    scans.length > 0 ? `${scans.filter(({ found }) => found).length} of ${scans.length} found` : '',
    bits.length > 0 ? `${span(bits, 0)} bits` : '',
    probes.length > 0 ? `after ${span(probes, 0)} probes` : '',
    quiet.length > 0 ? `${quiet.filter(({ differs }) => differs === '').length} of ${quiet.length} silent` : '',
  ]
    .filter(Boolean)
    .join(', ');
}
