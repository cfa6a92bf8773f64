import { techniqueName } from '../../finding/attack.ts';
import type { Finding } from '../../finding/finding.ts';
import { timeOf } from '../../finding/time.ts';
import { counted, grouped } from '../layout.ts';
import { broken, html, type Markup, type Part } from './escape.ts';

/** Words and small marks that several parts of the report share. */

/** A finding with its place in the order of worth, from 1. */
export interface Ranked {
  readonly finding: Finding;
  readonly rank: number;
}

/** How its plots, chips and bars are coloured: the class of a scan, and what is more or less than a scan. */
export type Tone = 'intrusion' | 'targeted' | 'localised' | 'background' | 'known' | 'innocent' | 'anomaly';

const TONES: ReadonlyMap<string, Tone> = new Map<string, Tone>([
  ['targeted', 'targeted'],
  ['localised', 'localised'],
  ['background', 'background'],
  ['known-scanner', 'known'],
  ['innocent', 'innocent'],
]);

export const TONE_WORDS: Readonly<Record<Tone, string>> = {
  intrusion: 'intrusion',
  targeted: 'targeted',
  localised: 'localised',
  background: 'background',
  known: 'known scanner',
  innocent: 'explained',
  anomaly: 'anomaly',
};

export function toneOf({ kind, triage }: Finding): Tone {
  if (kind === 'intrusion' || kind === 'anomaly') return kind;
  return TONES.get(triage.class) ?? 'background';
}

/** Whose doing it is, in a word or two that nobody can click. */
export function name({ source, members, memberCount }: Finding): string {
  if (source !== null) return broken(source.prefix ?? source.address);
  return counted(memberCount ?? members?.length ?? 0, 'source');
}

/** `2026-11-21 22:34:32`, or nothing when it is no time. */
export const clock = (time: string): string => (Number.isNaN(timeOf(time)) ? '' : time.slice(0, 19).replace('T', ' '));

/** A link to the finding's own part of this page. */
export const link = ({ finding, rank }: Ranked): Markup =>
  html`<a href="#f${rank}"><b>${rank}</b> ${name(finding)}</a>`;

/** `a, b, c and 4 more` */
export const enumerated = (items: readonly Part[], most = items.length): Markup =>
  html`${items.slice(0, most).map((item, at) => html`${at > 0 && ', '}${item}`)}${items.length > most && html` and ${grouped(items.length - most)} more`}`;

export const code = (text: string): Markup => html`<code>${text}</code>`;

/** A technique with its name. */
export function technique(id: string): Markup {
  const words = techniqueName(id);
  return html`<span class="chip">${id} ${words}</span>`;
}

export const chip = (tone: Tone): Markup => html`<span class="chip tone-${tone}">${TONE_WORDS[tone]}</span>`;

/** Priority from 0 to 100 as a figure over a bar of that length. */
export function priority({ triage }: Finding): Markup {
  const value = Math.min(100, Math.max(0, Math.round(triage.priority)));
  return html`<span class="score"><b>${value}</b><i style="--part:${value}%"></i></span>`;
}
