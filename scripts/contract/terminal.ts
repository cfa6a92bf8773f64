import { join } from 'node:path';
import { ACK, PSH, RST, SYN } from '../../src/record/tcp-flags.ts';
import { fileSink } from '../../bench/file-sink.ts';
import { type Ends, Frames, reversed, stacks } from '../../src/rehearse/frames.ts';
import { Random } from '../../src/rehearse/random.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { COLOURS, HARMFUL, PAYLOADS } from '../../test/finding/payloads.ts';
import { inside, linesOf, vedette } from './child.ts';
import { few, grouped, inScratch, type Promised } from './promise.ts';

/**
 * Banners that mean harm to a terminal, on the wire: each answers a scanner of its own, which also knocks on closed
 * ports of its own choice so that it is found, and not as part of a crowd. What `analyze` and `explain` print of it must hold nothing that a terminal acts on.
 */

const START = 1_767_225_600e6;
const HOME = 0xcb007100;
const CLOSED = 24;
const OPEN = 2222;
const EXPLAINED = 6;
const EXPLAINED_IN_FULL = 200;

/** Services whose words are shown: what a server says, with the harm in its place. */
const SERVICES: readonly ((harm: string) => string)[] = [
  (harm) => `SSH-2.0-Open${harm}SSH\r\n`,
  (harm) => `220 mail${harm} ESMTP ready\r\n`,
  (harm) => `HTTP/1.1 200 OK\r\nServer: web${harm}/1.0\r\nContent-Length: 0\r\n\r\n`,
];

/** A scan of one host with one open port, that says this. */
function scan(out: Frames, random: Random, nth: number, said: Uint8Array): void {
  const source = 0x2d000001 + nth * 7;
  const target = HOME + 1 + (random.word() % 200);
  const ends = (targetPort: number): Ends => ({ source, target, sourcePort: random.port(), targetPort });
  for (let port = 0; port < CLOSED; port++) {
    const knock = ends(random.port());
    const seq = random.word();
    out.tcp(knock, SYN, seq, 0, stacks.linux);
    out.time += 200;
    out.tcp(reversed(knock), RST | ACK, 0, seq + 1, stacks.closed);
    out.time += 1000;
  }
  const open = ends(OPEN);
  const [mine, theirs] = [random.word(), random.word()];
  out.tcp(open, SYN, mine, 0, stacks.linux);
  out.tcp(reversed(open), SYN | ACK, theirs, mine + 1, stacks.server);
  out.tcp(open, ACK, mine + 1, theirs + 1, stacks.linux);
  out.tcp(reversed(open), PSH | ACK, theirs + 1, mine + 1, stacks.server, said);
  out.tcp(open, RST | ACK, mine + 1, theirs + 1 + said.length, stacks.linux);
  out.time += 5000;
}

/** What harms in a text as the terminal gets it; bytes that are no UTF-8 would be harm too. */
function harm(bytes: Buffer): string {
  const text = bytes.toString('utf8').replaceAll(COLOURS, '');
  const [found] = HARMFUL.exec(text) ?? [];
  if (found !== undefined) return `U+${found.codePointAt(0)?.toString(16)}`;
  return Buffer.from(bytes.toString('utf8')).equals(bytes) ? '' : 'bytes that are no text';
}

export const terminal: Promised = {
  id: 29,
  promised: 'no control, bidi or invisible character of a banner reaches the terminal',
  keep: (full) =>
    inScratch(async (folder) => {
      const path = join(folder, 'banners.pcap');
      const random = new Random(9);
      const out = new Frames(fileSink(path), random, START);
      for (const [nth, payload] of PAYLOADS.entries()) {
        const said = SERVICES[nth % SERVICES.length](payload.slice(0, 400));
        scan(out, random, nth, new Uint8Array(Buffer.from(said, nth % 5 === 0 ? 'latin1' : 'utf8')));
      }
      out.close();
      const ndjson = await inside(['analyze', '--format', 'ndjson', path], folder);
      const findings = linesOf<Finding>(ndjson).filter(({ kind }) => kind === 'scan');
      const told = findings.filter(({ learned }) => learned.some(({ banner }) => banner !== undefined));
      const harmed: string[] = [];
      const check = async (name: string, args: readonly string[]): Promise<void> => {
        const { stdout, status } = await (name === 'analyze' ? vedette(args, [], folder) : inside(args, folder));
        const said = status === 0 ? harm(stdout) : `exit status ${status}`;
        if (said !== '') harmed.push(`${name}: ${said}`);
      };
      await check('analyze', ['analyze', path]);
      await check('analyze in colour', ['analyze', '--color', 'always', path]);
      const step = Math.ceil(told.length / (full ? EXPLAINED_IN_FULL : EXPLAINED));
      const explained = told.filter((_, nth) => nth % step === 0);
      for (const { id } of explained) await check(`explain ${id}`, ['explain', id]);
      return {
        got:
          `${grouped(PAYLOADS.length)} banners, ${grouped(told.length)} shown with their findings, ` +
          `${explained.length} explained: ${harmed.length} outputs with harm${few(harmed)}`,
        pass: harmed.length === 0 && told.length > PAYLOADS.length / 2,
      };
    }),
};
