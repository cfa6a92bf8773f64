import type { Finding, Summary } from '../../finding/finding.ts';
import { counted, grouped } from '../layout.ts';
import { how, howMuch, techniquesText } from '../describe.ts';
import { backgroundSection, caveatsSection, explainedSection, policySection } from './background.ts';
import { html, Markup, type Part } from './escape.ts';
import { findingCard } from './finding.ts';
import { glossarySection } from './glossary.ts';
import { adviceSection, learnedSection } from './learned.ts';
import { hilbert, networksOf, touchedBy } from './plots/hilbert.ts';
import { timeline } from './plots/timeline.ts';
import { STYLE } from './style.ts';
import { figures, verdict, whatWasRead } from './summary.ts';
import { chip, clock, name, priority, type Ranked, toneOf } from './words.ts';

/**
 * The report as one page: no script, nothing loaded, readable where styles are off. Its size is bounded: findings in
 * full up to a number and a number of bytes, the others as rows of a table, then their number.
 */

const FULL = 100;
const FULL_LENGTH = 1_200_000;
const ROWS = 1000;
const GLANCE = 10;
const MAPS = 4;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

interface Section {
  readonly title: string;
  readonly id: string;
  readonly part: Part;
}

/** As many findings in full as there is room for; there always is for the first. */
function cards(findings: readonly Ranked[]): Markup[] {
  const written: Markup[] = [];
  let length = 0;
  for (const ranked of findings.slice(0, FULL)) {
    const card = findingCard(ranked);
    length += card.html.length;
    if (length > FULL_LENGTH && written.length > 0) break;
    written.push(card);
  }
  return written;
}

function glance(findings: readonly Ranked[]): Part {
  if (findings.length === 0) return undefined;
  const items = findings
    .slice(0, GLANCE)
    .map(
      (ranked) =>
        html`<li>${priority(ranked.finding)}<div><a href="#f${ranked.rank}"><b>${name(ranked.finding)}</b></a> ${chip(toneOf(ranked.finding))}<br>${sentence(ranked.finding)}</div></li>`,
    );
  return html`<section id="glance"><h2>Most worth a look</h2><ol class="glance">${items}</ol></section>`;
}

/** What it did, what it was told, what came of it. */
function sentence(finding: Finding): string {
  if (finding.kind === 'anomaly') return finding.account[0]?.reason ?? '';
  if (finding.kind === 'intrusion') return `${counted(finding.account.length, 'step')}: ${techniquesText(finding)}.`;
  const { learned, followedBy, tool } = finding;
  const told = learned.length === 0 ? 'nothing learned' : `${counted(learned.length, 'fact')} learned`;
  const then = followedBy.length === 0 ? '' : `, then ${followedBy.map(({ technique }) => technique).join(', ')}`;
  return `${how(finding)}${tool === null ? '' : ` (${tool.name})`}: ${howMuch(finding)}; ${told}${then}.`;
}

/** Findings that are not told in full. */
function rest(findings: readonly Ranked[]): Part {
  if (findings.length === 0) return undefined;
  const rows = findings
    .slice(0, ROWS)
    .map(
      ({ finding, rank }) =>
        html`<tr id="f${rank}"><td class="number">${rank}</td><td class="text">${name(finding)}</td><td>${finding.kind}</td><td>${finding.techniques[0]}</td><td class="number">${grouped(finding.probes)}</td><td class="number">${finding.triage.priority}</td><td class="time">${clock(finding.firstSeen)}</td></tr>`,
    );
  const more = findings.length - ROWS;
  return html`<h3>${counted(findings.length, 'more finding')}</h3><div class="wide"><table><thead><tr><th scope="col" class="number">rank</th><th scope="col">source</th><th scope="col">kind</th><th scope="col">technique</th><th scope="col" class="number">probes</th><th scope="col" class="number">priority</th><th scope="col">first seen (UTC)</th></tr></thead><tbody>${rows}</tbody></table></div>${more > 0 && html`<p>and ${grouped(more)} more: <code>--format ndjson</code></p>`}`;
}

function findingsSection(findings: readonly Ranked[]): Part {
  if (findings.length === 0) return undefined;
  const full = cards(findings);
  return html`<section id="findings"><h2>Findings</h2>${full}${rest(findings.slice(full.length))}</section>`;
}

function timelineSection(findings: readonly Ranked[], summary: Summary): Part {
  const drawn = timeline(findings, summary);
  return drawn && html`<section id="timeline"><h2>Timeline</h2>${drawn}</section>`;
}

function mapSection(findings: readonly Ranked[], { home }: Summary): Part {
  const touched = touchedBy(findings);
  const networks = networksOf(home.networks, touched).filter((network) => network.touched.size > 0);
  if (networks.length === 0) return undefined;
  const inside = networks.reduce((sum, network) => sum + network.touched.size, 0);
  const notes = [
    networks.length > MAPS && `${networks.length - MAPS} more own networks were touched.`,
    touched.size > inside &&
      `${counted(touched.size - inside, 'address', 'addresses')} of those drawn lie outside of the own networks.`,
    'Drawn from the earliest 256 contacts of each finding, and from what was learned. IPv6 is too wide to be drawn.',
  ].filter((note) => note !== false);
  return html`<section id="map"><h2>Our addresses, as they were tried</h2><div class="maps">${networks.slice(0, MAPS).map(hilbert)}</div><p class="legend"><i class="key level-1"></i>1 finding <i class="key level-2"></i>2 or 3 <i class="key level-3"></i>4 or more <i class="key answered"></i>answered</p><p class="dim">${notes.join(' ')}</p></section>`;
}

function sectionsOf(findings: readonly Ranked[], summary: Summary): Section[] {
  const caveats = findings.flatMap(({ finding }) => finding.caveats);
  const all: Section[] = [
    { title: 'At a glance', id: 'glance', part: glance(findings) },
    { title: 'Timeline', id: 'timeline', part: timelineSection(findings, summary) },
    { title: 'What to do', id: 'advice', part: adviceSection(findings) },
    { title: 'Findings', id: 'findings', part: findingsSection(findings) },
    { title: 'Learned', id: 'learned', part: findings.length > 0 && learnedSection(findings) },
    { title: 'Map', id: 'map', part: mapSection(findings, summary) },
    { title: 'Background', id: 'background', part: backgroundSection(summary) },
    { title: 'Explained', id: 'explained', part: explainedSection(summary) },
    { title: 'Policy', id: 'policy', part: policySection(summary) },
    { title: 'Read', id: 'read', part: whatWasRead(summary) },
    { title: 'Caveats', id: 'caveats', part: caveatsSection(caveats, summary) },
    { title: 'Words', id: 'glossary', part: glossarySection() },
  ];
  return all.filter(({ part }) => part !== undefined && part !== false);
}

/** The whole page. @param found most worth first */
export function page(found: readonly Finding[], summary: Summary): string {
  const findings = found.map((finding, at): Ranked => ({ finding, rank: at + 1 }));
  const sections = sectionsOf(findings, summary);
  const period = summary.span === null ? '' : `${clock(summary.span.first)} – ${clock(summary.span.last)} UTC`;
  const links = sections.map(({ title, id }) => html`<a href="#${id}">${title}</a>`);
  const top = findings[0];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><title>Vedette report ${period}</title>
<style>${new Markup(STYLE)}</style></head>
<body><header class="top"><p class="brand">Vedette</p><h1>Who scanned us</h1><p class="dim">${period}${summary.home.networks.length > 0 && html` · home ${summary.home.networks.slice(0, 4).join(', ')}`}</p><p class="verdict">${verdict(findings, summary)}${top && html` First: <a href="#f1">${name(top.finding)}</a>.`}</p>${figures(findings, summary)}<nav aria-label="Parts of the report">${links}</nav></header>
<main>${sections.map(
    ({ part }) => html`${part}
`,
  )}</main></body></html>
`.html;
}
