import type { Suspect } from './suspect.ts';

/** Is it about us? Told offline from the scan itself; each line is a reason with its points. */
export interface Targetedness {
  readonly class: 'targeted' | 'localised' | 'background';
  readonly points: number;
  readonly reasons: readonly string[];
}

/** Probes a second that a 10 Gbit/s port can send at most: 64-byte frames with preamble and gap. */
const LINE_RATE = 14.88e6;
const IPV4 = 2 ** 32;

/**
 * Rules, most telling first:
 *  - If the addresses tried here, in that time, were a fair sample of the Internet, the scanner would send
 *    2^32 ÷ home addresses × rate. More than a 10 Gbit/s port can: it did not scan the Internet, but here (localised).
 *  - Many services of one host are a look at that host.
 *  - Going back to what answered, with a finished handshake, is interest in what was found.
 */
export function targetedness(suspect: Suspect, homeAddresses: number): Targetedness {
  const seconds = Math.max(1e-6, suspect.lasted / 1e6);
  const { addresses } = suspect;
  const reasons: string[] = [];
  let points = 0;
  const implied = ((IPV4 / Math.max(1, homeAddresses)) * addresses) / seconds;
  const localised = homeAddresses > 0 && addresses >= 8 && implied > LINE_RATE;
  if (localised) {
    points += 40;
    reasons.push(
      `+40 at this pace the whole Internet would need ${(implied / 1e6).toFixed(0)} M probes/s: it is here only`,
    );
  }
  const perHost = suspect.services;
  if (perHost >= 32) {
    points += 30;
    reasons.push(`+30 looked at ${perHost} services of ${addresses} address${addresses === 1 ? '' : 'es'}`);
  }
  if (suspect.cameBack) {
    points += 20;
    reasons.push('+20 came back to what answered and exchanged data with it');
  }
  if (reasons.length === 0) reasons.push('nothing sets it apart from what everybody on the Internet receives');
  return { class: points >= 50 ? 'targeted' : localised ? 'localised' : 'background', points, reasons };
}
