import { closeSync, openSync, writeSync } from 'node:fs';
import { Random } from '../src/rehearse/random.ts';
import type { Truth } from './generate.ts';

/*
 * Large logs for speed and memory, the same for the same seed: an access log in the combined format (visitors, and now
 * and then somebody with a list of words), and a conn.log of Zeek (connections that were answered, and sweeps).
 */
const START = 1_767_225_600;
const CROWD = 2000;
const CHUNK = 1 << 20;
/** Records a second. */
const A_SECOND = 100;

const MONTH = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
];
const TOOL = 'gobuster/3.6';
const PAGES = Array.from({ length: 500 }, (_, nth) => `/${['guide', 'news', 'shop'][nth % 3]}/${nth}/index.html`);
const PARTS = ['/style.css', '/site.js', '/logo.svg', '/text.woff2'];
const WORDS = ['admin', 'backup', 'old', 'test', 'api', 'tmp', 'conf', 'data'];
/** One of so many who come has a list of words, or sweeps. */
const SCANNERS = 250;
const PROBES = 2000;

interface Scan {
  readonly address: string;
  readonly kind: string;
  probes: number;
}

/** Says the next line, without its stamp; undefined: is gone. */
type Somebody = () => readonly [before: string, after: string] | undefined;

/** Writes what a crowd says, in turn, until there are so many lines. */
function tell(path: string, count: number, random: Random, head: string, next: () => Somebody, stamp: Stamp): void {
  const file = openSync(path, 'w');
  let text = head;
  const crowd = Array.from({ length: CROWD }, next);
  for (let lines = 0; lines < count; ) {
    const turn = random.below(CROWD);
    const said = crowd[turn]();
    if (said === undefined) crowd[turn] = next();
    else {
      text += said[0] + stamp(lines) + said[1];
      lines += 1;
    }
    if (text.length >= CHUNK) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}

type Stamp = (line: number) => string;

const two = (value: number): string => String(value).padStart(2, '0');

function commonStamp(): Stamp {
  let second = -1;
  let text = '';
  return (line) => {
    const now = START + Math.trunc(line / A_SECOND);
    if (now === second) return text;
    second = now;
    const date = new Date(now * 1000);
    const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
    text = `${two(date.getUTCDate())}/${MONTH[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clock} +0000`;
    return text;
  };
}

const dotted = (word: number): string => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.');

/** Some address that is not ours, nor anybody's special range. */
const outside = (random: Random): string =>
  dotted(((random.below(100) + 11) * 0x1000000 + (random.word() & 0xffffff)) >>> 0);

function visitor(random: Random): Somebody {
  const source = outside(random);
  const agent = random.pick(AGENTS);
  let left = 5 * (2 + random.below(12));
  let page = '';
  return () => {
    if (left === 0) return undefined;
    const part = left % 5;
    left -= 1;
    if (part === 0) page = random.pick(PAGES);
    const name = part === 0 ? page : PARTS[part - 1];
    const referer = part === 0 ? '-' : `https://www.example.org${page}`;
    const size = 500 + random.below(40_000);
    return [`${source} - - [`, `] "GET ${name} HTTP/1.1" 200 ${size} "${referer}" "${agent}"\n`];
  };
}

function guesser(random: Random, scans: Scan[]): Somebody {
  const scan = { address: outside(random), kind: 'wordlist', probes: 0 };
  scans.push(scan);
  const agent = random.below(2) === 0 ? TOOL : random.pick(AGENTS);
  return () => {
    if (scan.probes === PROBES) return undefined;
    scan.probes += 1;
    const name = `/${random.pick(WORDS)}${scan.probes.toString(36)}`;
    return [`${scan.address} - - [`, `] "GET ${name} HTTP/1.1" 404 153 "-" "${agent}"\n`];
  };
}

/** An access log. */
export function access(path: string, count: number, seed: number): Truth {
  const random = new Random(seed);
  const scanners: Scan[] = [];
  const next = (): Somebody => (random.below(SCANNERS) === 0 ? guesser(random, scanners) : visitor(random));
  tell(path, count, random, '', next, commonStamp());
  return { home: [], scanners };
}

const HEAD = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tconn',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes',
  '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount',
  '',
].join('\n');

const ours = (host: number): string => `203.0.113.${1 + (host % 254)}`;

function client(random: Random): Somebody {
  const source = outside(random);
  let left = 1 + random.below(30);
  return () => {
    if (left === 0) return undefined;
    left -= 1;
    const sent = 200 + random.below(2000);
    const got = 400 + random.below(90_000);
    const ends = `${source}\t${random.port()}\t${ours(10 + (left % 3))}\t443`;
    const size = `0.${two(random.below(100))}1\t${sent}\t${got}`;
    return [
      '',
      `\tC${random.word().toString(36)}\t${ends}\ttcp\tssl\t${size}\tSF\tF\tT\t0\tShADadFf\t9\t${sent + 400}\t8\t${got + 400}\n`,
    ];
  };
}

function sweeper(random: Random, scans: Scan[]): Somebody {
  const scan = { address: outside(random), kind: 'sweep', probes: 0 };
  scans.push(scan);
  const port = random.pick([22, 23, 445, 3389, 8080]);
  return () => {
    if (scan.probes === 250) return undefined;
    scan.probes += 1;
    const ends = `${scan.address}\t${random.port()}\t${ours(scan.probes)}\t${port}`;
    return ['', `\tC${random.word().toString(36)}\t${ends}\ttcp\t-\t-\t-\t-\tS0\tF\tT\t0\tS\t1\t60\t0\t0\n`];
  };
}

/** A conn.log. */
export function connections(path: string, count: number, seed: number): Truth {
  const random = new Random(seed);
  const scanners: Scan[] = [];
  const next = (): Somebody => (random.below(SCANNERS) === 0 ? sweeper(random, scanners) : client(random));
  tell(path, count, random, HEAD, next, (line) => (START + line / A_SECOND).toFixed(6));
  return { home: ['203.0.113.0/24'], scanners };
}
