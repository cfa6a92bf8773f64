import { MITIGATIONS } from '../../finding/attack.ts';
import type { Advice, Finding, Learned } from '../../finding/finding.ts';
import { counted, grouped } from '../layout.ts';
import { command, html, type Markup, type Part } from './escape.ts';
import { clock, code, enumerated, link, type Ranked } from './words.ts';

/** What the scanners were told, each thing once, and what to do about it. */

const FACTS_OPEN = 40;
const FACTS_SHOWN = 300;
const TOLD_SHOWN = 4;
const ADVICE_SHOWN = 30;
const TARGETS_SHOWN = 8;

interface Fact {
  /** everything that any of them was told of it */
  fact: Learned;
  readonly to: Ranked[];
}

const keyOf = ({ address, protocol, port, host, path, user }: Learned): string =>
  JSON.stringify([address, protocol, port, host, path, user]);

function factsOf(findings: readonly Ranked[]): Fact[] {
  const facts = new Map<string, Fact>();
  for (const ranked of findings)
    for (const fact of ranked.finding.learned) {
      const key = keyOf(fact);
      const known = facts.get(key);
      if (known === undefined) facts.set(key, { fact, to: [ranked] });
      else {
        known.fact = { ...fact, ...known.fact };
        if (known.to.at(-1) !== ranked) known.to.push(ranked);
      }
    }
  return [...facts.values()];
}

function what({ service, banner, path, user, host, status, bytes, state }: Learned): Part {
  const name = path ?? user ?? host;
  const answer = [status !== undefined && `status ${status}`, bytes !== undefined && counted(bytes, 'byte')].filter(
    (words) => words !== false,
  );
  return [
    name !== undefined && html`<code>${name}</code> `,
    service !== undefined && service !== '' && html`${service} `,
    banner !== undefined && html`<q>${banner}</q> `,
    answer.length > 0 && html`<span class="dim">${answer.join(', ')}</span>`,
    (state !== 'open' || (name === undefined && banner === undefined)) && html`<span class="dim">${state}</span>`,
  ];
}

function factRow({ fact, to }: Fact): Markup {
  const port = fact.port === undefined ? fact.protocol : `${fact.protocol}/${fact.port}`;
  const site = fact.address === '' ? (fact.host ?? '') : fact.address;
  return html`<tr><td class="text">${site === '' ? html`<span class="dim">not told</span>` : html`<code>${site}</code>`}</td><td class="time">${port}</td><td class="text">${what(fact)}</td><td>${enumerated(to.map(link), TOLD_SHOWN)}</td><td class="time">${clock(fact.at)}</td></tr>`;
}

const table = (facts: readonly Fact[]): Markup =>
  html`<div class="wide"><table><thead><tr><th scope="col">where</th><th scope="col">port</th><th scope="col">what the answer told</th><th scope="col">told to</th><th scope="col">first told (UTC)</th></tr></thead><tbody>${facts.map(factRow)}</tbody></table></div>`;

export function learnedSection(findings: readonly Ranked[]): Markup {
  const facts = factsOf(findings);
  if (facts.length === 0)
    return html`<section id="learned"><h2>What was learned</h2><p>Nothing that was seen answered any of these findings.</p></section>`;
  const later = facts.slice(FACTS_OPEN, FACTS_SHOWN);
  const more = facts.length - FACTS_SHOWN;
  return html`<section id="learned"><h2>What was learned</h2><p>${counted(facts.length, 'thing')} of ours ${facts.length === 1 ? 'was' : 'were'} told to somebody who scanned.</p>${table(facts.slice(0, FACTS_OPEN))}${later.length > 0 && html`<details><summary>${grouped(later.length)} more</summary>${table(later)}</details>`}${more > 0 && html`<p>and ${grouped(more)} more: <code>--format ndjson</code></p>`}</section>`;
}

interface Task {
  readonly advice: Advice;
  readonly targets: Set<string>;
  readonly by: Set<number>;
  /** its place among the advice of the first finding that gives it */
  readonly place: number;
}

/** The same advice for several targets is one task; first what comes first for its finding, in the order of these. */
function tasksOf(findings: readonly Ranked[]): Task[] {
  const tasks = new Map<string, Task>();
  for (const { finding, rank } of findings)
    for (const [place, advice] of finding.advice.entries()) {
      const key = JSON.stringify([advice.mitigation, advice.text, advice.why]);
      const task = tasks.get(key) ?? { advice, targets: new Set<string>(), by: new Set<number>(), place };
      task.targets.add(advice.target);
      task.by.add(rank);
      tasks.set(key, task);
    }
  return [...tasks.values()].sort((a, b) => a.place - b.place);
}

function taskItem({ advice: { mitigation, text, why, verify }, targets, by }: Task): Markup {
  const findings = [...by].map((rank) => html`<a href="#f${rank}">${rank}</a>`);
  return html`<li><p><b>${text}</b> <span class="chip">${mitigation} ${MITIGATIONS[mitigation]?.name}</span></p><p>${enumerated([...targets].map(code), TARGETS_SHOWN)}</p><p class="dim">Why now: ${why}. Findings: ${enumerated(findings, TARGETS_SHOWN)}</p><p class="verify">To see that it is done: <code>${command(verify)}</code></p></li>`;
}

export function adviceSection(findings: readonly Ranked[]): Part {
  const tasks = tasksOf(findings);
  const more = tasks.length - ADVICE_SHOWN;
  const hasSaid = findings.some(({ finding }: { finding: Finding }) => finding.learned.length > 0);
  if (tasks.length === 0 && !hasSaid) return undefined;
  return html`<section id="advice"><h2>What to do</h2>${
    tasks.length === 0
      ? html`<p>Nothing that was learned calls for a change.</p>`
      : html`<p>Most worth first. Commands are for you to run; the program never does.</p><ol class="tasks">${tasks.slice(0, ADVICE_SHOWN).map(taskItem)}</ol>`
  }${more > 0 && html`<p>and ${more} more: <code>--format ndjson</code></p>`}</section>`;
}
