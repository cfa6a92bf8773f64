import type { Moment } from '../config/options.ts';
import { OPTIONS } from '../config/options.ts';
import { CodedError } from '../config/errors.ts';
import { expand, openInput } from '../input/index.ts';
import { allocatePackets } from '../record/packet.ts';
import { WeirdCounts } from '../record/weird.ts';

/** µs since 1970 of the latest record of some captures; reads them through, without decoding. */
async function endOf(paths: readonly string[]): Promise<number> {
  const batch = allocatePackets();
  let end = 0;
  for (const path of (await expand(paths)).paths) {
    const { reader } = await openInput(path, { input: 0, weird: new WeirdCounts() });
    while (await reader.fill(batch))
      for (let row = 0; row < batch.count; row += 1) end = Math.max(end, batch.time[row]);
    reader.close();
  }
  return end;
}

/** The period in µs since 1970. "24h" counts back from the end of the data, for which the data is read once more. */
export async function periodOf(
  settings: { readonly since: Moment | undefined; readonly until: Moment | undefined },
  paths: readonly string[],
): Promise<{ since?: number; until?: number }> {
  const relative = (['since', 'until'] as const).find((name) => settings[name] && 'beforeEnd' in settings[name]);
  if (relative !== undefined && paths.includes('-'))
    throw new CodedError('OPTION_VALUE', {
      option: `--${OPTIONS[relative].flag}`,
      value: 'so long before the end of standard input',
      expected: 'a time such as 2026-11-21T08:00:00Z there, for it can be read only once',
    });
  const end = relative === undefined ? 0 : await endOf(paths);
  const instant = (moment: Moment): number => ('at' in moment ? moment.at : end - moment.beforeEnd);
  return {
    ...(settings.since && { since: instant(settings.since) }),
    ...(settings.until && { until: instant(settings.until) }),
  };
}
