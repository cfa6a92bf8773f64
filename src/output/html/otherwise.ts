import { FULL, type Otherwise } from '../../finding/explain.ts';
import type { Finding } from '../../finding/finding.ts';
import { bitsText, counted, grouped } from '../layout.ts';

/** What could have been otherwise, in a sentence each. */
export function otherwiseText({ decidedBy }: Finding, one: Otherwise): string {
  switch (one.kind) {
    case 'full':
      return `The stream was full: past ${FULL} bits contacts are counted but not charged, so a few fewer would have changed nothing.`;
    case 'fewer':
      return (
        `With ${grouped(one.fewer)} of the ${counted(one.row.contacts, 'contact')} "${one.row.reason}" fewer ` +
        `(${bitsText(one.each)} bits each on average) it would have stayed under the bar.`
      );
    case 'without-row':
      return `Even without "${one.row.reason}" it would have ${bitsText(one.bits)} bits, over the bar.`;
    case 'without-stream':
      if (one.stream === undefined) return `No other stream than ${decidedBy} holds anything against it.`;
      return `Without the stream ${decidedBy}, ${one.stream} would decide with ${bitsText(one.bits)} bits: ${one.opens ? 'still a finding' : 'no finding'}.`;
    default:
      return `With a bar over ${bitsText(one.bar)} bits there would be no finding.`;
  }
}
