import { citedPackets } from '../../src/cli/packets.ts';
import { addsUp, differences } from '../../src/finding/explain.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { type Case, cases, findingsIn } from '../../test/support/replay.ts';
import { inParallel } from '../parallel.ts';
import { few, grouped, type Promised } from './promise.ts';

/** What `explain` rests on: rows that add up, records that are there and show who is blamed, and the same verdict again. */

const sourcesOf = ({ source, members }: Finding): string[] =>
  source ? [source.address] : (members ?? []).map(({ address }) => address);

/** What is wrong with one finding, and how many records it cites. */
async function examined(finding: Finding, again: Finding | undefined): Promise<{ faults: string[]; cited: number }> {
  const faults: string[] = [];
  if (!addsUp(finding)) faults.push('its rows do not add up');
  if (!again || again.bits !== finding.bits || differences(finding, again).length > 0)
    faults.push('another verdict when computed again');
  if (finding.kind !== 'anomaly' && finding.bits < finding.bar) faults.push('under its bar');
  const own = finding.account.filter(({ stream, contacts }) => stream === finding.decidedBy && contacts > 0);
  if (own.length === 0 || own.some(({ evidence }) => evidence.length === 0)) faults.push('a row without a record');
  const cited = await citedPackets(finding);
  const sources = sourcesOf(finding);
  const clocks = new Map(
    finding.account.flatMap((row) => row.evidence.map((one) => [one.record, one.time.slice(11, 26)])),
  );
  for (const { record, words } of cited) {
    if (words === '') faults.push(`record ${record} is not there`);
    else if (!words.startsWith(clocks.get(record) ?? '?')) faults.push(`record ${record} has another time`);
    else if (finding.source?.prefix === undefined && !sources.some((address) => words.includes(address)))
      faults.push(`record ${record} shows none of its sources`);
  }
  return { faults, cited: cited.length };
}

interface Examined {
  readonly faults: readonly string[];
  readonly findings: number;
  readonly cited: number;
}

/** All findings of one case. */
export async function examinedCase({ name, input }: Case): Promise<Examined> {
  const findings = await findingsIn(input);
  const again = new Map((await findingsIn(input)).map((finding) => [finding.id, finding]));
  const faults: string[] = [];
  let records = 0;
  for (const finding of findings) {
    const { faults: own, cited } = await examined(finding, again.get(finding.id));
    faults.push(...own.map((fault) => `${name} ${finding.id}: ${fault}`));
    records += cited;
  }
  return { faults, findings: findings.length, cited: records };
}

const total = (of: readonly number[]): number => of.reduce((sum, many) => sum + many, 0);

export const explainIsTrue: Promised = {
  id: 27,
  promised: 'every finding cites records from which its bits and verdict are computed again',
  keep: async () => {
    const examined = await inParallel(import.meta.url, examinedCase, cases());
    const faults = examined.flatMap((one) => one.faults);
    const count = total(examined.map(({ findings }) => findings));
    const records = total(examined.map(({ cited }) => cited));
    return {
      got: `${count} findings of all cases, ${grouped(records)} records read again: ${faults.length} faults${few(faults)}`,
      pass: faults.length === 0 && count > 0,
    };
  },
};
