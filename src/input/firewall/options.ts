// Hot: called for segments whose options are logged.
import type { ContactBatch } from '../../record/contact.ts';
import { blend, FNV_START } from '../../record/fnv.ts';
import { Trait } from '../../record/packet.ts';

/** Value of a hexadecimal digit. */
export function hex(byte: number): number {
  return byte <= 57 ? byte - 48 : (byte | 32) - 87;
}

/** Signature of options in hexadecimal, as input/capture/decode/tcp.ts makes it; returns their length in bytes. */
export function signOptions(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number {
  const octet = (place: number): number => (hex(bytes[from + 2 * place]) << 4) | hex(bytes[from + 2 * place + 1]);
  const size = (to - from) >> 1;
  let hash = FNV_START;
  let scale = 255;
  let mss = 0;
  for (let at = 0; at < size; ) {
    const kind = octet(at);
    hash = blend(hash, kind);
    if (kind === 0) break;
    const length = kind === 1 ? 1 : at + 1 < size ? octet(at + 1) : 0;
    if (length === 0 || (kind !== 1 && length < 2) || at + length > size) {
      batch.traits[row] |= Trait.badOptions;
      break;
    }
    if (kind === 2 && length === 4) mss = (octet(at + 2) << 8) | octet(at + 3);
    else if (kind === 3 && length === 3) scale = octet(at + 2);
    else if (kind === 8) batch.traits[row] |= Trait.timestamps;
    at += length;
  }
  batch.mss[row] = mss;
  batch.options[row] = size === 0 ? 0 : blend(blend(blend(hash, mss >>> 8), mss & 255), scale) >>> 0;
  return size;
}
