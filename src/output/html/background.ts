import type { Summary } from '../../finding/finding.ts';
import { serviceName } from '../describe.ts';
import { bitsText, counted, durationText, grouped } from '../layout.ts';
import { untilWords, useWords } from '../policy.ts';
import { broken, html, type Markup, type Part } from './escape.ts';
import { clock } from './words.ts';

/** What is no finding: the noise, who was explained, who came near, and what limits all of it. */

const NEAREST_SHOWN = 10;
const SERVICES_SHOWN = 12;
const DIGESTS_SHOWN = 100;
const CAVEATS_SHOWN = 40;

export function backgroundSection(summary: Summary): Markup {
  return html`<section id="background"><h2>Background</h2>${noise(summary)}${digests(summary)}${nearest(summary)}</section>`;
}

/** What came unasked and stayed under the bar. */
function noise({ noise: { probes, sources, topServices, newServices, tools, knownScanners } }: Summary): Part {
  const most = Math.max(1, ...topServices.map((service) => service.probes));
  const bars = topServices.map(
    (service) =>
      html`<li><code>${serviceName(service)}</code><i style="--part:${Math.round((100 * service.probes) / most)}%"></i><span>${grouped(service.probes)}</span></li>`,
  );
  const fresh = newServices.slice(0, SERVICES_SHOWN).map(serviceName);
  const programs = tools.slice(0, SERVICES_SHOWN).map(({ name, findings }) => `${name} (${grouped(findings)})`);
  const known = `${counted(knownScanners.findings, 'finding')} of known scanners, ${Math.round(100 * knownScanners.share)} % of all that is background`;
  return [
    probes === 0
      ? html`<p>No unasked probes under the bar.</p>`
      : html`<p>${counted(probes, 'probe')} by ${counted(sources, 'source')}, each under the bar: traffic that every address gets unasked. It is counted and is no finding; when one port stands out, somebody looks for what listens there.</p><ul class="bars">${bars}</ul>`,
    fresh.length > 0 && html`<p>New in the second half of the data: ${fresh.join(', ')}.</p>`,
    programs.length > 0 && html`<p>Programs of background findings: ${programs.join(', ')}.</p>`,
    knownScanners.findings > 0 && html`<p>${known}.</p>`,
  ];
}

/** Background findings that are told together. */
function digests({ digest, findingsPerDay }: Summary): Part {
  if (digest.length === 0) return undefined;
  const rows = digest
    .slice(0, DIGESTS_SHOWN)
    .map(
      ({ what, hour, findings, sources, ports }) =>
        html`<tr><td class="text">${what}</td><td class="time">${clock(hour)}</td><td class="number">${grouped(findings)}</td><td class="number">${grouped(sources)}</td><td class="text">${ports.join(', ')}</td></tr>`,
    );
  const more = digest.length - DIGESTS_SHOWN;
  const daily =
    findingsPerDay &&
    html`<p>${grouped(Math.round(findingsPerDay.findings))} findings a day, of which ${grouped(Math.round(findingsPerDay.notifications))} notifications: told one by one, or together as here.</p>`;
  return html`<h3>Told together</h3>${daily ?? undefined}<div class="wide"><table><thead><tr><th scope="col">what</th><th scope="col">began (UTC)</th><th scope="col" class="number">findings</th><th scope="col" class="number">sources</th><th scope="col">ports</th></tr></thead><tbody>${rows}</tbody></table></div>${more > 0 && html`<p>and ${grouped(more)} more</p>`}`;
}

/** Who came near the bar. */
function nearest({ nearest: all, bar }: Summary): Part {
  if (all.length === 0) return undefined;
  const rows = all
    .slice(0, NEAREST_SHOWN)
    .map(
      ({ source, bits, reason, contacts }) =>
        html`<tr><td class="text"><code>${broken(source)}</code></td><td class="number">${bitsText(bits)}</td><td class="text">${reason}</td><td class="number">${grouped(contacts)}</td></tr>`,
    );
  return html`<h3>Nearest to the bar</h3><div class="wide"><table><thead><tr><th scope="col">source</th><th scope="col" class="number">bits of ${bitsText(bar)}</th><th scope="col">mostly because</th><th scope="col" class="number">contacts</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

export function explainedSection({ explained }: Summary): Part {
  if (explained.length === 0) return undefined;
  return html`<section id="explained"><h2>Explained</h2><p>These looked like scanners and are none.</p><div class="wide"><table><thead><tr><th scope="col">source</th><th scope="col">what it is</th><th scope="col">because</th><th scope="col" class="number">probes</th></tr></thead><tbody>${explained.map(({ source, what, because, probes }) => html`<tr><td class="text"><code>${broken(source)}</code></td><td class="text">${what}</td><td class="text">${because}</td><td class="number">${grouped(probes)}</td></tr>`)}</tbody></table></div></section>`;
}

/** The operator's own entries: expired ones first, and those that nobody needs last. */
export function policySection({ policy = [] }: Summary): Part {
  if (policy.length === 0) return undefined;
  const rows = policy.map(
    (entry) =>
      html`<tr><td class="text"><code>${broken(entry.prefix)}</code></td><td>${entry.policy}</td><td class="text">${entry.reason ?? 'no reason given'}</td><td>${untilWords(entry)}</td><td class="text">${useWords(entry)}</td><td class="text">${entry.from}</td></tr>`,
  );
  return html`<section id="policy"><h2>Policy</h2><p>What the operator's own entries did. One that has expired does not count any more.</p><div class="wide"><table><thead><tr><th scope="col">prefix</th><th scope="col">policy</th><th scope="col">reason</th><th scope="col">expiry</th><th scope="col">about</th><th scope="col">from</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** What findings say against themselves, each once. */
export function caveatsSection(caveats: readonly string[], { home, span, inputs, clocks }: Summary): Part {
  const counts = new Map<string, number>();
  for (const caveat of caveats) counts.set(caveat, (counts.get(caveat) ?? 0) + 1);
  const own = [
    home.inferred && 'The own networks were inferred from the data; --home PREFIX says them for certain.',
    span === null && 'Nothing was read that has a time, so nothing could be judged.',
    ...inputs
      .map(({ name, assumed }) => ({ name, leftOut: assumed.filter((what) => what !== 'columns') }))
      .filter(({ leftOut }) => leftOut.length > 0)
      .map(
        ({ name, leftOut }) => `The stamps of ${name} leave out the ${leftOut.join(' and the ')}, which was assumed.`,
      ),
    ...inputs
      .filter(({ assumed }) => assumed.includes('columns'))
      .map(({ name }) => `The columns of ${name} were assumed from what stands in them; --log-format names them.`),
    ...clocks.map(
      ({ input, other, aheadSeconds, pairs }) =>
        `The clock of ${other} is ${durationText(Math.abs(aheadSeconds))} ${aheadSeconds < 0 ? 'behind' : 'ahead of'} that of ${input}, by ${counted(pairs, 'contact')} that both saw.`,
    ),
  ].filter((words) => words !== false);
  const items = [
    ...own.map((words) => html`<li>${words}</li>`),
    ...[...counts].map(
      ([caveat, many]) => html`<li>${caveat}${many > 1 && html` <span class="dim">(${many} findings)</span>`}</li>`,
    ),
  ];
  const more = items.length - CAVEATS_SHOWN;
  return (
    items.length > 0 &&
    html`<section id="caveats"><h2>Caveats</h2><ul>${items.slice(0, CAVEATS_SHOWN)}${more > 0 && html`<li>and ${more} more</li>`}</ul></section>`
  );
}
