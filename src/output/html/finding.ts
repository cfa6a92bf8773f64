import { addsUp, type StreamAccount, streamsOf } from '../../finding/explain.ts';
import type { Finding } from '../../finding/finding.ts';
import {
  bitsOverBar,
  how,
  howMuch,
  secondsBetween,
  servicesText,
  spanText,
  toolText,
  wordlistText,
} from '../describe.ts';
import { learnedText } from '../facts.ts';
import { bitsText, counted, durationText, grouped } from '../layout.ts';
import { broken, html, type Markup, type Part } from './escape.ts';
import { type Course, coursesOf } from './plots/course.ts';
import { growthOf } from './plots/growth.ts';
import { orderOfVisits } from './plots/order.ts';
import { targetsOverTime } from './plots/targets-over-time.ts';
import { chip, clock, code, enumerated, name, priority, type Ranked, technique, toneOf } from './words.ts';

/** One finding in full: what a person needs to decide about it, its plots, and the sums behind it. */

/** Items of a list that are shown before "and N more". */
const SHOWN = 12;
/** Targets of one advice that are named. */
const TARGETS_SHOWN = 6;
const MEMBERS = 6;

const row = (label: string, part: Part): Part =>
  part !== undefined && part !== false && part !== '' && html`<dt>${label}</dt><dd>${part}</dd>`;

const list = (items: readonly Part[], most = SHOWN): Part =>
  items.length > 0 &&
  html`<ul>${items.slice(0, most).map((item) => html`<li>${item}</li>`)}${items.length > most && html`<li>and ${items.length - most} more</li>`}</ul>`;

/** Addresses within a text: IPv4, and IPv6 that leaves something out. */
const ADDRESSES = /\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[\da-f]{1,4}(?::[\da-f]{1,4})*::[\da-f:]*/gi;

/** Sources by name, so that texts which speak of them can be made inert. An intrusion speaks of the scanner before it. */
function sourcesOf({ kind, source, members = [], followedBy, account }: Finding): string[] {
  const all = [
    source?.address ?? '',
    ...members.slice(0, 50).map(({ address }) => address),
    ...followedBy.map((later) => later.source),
    ...(kind === 'intrusion' ? account.flatMap(({ reason }) => reason.match(ADDRESSES) ?? []) : []),
  ];
  return [...new Set(all)].filter((address) => /^[\d.]+$|^[\da-f]*:[\da-f:.]*$/i.test(address));
}

/** A sentence of ours in which the addresses of its sources are broken. */
function inert(text: string, sources: readonly string[]): string {
  return sources.reduce(
    (words, address) =>
      words.replaceAll(
        new RegExp(`(?<![\\d.:a-f])${address.replaceAll('.', '\\.')}(?![\\da-f:]|\\.\\d)`, 'gi'),
        broken(address),
      ),
    text,
  );
}

function who(finding: Finding): Part {
  const { source, members = [], memberCount = members.length } = finding;
  const shown = members.filter(({ address }) => address !== source?.address);
  const others = shown
    .slice(0, MEMBERS)
    .map(({ address, probes }, at) => html`${at > 0 && ', '}<code>${broken(address)}</code> (${grouped(probes)})`);
  const more = memberCount - (members.length - shown.length) - others.length;
  const together = html`${others}${more > 0 && ` and ${grouped(more)} more`}`;
  if (source === null) return together;
  const network = source.asn === undefined ? '' : `, AS${source.asn}`;
  const sure = source.proven
    ? 'proven: it completed a handshake, so the address is not forged'
    : 'claimed: it proved nothing, so the address could be forged';
  return html`<code>${name(finding)}</code>${network} <span class="dim">(${sure})</span>${others.length > 0 && html`<br>with others: ${together}`}`;
}

/** From first to last, and how soon it was a finding. */
function when({ firstSeen, lastSeen, trace }: Finding): string {
  const span = spanText(firstSeen, lastSeen);
  if (trace?.opened === undefined) return span;
  return `${span}; a finding after ${durationText(secondsBetween(firstSeen, trace.opened))}`;
}

/** What came next, as steps of a chain. */
function next(finding: Finding): Part {
  const { followedBy, kind } = finding;
  const sources = sourcesOf(finding);
  if (followedBy.length === 0) return kind === 'scan' || kind === 'campaign' ? 'nothing that was seen' : undefined;
  const steps = followedBy.map(
    ({ technique: id, at, source, target, gapSeconds, bits, reason, evidence = [] }) =>
      html`${technique(id)} <code>${target}</code> by <code>${broken(source)}</code>, ${durationText(gapSeconds)} later${clock(at) !== '' && html` <span class="dim">(${clock(at)})</span>`}: ${inert(reason, sources)} <span class="dim">(${bitsText(bits)} bits${evidence.map(({ input, record }, at) => html`${at === 0 ? '; ' : ', '}${input} #${record}`)})</span>`,
  );
  return html`<ol class="chain">${steps.slice(0, SHOWN).map((step) => html`<li>${step}</li>`)}${steps.length > SHOWN && html`<li>and ${steps.length - SHOWN} more</li>`}</ol>`;
}

/** The class with the sum that it comes from. */
function aboutUs(finding: Finding): Part {
  const { triage, kind } = finding;
  if (kind === 'anomaly') return undefined;
  const sources = sourcesOf(finding);
  return html`${chip(toneOf(finding))} targetedness ${triage.targetedness} of 100${kind !== 'intrusion' && list(triage.reasons.map((why) => inert(why, sources)))}`;
}

/** The steps of an intrusion, each with what it weighs. */
function chain(finding: Finding): Part {
  if (finding.kind !== 'intrusion') return undefined;
  const sources = sourcesOf(finding);
  const steps = finding.account.slice(0, SHOWN).map(({ reason, bits, evidence: [first] }) => {
    const at = first === undefined ? '' : clock(first.time);
    return html`<li>${at !== '' && html`<span class="dim">${at}</span> `}${inert(reason, sources)} <span class="dim">(${bitsText(bits)} bits)</span></li>`;
  });
  return html`<ol class="chain">${steps}</ol>`;
}

const words = (items: readonly (string | false)[]): string =>
  items.filter((item) => item !== false && item !== '').join('; ');

/** What holds for several targets, said once. */
function adviceOn({ advice }: Finding): Markup[] {
  const alike = Map.groupBy(advice, ({ mitigation, text }) => `${mitigation} ${text}`);
  return [...alike.values()].map((same) => {
    const [{ mitigation, text }] = same;
    const targets = same.map(({ target }) => code(target));
    return html`${enumerated(targets, TARGETS_SHOWN)}: ${text} <span class="dim">(${mitigation})</span>`;
  });
}

function facts(finding: Finding): Markup {
  const isOdd = finding.kind === 'anomaly';
  const isScan = finding.kind === 'scan' || finding.kind === 'campaign';
  return html`<dl class="facts">${[
    row('Who', who(finding)),
    row('When', when(finding)),
    row('How', how(finding)),
    row('How much', words([howMuch(finding), servicesText(finding)])),
    row('Tool', finding.tool === null ? isScan && 'none recognised' : toolText(finding)),
    row('Word list', wordlistText(finding)),
    row('What it is', isOdd && finding.account[0]?.reason),
    row('The chain', chain(finding)),
    row('Learned', (isScan || finding.learned.length > 0) && learnedText(finding)),
    row('What came next', next(finding)),
    row('Is it about us', aboutUs(finding)),
    row('Evidence', bitsOverBar(finding)),
    row('Advice', list(adviceOn(finding), 5)),
    row(
      'Related',
      list(
        finding.related.map(({ technique: id, why }) => html`${technique(id)} ${inert(why, sourcesOf(finding))}`),
        5,
      ),
    ),
    row('But', list(finding.caveats.map((caveat) => inert(caveat, sourcesOf(finding))))),
  ]}</dl>`;
}

/** Says of how many contacts a plot is, where it is not of all. */
function partOf({ trace, probes }: Finding, courses: readonly Course[]): Part {
  const drawn = Math.max(trace?.visits.length ?? 0, trace?.asks.length ?? 0);
  return (
    courses.length > 0 &&
    drawn < probes &&
    html`<p class="dim">Targets are drawn from ${grouped(drawn)} of ${grouped(probes)} probes: the earliest.</p>`
  );
}

function plots(finding: Finding): Part {
  const courses = finding.trace ? coursesOf(finding.trace) : [];
  const [main] = courses;
  const all = [
    ...courses.slice(0, 2).map(targetsOverTime),
    ...(main ? [orderOfVisits(main, finding.order)] : []),
    growthOf(finding),
  ].filter((plot) => plot !== undefined);
  return all.length > 0 && html`<div class="plots">${all}</div>${partOf(finding, courses)}`;
}

/** Rows of one stream with the running sum. */
function streamRows({ stream, decides, steps }: StreamAccount, sources: readonly string[]): Markup {
  return html`<tbody><tr class="group"><th colspan="5" scope="rowgroup">${stream}${decides ? ', which decided' : ' (not counted: only the best stream is)'}</th></tr>${steps.map(
    ({ row: { bits, reason, contacts, evidence }, sum }) =>
      html`<tr><td class="number">${bitsText(bits)}</td><td class="number">${bitsText(sum)}</td><td>${inert(reason, sources)}</td><td class="number">${contacts > 0 && grouped(contacts)}</td><td class="dim records">${evidence.map(({ record }, at) => html`${at > 0 && ' '}#${record}`)}</td></tr>`,
  )}</tbody>`;
}

function sums(finding: Finding): Markup {
  const check = addsUp(finding)
    ? `The rows of ${finding.decidedBy} add up to ${bitsText(finding.bits)} bits; the bar was ${bitsText(finding.bar)}.`
    : `The rows of ${finding.decidedBy} do not add up to ${bitsText(finding.bits)} bits: please report this.`;
  return html`<details><summary>How the evidence adds up</summary><div class="wide"><table><thead><tr><th scope="col" class="number">bits</th><th scope="col" class="number">sum</th><th scope="col">reason</th><th scope="col" class="number">contacts</th><th scope="col">records</th></tr></thead>${streamsOf(finding).map((one) => streamRows(one, sourcesOf(finding)))}</table></div><p>${check} What would have changed it, and the records themselves: <code>vedette explain ${finding.id}</code>.</p></details>`;
}

function tried({ triage }: Finding): Part {
  const { rejected } = triage;
  return (
    rejected.length > 0 &&
    html`<details><summary>${counted(rejected.length, 'innocent explanation')} tried, none held</summary>${list(rejected)}</details>`
  );
}

/** The finding as an article, `#f1` on the page. */
export function findingCard({ finding, rank }: Ranked): Markup {
  const { id, kind, techniques } = finding;
  return html`<article class="card tone-${toneOf(finding)}" id="f${rank}"><header><div><h3><span class="rank">${rank}</span> ${name(finding)} <span class="dim">${kind}</span></h3><p class="chips">${kind !== 'anomaly' && chip(toneOf(finding))}${techniques.map(technique)}</p></div><div class="worth"><span class="dim">priority</span>${priority(finding)}</div></header>${facts(finding)}${plots(finding)}${sums(finding)}${tried(finding)}<p class="id dim">${id}</p></article>`;
}
