import type { Moment, Settings } from '../config/options.ts';
import { OPTIONS } from '../config/options.ts';
import { CodedError } from '../config/errors.ts';
import { expand, openInput } from '../input/index.ts';
import { datingOf } from '../input/carry/dating.ts';
import { trialContext } from '../input/trial.ts';
import { allocatePackets } from '../record/packet.ts';
import { allocateSheaf, batchesOf } from '../record/sheaf.ts';

/** What has a part in it: the period, and how stamps and lines are read. */
type Wanted = Pick<Settings, 'since' | 'until' | 'timezone' | 'logFormat'>;

/** µs since 1970 of the latest record of some inputs; reads them through, without judging. */
async function endOf(paths: readonly string[], { timezone: zone, logFormat: logFormats }: Wanted): Promise<number> {
  let end = 0;
  const trial = { ...trialContext(), logFormats };
  const expanded = await expand(paths, { ...trial, dating: { ...trial.dating, zone } });
  for (const [at, path] of expanded.paths.entries()) {
    const context = { ...trial, dating: datingOf(path, zone) };
    const { carries, reader } = await openInput(path, context, {}, expanded.formats[at]);
    if (carries === 'packets') {
      const batch = allocatePackets();
      while (await reader.fill(batch)) end = Math.max(end, latest(batch.time, batch.count));
    } else {
      const sheaf = allocateSheaf();
      while (await reader.fill(sheaf))
        for (const { time, count } of batchesOf(sheaf)) end = Math.max(end, latest(time, count));
    }
    reader.close();
  }
  return end;
}

function latest(time: Float64Array, count: number): number {
  let most = 0;
  for (let row = 0; row < count; row += 1) if (time[row] > most) most = time[row];
  return most;
}

/** The period in µs since 1970. "24h" counts back from the end of the data, for which the data is read once more. */
export async function periodOf(
  settings: Wanted,
  paths: readonly string[],
): Promise<{ since?: number; until?: number }> {
  const relative = (['since', 'until'] as const).find((name) => settings[name] && 'beforeEnd' in settings[name]);
  if (relative !== undefined && paths.includes('-'))
    throw new CodedError('OPTION_VALUE', {
      option: `--${OPTIONS[relative].flag}`,
      value: 'so long before the end of standard input',
      expected: 'a time such as 2026-11-21T08:00:00Z there, for it can be read only once',
    });
  const end = relative === undefined ? 0 : await endOf(paths, settings);
  const instant = (moment: Moment): number => ('at' in moment ? moment.at : end - moment.beforeEnd);
  return {
    ...(settings.since && { since: instant(settings.since) }),
    ...(settings.until && { until: instant(settings.until) }),
  };
}
