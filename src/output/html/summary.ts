import type { InputCounts, Summary } from '../../finding/finding.ts';
import { secondsBetween, spanText } from '../describe.ts';
import { factsText, factsTold } from '../facts.ts';
import { barText, countsText, homeText, noneText } from '../run.ts';
import { bitsText, counted, durationText, grouped } from '../layout.ts';
import { html, type Markup, type Part } from './escape.ts';
import type { Ranked } from './words.ts';

/** The head of the report: the verdict in a sentence, the figures, and what was read. */

const INPUTS_SHOWN = 20;

const kinds = (findings: readonly Ranked[]): string =>
  (['intrusion', 'scan', 'campaign', 'anomaly'] as const)
    .map((kind) => [kind, findings.filter(({ finding }) => finding.kind === kind).length] as const)
    .filter(([, many]) => many > 0)
    .map(([kind, many]) => counted(many, kind, kind === 'anomaly' ? 'anomalies' : `${kind}s`))
    .join(', ');

/** `4 scans, 1 campaign. 1 of them is aimed at us. 4 services, 10 paths learned. 1 finding with a later stage.` */
export function verdict(findings: readonly Ranked[], summary: Summary): string {
  if (findings.length === 0) return noneText(summary);
  const aimed = findings.filter(({ finding }) => finding.triage.class === 'targeted').length;
  const told = factsText(factsTold(findings.map(({ finding }) => finding)));
  const followed = followedIn(findings);
  return [
    `${kinds(findings)}.`,
    aimed === 0 ? 'None is known to be aimed at us in particular.' : `${grouped(aimed)} aimed at us.`,
    told === '' ? 'Nothing was learned.' : `${told} learned.`,
    followed === 0 ? 'No later stage was seen.' : `${counted(followed, 'finding')} with a later stage.`,
  ].join(' ');
}

const followedIn = (findings: readonly Ranked[]): number =>
  findings.filter(({ finding }) => finding.followedBy.length > 0 || finding.kind === 'intrusion').length;

const figure = (value: number, words: string): Markup => html`<li><b>${grouped(value)}</b> ${words}</li>`;

export function figures(findings: readonly Ranked[], summary: Summary): Markup {
  const facts = total(factsTold(findings.map(({ finding }) => finding)));
  return html`<ul class="figures">${[
    figure(findings.length, findings.length === 1 ? 'finding' : 'findings'),
    figure(facts, facts === 1 ? 'fact learned' : 'facts learned'),
    figure(followedIn(findings), 'followed up'),
    figure(summary.sources, summary.sources === 1 ? 'source seen' : 'sources seen'),
    figure(summary.contacts, summary.contacts === 1 ? 'contact' : 'contacts'),
    figure(summary.explained.length, 'explained'),
  ]}</ul>`;
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, many) => sum + many, 0);

function inputRow(input: InputCounts): Markup {
  const lost = [
    [total(input.malformed), `malformed (${countsText(input.malformed)})`],
    [input.unsupported, 'unsupported'],
    [input.duplicate, 'duplicate'],
    [input.late, 'late'],
    [input.shed, 'shed'],
  ] as const;
  const words = lost.filter(([many]) => many > 0).map(([many, why]) => `${grouped(many)} ${why}`);
  return html`<tr><td class="text">${input.name}</td><td>${input.format}</td><td class="number">${grouped(input.records)}</td><td class="number">${grouped(input.used)}</td><td>${words.join(', ')}</td><td>${countsText(input.noted)}</td></tr>`;
}

function inputs({ inputs: all }: Summary): Part {
  if (all.length === 0) return 'nothing';
  const more = all.slice(INPUTS_SHOWN);
  const records = more.reduce((sum, input) => sum + input.records, 0);
  return html`<div class="wide"><table><thead><tr><th scope="col">input</th><th scope="col">format</th><th scope="col" class="number">records</th><th scope="col" class="number">used</th><th scope="col">not used</th><th scope="col">odd, yet used</th></tr></thead><tbody>${all.slice(0, INPUTS_SHOWN).map(inputRow)}</tbody></table></div>${more.length > 0 && html`<p>and ${counted(more.length, 'more input')} with ${counted(records, 'record')}</p>`}`;
}

/** What the bar means, in odds. */
function odds({ bar }: Summary): string {
  const whole = Math.floor(bar);
  const times = whole < 50 ? grouped(2 ** whole) : `2^${whole}`;
  return `An innocent source comes to ${bitsText(bar)} bits by chance about once in ${times}.`;
}

export function whatWasRead(summary: Summary): Markup {
  const { span } = summary;
  return html`<section id="read"><h2>What was read</h2><dl class="facts"><dt>Period</dt><dd>${span === null ? 'no record' : `${spanText(span.first, span.last)} (${durationText(secondsBetween(span.first, span.last))})`}</dd><dt>Home</dt><dd>${homeText(summary)}</dd><dt>Bar</dt><dd>${barText(summary)}. A finding opens when the evidence against a source reaches it. ${odds(summary)}</dd></dl>${inputs(summary)}</section>`;
}
