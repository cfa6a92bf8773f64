import type { Summary } from '../../finding/finding.ts';
import { bitsText, counted, grouped } from '../layout.ts';
import { broken, html, type Markup, type Part } from './escape.ts';

/** What is no finding: the noise, who was explained, who came near, and what limits all of it. */

const NEAREST_SHOWN = 10;
const CAVEATS_SHOWN = 40;

export function backgroundSection({ noise, nearest, bar }: Summary): Markup {
  const most = Math.max(1, ...noise.topServices.map(({ probes }) => probes));
  const services = noise.topServices.map(
    ({ protocol, port, probes }) =>
      html`<li><code>${protocol}/${port}</code><i style="--part:${Math.round((100 * probes) / most)}%"></i><span>${grouped(probes)}</span></li>`,
  );
  return html`<section id="background"><h2>Background</h2>${
    noise.probes === 0
      ? html`<p>No unasked probes under the bar.</p>`
      : html`<p>${counted(noise.probes, 'probe')} by ${counted(noise.sources, 'source')}, each under the bar: traffic that every address gets unasked. It is counted and is no finding; when one port stands out, somebody looks for what listens there.</p><ul class="bars">${services}</ul>`
  }${nearest.length > 0 && html`<h3>Nearest to the bar</h3><div class="wide"><table><thead><tr><th scope="col">source</th><th scope="col" class="number">bits of ${bitsText(bar)}</th><th scope="col">mostly because</th><th scope="col" class="number">contacts</th></tr></thead><tbody>${nearest.slice(0, NEAREST_SHOWN).map(({ source, bits, reason, contacts }) => html`<tr><td class="text"><code>${broken(source)}</code></td><td class="number">${bitsText(bits)}</td><td class="text">${reason}</td><td class="number">${grouped(contacts)}</td></tr>`)}</tbody></table></div>`}</section>`;
}

export function explainedSection({ explained }: Summary): Part {
  if (explained.length === 0) return undefined;
  return html`<section id="explained"><h2>Explained</h2><p>These looked like scanners and are none.</p><div class="wide"><table><thead><tr><th scope="col">source</th><th scope="col">what it is</th><th scope="col">because</th><th scope="col" class="number">probes</th></tr></thead><tbody>${explained.map(({ source, what, because, probes }) => html`<tr><td class="text"><code>${broken(source)}</code></td><td class="text">${what}</td><td class="text">${because}</td><td class="number">${grouped(probes)}</td></tr>`)}</tbody></table></div></section>`;
}

/** What findings say against themselves, each once. */
export function caveatsSection(caveats: readonly string[], { home, span }: Summary): Part {
  const counts = new Map<string, number>();
  for (const caveat of caveats) counts.set(caveat, (counts.get(caveat) ?? 0) + 1);
  const own = [
    home.inferred && 'The own networks were inferred from the data; --home PREFIX says them for certain.',
    span === null && 'Nothing was read that has a time, so nothing could be judged.',
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
