/** Lines of an access log, made in the test. */

export interface Hit {
  /** seconds since 1970 */
  readonly at: number;
  readonly source: string;
  readonly target: string;
  readonly status?: number;
  readonly bytes?: number;
  readonly referer?: string;
  readonly agent?: string;
  readonly verb?: string;
  /** virtual host in front */
  readonly site?: string;
}

const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment to begin at, in seconds since 1970. */
export const START = Date.UTC(2026, 10, 20, 8) / 1000;

const two = (value: number): string => String(value).padStart(2, '0');

function stampOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/** One line in the combined format. */
export function lineOf(hit: Hit): string {
  const { at, source, target, status = 200, bytes = 5000, referer = '-', agent = BROWSER, verb = 'GET', site } = hit;
  const host = site === undefined ? '' : `${site} `;
  return `${host}${source} - - [${stampOf(at)}] "${verb} ${target} HTTP/1.1" ${status} ${bytes} "${referer}" "${agent}"`;
}

/** A log of these, in order of time. */
export const logOf = (hits: readonly Hit[]): string =>
  `${hits
    .toSorted((a, b) => a.at - b.at)
    .map(lineOf)
    .join('\n')}\n`;

/** People who read pages of a site, each with its style sheet and icon; some pages link to what is gone. */
export function visitors(count: number, site = 'http://www.example.org'): Hit[] {
  const hits: Hit[] = [];
  for (let person = 0; person < count; person += 1) {
    const source = `198.51.${100 + (person >> 8)}.${person & 255}`;
    const at = START + person * 37;
    hits.push({ at, source, target: '/' }, { at, source, target: '/site.css', bytes: 900, referer: `${site}/` });
    hits.push({ at, source, target: '/favicon.ico', status: 404, bytes: 150, referer: `${site}/` });
    for (let page = 0; page < 4; page += 1) {
      const name = `/${['about', 'team', 'shop', 'news', 'press', 'jobs'][(person + page) % 6]}.html`;
      hits.push({ at: at + 20 * page + 5, source, target: name, bytes: 4000 + page, referer: `${site}/` });
    }
    if (person % 3 === 0)
      hits.push({ at: at + 90, source, target: '/old-flyer.pdf', status: 404, bytes: 150, referer: `${site}/` });
  }
  return hits;
}

/** Guesses of names, one a second, none of which is there. */
export const guesses = (words: readonly string[], source: string, over: Partial<Hit> = {}): Hit[] =>
  words.map((word, at) => ({ at: START + 600 + at, source, target: `/${word}`, status: 404, bytes: 150, ...over }));
