import { printable } from '../printable.ts';

/**
 * Writing HTML of which every part is either markup that stands in this project's sources or text that is escaped.
 * There is no third way into a page: `html` takes strings for text, and only this file makes markup of strings.
 *
 * Text is also made inert for whatever reads the page later: what a screen does not show becomes visible (printable.ts),
 * links lose their scheme (hxxp), addresses of scanners are broken (198.18.10[.]11).
 */

/** Characters of one text that are shown. */
const CAP = 600;

/** What `html` has made, and constant text of this project such as the style sheet. */
export class Markup {
  readonly html: string;
  constructor(html: string) {
    this.html = html;
  }
}

/** What may stand between the braces: nothing, text, numbers, markup, or many of these. */
export type Part = Markup | string | number | false | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** The scheme bounded, so that no text takes long. */
const SCHEME = /([a-z][a-z0-9+.-]{0,20}):\/\//gi;
const HOST = /(?<=:\]?\/\/)[^\s/]+/g;
const SCRIPT = /(javascript|vbscript|data(?=:\S)):/gi;

/** `http` and `https` as hxxp and hxxps, other schemes as `ldap[:]`. */
function lamed(_: string, scheme: string): string {
  const web = scheme.replace(/http(s?)$/i, (_, more: string) => `hxxp${more.toLowerCase()}`);
  return `${web}${web === scheme ? '[:]' : ':'}//`;
}

/** Links that nothing will open: `hxxp://evil[.]example/x`, `ldap[:]//…`, `javascript[:]…`. */
export function defanged(text: string): string {
  if (!text.includes(':')) return text;
  const lame = text.replace(SCHEME, lamed).replace(HOST, (host) => host.replace(/(?<!\[)\.(?!\])/g, '[.]'));
  return lame.replace(SCRIPT, '$1[:]');
}

/** The address or name of somebody else, written so that nobody follows it by mistake. */
export function broken(address: string): string {
  const shown = printable(address, 80);
  const last = Math.max(shown.lastIndexOf('.'), shown.lastIndexOf(':'));
  return last < 0 || shown.includes('[') ? shown : `${shown.slice(0, last)}[${shown[last]}]${shown.slice(last + 1)}`;
}

function escaped(text: string): string {
  return defanged(printable(text, CAP)).replace(/[&<>"'`]/g, (character) => ENTITIES[character]);
}

function written(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.html;
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return part.map(written).join('');
}

/** Data of an SVG path, as long as it is: nothing but commands and numbers. */
export function pathData(commands: string): Markup {
  return new Markup(/^[MLh\d .-]*$/.test(commands) ? commands : '');
}

/**
 * A command that the operator may copy and run. Its links stay what they are, yet none stands in the page: `<wbr>` parts
 * scheme and host, and is not copied.
 */
export function command(text: string): Markup {
  return new Markup(
    text
      .split(/(?<=:)(?=\/\/)/)
      .map(escaped)
      .join('<wbr>'),
  );
}

/** html`<p>${text}</p>` */
export function html(markup: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(markup.reduce((page, piece, at) => page + written(parts[at - 1]) + piece));
}
