import { closeSync, openSync, writeSync } from 'node:fs';
import type { FrameSink } from '../src/rehearse/frames.ts';

/** A file that frames are written to at once. */
export function fileSink(path: string): FrameSink {
  const file = openSync(path, 'w');
  return {
    write: (bytes) => {
      for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from, bytes.length - from);
    },
    close: () => closeSync(file),
  };
}
