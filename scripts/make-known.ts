import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownKind } from '../src/triage/known.ts';
import { V4_BITS } from '../src/record/address.ts';
import { parsePrefix, type Prefix } from '../src/table/prefix.ts';
import { ROOT } from './tree.ts';

/**
 * Makes data/known/known.bin, the address ranges of known scanners, crawlers, delivery networks and clouds, and
 * the table of them in data/known/README.md.
 *
 *     node scripts/make-known.ts FOLDER
 *
 * FOLDER holds the list.json files of github.com/MISP/misp-warninglists, each under the name of its folder there.
 */

/**
 * Names of files, by kind, in the order in which they are written: what every run asks for comes first. Lists of private
 * ranges, resolvers, VPNs and relays are left out: nothing here goes by them.
 */
const KINDS: readonly (readonly [RegExp, KnownKind])[] = [
  [/scann|xpanse|umich|shadowserver|tenable-cloud/, 'research'],
  [/^(?:googlebot|openai-gptbot)\.json$/, 'crawler'],
  [/^(?:akamai|bunny-net|cloudflare|fastly|stackpath)\.json$/, 'cdn'],
  [/^(?:amazon-aws|google-gcp|microsoft-azure|oracle-oci|ovh-cluster|zscaler)\.json$/, 'cloud'],
];

interface Warninglist {
  readonly name: string;
  readonly version: number;
  readonly type: string;
  readonly list: readonly string[];
}

interface Taken {
  readonly file: string;
  readonly title: string;
  readonly kind: KnownKind;
  readonly version: string;
  readonly v4: Prefix[];
  readonly v6: Prefix[];
}

const isV4 = ({ words, bits }: Prefix): boolean =>
  words[2] === 0xffff && words[0] === 0 && words[1] === 0 && bits >= V4_BITS;

function taken(folder: string, file: string): Taken | undefined {
  const kind = KINDS.find(([names]) => names.test(file))?.[1];
  const { name: title, version, type, list } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Warninglist;
  if (kind === undefined || type !== 'cidr') return undefined;
  const all = new Map(list.map((text) => [text, parsePrefix(text)]));
  const prefixes = [...all.values()].filter((prefix) => prefix !== null);
  const byAddress = (a: Prefix, b: Prefix): number =>
    a.words[0] - b.words[0] ||
    a.words[1] - b.words[1] ||
    a.words[2] - b.words[2] ||
    a.words[3] - b.words[3] ||
    a.bits - b.bits;
  const sorted = prefixes.toSorted(byAddress);
  return {
    file: file.replace(/\.json$/, ''),
    title,
    kind,
    version: String(version),
    v4: sorted.filter(isV4),
    v6: sorted.filter((prefix) => !isV4(prefix)),
  };
}

function encoded(lists: readonly Taken[]): Uint8Array {
  const out: number[] = [];
  const number = (value: number): void => {
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) out.push((left % 128) + 128);
    out.push(left);
  };
  for (const { v4, v6 } of lists) {
    let before = 0;
    for (const { words, bits } of v4) {
      number(words[3] - before);
      number(bits - V4_BITS);
      before = words[3];
    }
    for (const { words, bits } of v6) {
      words.forEach(number);
      number(bits);
    }
  }
  const head = lists.map(({ file, kind, version, v4, v6 }) => ({
    name: file,
    kind,
    version,
    v4: v4.length,
    v6: v6.length,
  }));
  return Buffer.concat([Buffer.from(`${JSON.stringify({ lists: head })}\n`), Uint8Array.from(out)]);
}

function page(lists: readonly Taken[], bytes: number): string {
  const rows = lists.map(
    ({ file, title, kind, version, v4, v6 }) =>
      `| ${file} | ${kind} | ${title} | ${version} | ${v4.length} | ${v6.length} |`,
  );
  return [
    '# known.bin',
    '',
    `Address ranges of ${lists.length} lists, ${bytes} bytes, made by \`scripts/make-known.ts\`; the format is described in`,
    '`src/triage/known.ts`. Source: github.com/MISP/misp-warninglists, whose versions stand below (a date or a number of',
    'the list). Licence: CC0-1.0.',
    '',
    'Scanners of the whole Internet that publish their addresses are labelled `known-scanner` (`--known`); of the others',
    'a finding only says that somebody else may use the same address.',
    '',
    '| list | kind | title | version | IPv4 | IPv6 |',
    '|---|---|---|---|---:|---:|',
    ...rows,
    '',
  ].join('\n');
}

const [folder] = process.argv.slice(2);
const place = ({ kind }: Taken): number => KINDS.findIndex(([, one]) => one === kind);
const lists = readdirSync(folder)
  .toSorted()
  .flatMap((file) => taken(folder, file) ?? [])
  .sort((a, b) => place(a) - place(b));
const bytes = encoded(lists);
writeFileSync(join(ROOT, 'data', 'known', 'known.bin'), bytes);
writeFileSync(join(ROOT, 'data', 'known', 'README.md'), page(lists, bytes.length));
console.log(`${lists.length} lists, ${bytes.length} bytes`);
