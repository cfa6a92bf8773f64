import { ATTACK_VERSION } from '../../finding/attack.ts';
import { html, type Markup } from './escape.ts';

/** The words that the report uses, in a sentence each. */
const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  ['Account', 'All evidence against one source, in one stream for each mechanism; only the best stream counts.'],
  ['Background', 'Traffic that every address gets unasked: scans of everything, answers to forged packets, mistakes.'],
  [
    'Bar',
    'The bits at which a finding opens. It follows from how much is seen and how many false findings are accepted.',
  ],
  ['Bits', 'The unit of evidence: each bit makes an innocent reading half as likely.'],
  ['Campaign', 'Many sources, one effort.'],
  ['Claimed, proven', 'A proven address completed a handshake; a claimed one did not and could be forged.'],
  ['Contact', 'A source reached a target or tried to.'],
  ['Explained', 'Looked like a scan, and an innocent habit accounts for it.'],
  ['Finding', 'A statement to act on: a scan, a campaign, an intrusion, or an anomaly.'],
  ['Home', 'The networks that are ours.'],
  ['Learned', 'What our own answers told the scanner.'],
  ['Localised', 'It is here and cannot be everywhere at this pace, but nothing shows that it is meant for us.'],
  ['Miss', 'A contact with something that is not there.'],
  ['Priority', 'From 0 to 100: how much it is about us, what was learned, how far it went. Never how many packets.'],
  ['Probe', 'A contact made to learn something about the target.'],
  ['Targeted', 'It knows us: our names, our services, or nobody else is being scanned.'],
  ['Technique', 'An entry of MITRE ATT&CK such as T1595 Active Scanning.'],
];

export function glossarySection(): Markup {
  return html`<section id="glossary"><h2>Words</h2><dl class="words">${WORDS.map(([word, meaning]) => html`<div><dt>${word}</dt><dd>${meaning}</dd></div>`)}</dl><p class="dim">Technique names: MITRE ATT&amp;CK ${ATTACK_VERSION}, © The MITRE Corporation. Addresses of others are written 198.18.10[.]11 and links hxxp, so that nothing opens them by mistake; characters that a screen does not show are written \\x1b.</p></section>`;
}
