import type { ByteSource } from '../input.ts';

/** A source without bytes: for readers that are only asked to look at bytes they are given. */
export const NO_BYTES: ByteSource = {
  name: '',
  size: 0,
  consumed: 0,
  trouble: undefined,
  read: () => 0,
  close: () => {},
};
