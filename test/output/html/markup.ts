/** A strict reader of the HTML that this project writes: what is not exactly so is an error, not a guess. */

export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** names of the elements around it, outermost first */
  readonly inside: readonly string[];
}

const EMPTY = new Set(['meta', 'br', 'wbr']);
const TAG = /^<(\/?)([a-z][a-zA-Z0-9]*)((?: [a-z][a-zA-Z0-9-]*="[^"<>`]*")*)(\/?)>/;
const ENTITY = /^(?:[^&<>`]|&(?:amp|lt|gt|quot|#39|#96);)*$/;

/** All elements of a page; throws where the page is not what this project writes. */
export function elementsOf(page: string): Element[] {
  const elements: Element[] = [];
  const open: string[] = [];
  if (!page.startsWith('<!doctype html>\n')) throw new Error('no doctype');
  let at = '<!doctype html>'.length;
  while (at < page.length) {
    const next = page.indexOf('<', at);
    const text = page.slice(at, next < 0 ? page.length : next);
    const isStyle = open.at(-1) === 'style';
    if (!isStyle && !ENTITY.test(text)) throw new Error(`raw text: ${text.slice(0, 80)}`);
    if (next < 0) break;
    const end = page.indexOf('>', next) + 1;
    const [whole, close, name, attributes, alone] = TAG.exec(page.slice(next, end)) ?? [];
    if (whole === undefined) throw new Error(`no tag: ${page.slice(next, next + 80)}`);
    at = next + whole.length;
    if (close === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes something else`);
      continue;
    }
    const pairs = [...attributes.matchAll(/ ([a-zA-Z0-9-]+)="([^"]*)"/g)].map(([, key, value]): [string, string] => [
      key,
      value,
    ]);
    if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error(`twice the same attribute: ${whole}`);
    elements.push({ name, attributes: new Map(pairs), inside: [...open] });
    if (alone !== '/' && !EMPTY.has(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(' ')}`);
  return elements;
}
