import { WeirdCounts } from '../record/weird.ts';
import { nothingAssumed, type ReaderContext } from './input.ts';

/** A context for looking at a few records only: nothing is known of the run, and what is counted is thrown away. */
export const trialContext = (): ReaderContext => ({
  input: 0,
  weird: new WeirdCounts(),
  dating: { anchor: Number.MAX_SAFE_INTEGER, zone: 0, assumed: nothingAssumed() },
  proxies: undefined,
  logFormats: [],
});
