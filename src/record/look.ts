import { type ContactBatch, firstTtl } from './contact.ts';
import { blend, FNV_START } from './fnv.ts';
import { Trait } from './packet.ts';
import { TCP } from './protocols.ts';

// Hot: for contacts that missed a service which several sources miss.

const blendWord = (hash: number, word: number): number =>
  blend(blend(blend(blend(hash, word >>> 24), (word >>> 16) & 255), (word >>> 8) & 255), word & 255);

/**
 * How the first packet of a contact looks, as its stack or tool makes it: what the TTL began as, whether it may be
 * fragmented, and of TCP the window and the options with MSS and scale, of others the length. 0: headers are not told
 * (most logs, flow records). The same on every run.
 */
export function lookOf({ ttl, traits, protocol, window, options, length }: ContactBatch, row: number): number {
  if (ttl[row] === 0 || (traits[row] & Trait.untold) !== 0) return 0;
  const begun = blend(blend(FNV_START, firstTtl(ttl[row])), traits[row] & Trait.dontFragment);
  return blendWord(blendWord(begun, protocol[row] === TCP ? window[row] : length[row]), options[row]) | 1;
}
