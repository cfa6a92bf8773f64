import type { Progress } from '../engine/options.ts';
import { counted } from '../output/layout.ts';
import type { Stream } from './ports.ts';

/** A bar on standard error while a terminal watches; wiped when done, so that nothing of it stays. */

const CELLS = 24;
const EVERY_MS = 100;
const WIPE = '\r\x1b[K';

function bar({ done, total }: Progress): string {
  if (total === undefined || total === 0) return '';
  const share = Math.min(1, done / total);
  const full = Math.round(share * CELLS);
  return `${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${String(Math.floor(share * 100)).padStart(3)} %  `;
}

/** @returns what to call with news, and what to call at the end */
export function progressOn(stream: Stream, now = Date.now): { report(progress: Progress): void; wipe(): void } {
  let shownAt = Number.NEGATIVE_INFINITY;
  let shown = false;
  return {
    report: (progress) => {
      if (now() - shownAt < EVERY_MS) return;
      shownAt = now();
      shown = true;
      const words = `${counted(progress.records, 'record')}, ${counted(progress.findings, 'finding')}`;
      stream.write(`${WIPE}${`${bar(progress)}${words}`.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    wipe: () => {
      if (shown) stream.write(WIPE);
    },
  };
}
