import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Expected, Question } from '../test/support/truth.ts';
import { benign } from './record-benign.ts';
import { copies } from './record-copies.ts';
import { record } from './record-lab.ts';
import { rewritten } from './record-rewrite.ts';
import { type Recipe, scans } from './record-scans.ts';

/**
 * Records the test cases: `sudo node scripts/record-cases.ts [--truth] [NAME…]`, all of them or those named.
 * With --truth the captures stay, and only what is asked and expected is written again.
 * Needs tcpdump, nmap, masscan, zmap, hping3, fping, arp-scan, ndisc6, curl, dig, traceroute, mtr, ssh and the servers.
 * All traffic stays in namespaces that are made for it; copies of a case are made from its capture.
 */
const CASES = new URL('../test/cases/', import.meta.url);
const INSIDE = 'inside: ';

function write(name: string, capture: Uint8Array, question: Question, expected: Expected): void {
  const folder = new URL(`${name}/`, CASES);
  mkdirSync(folder, { recursive: true });
  const packed = gzipSync(capture, { level: 9 });
  writeFileSync(new URL('input.pcap.gz', folder), packed);
  writeFileSync(new URL('case.json', folder), `${JSON.stringify(question, null, 2)}\n`);
  writeFileSync(new URL('expected.json', folder), `${JSON.stringify(expected, null, 2)}\n`);
  console.log(`${name.padEnd(28)} ${String(packed.length).padStart(6)} bytes`);
}

async function recorded({ site, sources, lines }: Recipe): Promise<Uint8Array> {
  return record(site, async (lab) => {
    lab.own(sources);
    const [server] = site.live;
    if (site.abroad && server) lab.speakAs('inside', server.address);
    for (const line of lines) {
      if (line.startsWith(INSIDE)) lab.run('inside', line.slice(INSIDE.length));
      else lab.run('outside', line);
    }
  });
}

const truthOnly = process.argv.includes('--truth');
const wanted = process.argv.slice(2).filter((word) => word !== '--truth');
const capture = (name: string): Uint8Array => gunzipSync(readFileSync(new URL(`${name}/input.pcap.gz`, CASES)));
const chosen = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
for (const recipe of [...scans, ...benign]) {
  const { name, site, question, lines, expected } = recipe;
  if (!chosen(name)) continue;
  const bytes = truthOnly ? capture(name) : await recorded(recipe);
  write(name, bytes, { question, home: site.prefixes, made: lines }, expected);
}
for (const { name, of, question, rewrite, expected } of copies) {
  if (!chosen(name)) continue;
  const { home, made } = JSON.parse(readFileSync(new URL(`${of}/case.json`, CASES), 'utf8')) as Question;
  write(name, rewritten(capture(of), rewrite), { question, home, made, of }, expected);
}
