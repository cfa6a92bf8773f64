import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Agenda } from '../src/rehearse/agenda.ts';
import { type Ends, Frames, stacks, written } from '../src/rehearse/frames.ts';
import { Random } from '../src/rehearse/random.ts';
import {
  type Actor,
  dnsMessage,
  Exchange,
  Knock,
  Ping,
  Refusal,
  Session,
  type Stage,
} from '../src/rehearse/traffic.ts';
import { fileSink } from './file-sink.ts';

/**
 * A day of people and programs that do not scan, for the calibration plot: the share of benign accounts that ever
 * reach 2^b has to stay under 2^-b. Nobody here tries an address or a port because he does not know what is there.
 *
 *     node bench/benign.ts SOURCES FILE [--seed 1] [--days 1]
 *
 * The truth (home, how many sources of each habit) is written beside the capture, as FILE.truth.json.
 */
export interface BenignTruth {
  readonly home: string[];
  readonly habits: Record<string, number>;
}

/** One source: who it is, and what it does within the day. */
interface Person {
  readonly stage: Stage;
  readonly address: number;
  /** a moment of the span, in µs since 1970 */
  moment(): number;
  begin(at: number, actor: Actor, gap?: number): void;
}

const SECOND = 1e6;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const START = 1_767_571_200e6;
const ROUND_TRIP = 0.03 * SECOND;
const RETRY = 1.5 * SECOND;
const HOME = 0xcb007100;

/** own hosts: address → open TCP ports */
const LIVE: ReadonlyMap<number, readonly number[]> = new Map([
  [HOME + 10, [80, 443]],
  [HOME + 11, [80, 443]],
  [HOME + 12, [443, 8443]],
  [HOME + 25, [25, 587, 993]],
  [HOME + 53, [53]],
  [HOME + 60, [22]],
  [HOME + 77, [80, 443, 22]],
]);
const HOSTS = [...LIVE.keys()];
const WEB = HOSTS.filter((host) => LIVE.get(host)?.includes(443));
/** where services used to be: clients remember them */
const GONE = [HOME + 13, HOME + 26, HOME + 90];
const NAME_SERVER = HOME + 53;
const MAIL = HOME + 25;

const to = ({ stage, address }: Person, target: number, targetPort: number): Ends => ({
  source: address,
  target,
  sourcePort: stage.random.port(),
  targetPort,
});

function visit(person: Person, at: number, host: number, port: number): void {
  const { random } = person.stage;
  const stack = random.oneIn(2) ? stacks.linux : stacks.windows;
  person.begin(at, new Session(person.stage, to(person, host, port), stack, 1 + random.below(10)));
}

/** A SYN for a host that is gone, as often as the stack retries it. */
function unheard(person: Person, at: number, host: number, port: number): void {
  person.begin(at, new Knock(person.stage, to(person, host, port), stacks.linux, 3), RETRY);
}

function refused(person: Person, at: number, host: number, port: number): void {
  person.begin(at, new Refusal(person.stage, to(person, host, port)));
}

const question = (id: number): Uint8Array => dnsMessage(id, 'www.example.com', 0);
const answer = (id: number): Uint8Array => dnsMessage(id, 'www.example.com', 1);

/** What kinds of source there are, how many in a thousand, and what each does. */
const habits: readonly (readonly [name: string, perMille: number, live: (person: Person) => void])[] = [
  ['visitor', 560, visitor],
  ['misdirected', 150, misdirected],
  ['mail server', 50, mailServer],
  ['resolver', 60, resolver],
  ['retrier', 30, retrier],
  ['stale name', 40, staleName],
  ['old peer', 50, oldPeer],
  ['monitor', 10, monitor],
  ['gateway', 20, gateway],
  ['crawler', 10, crawler],
  ['administrator', 20, administrator],
];

/** Comes to one or two web servers; one in fifty follows an old link to a port that is closed now. */
function visitor(person: Person): void {
  const { random } = person.stage;
  const host = random.pick(WEB);
  for (let times = 1 + random.below(5); times > 0; times--) visit(person, person.moment(), host, 443);
  if (random.oneIn(4)) visit(person, person.moment(), random.pick(WEB), 443);
  if (random.oneIn(50)) refused(person, person.moment(), host, 8080);
}

/** Somebody's typing mistake or old configuration: one packet to one address of ours, and never again. */
function misdirected(person: Person): void {
  const { random } = person.stage;
  const host = HOME + 1 + random.below(254);
  const port = random.pick([25, 53, 80, 123, 443, 1194, 5060]);
  if (LIVE.get(host)?.includes(port)) visit(person, person.moment(), host, port);
  else if (LIVE.has(host)) refused(person, person.moment(), host, port);
  else unheard(person, person.moment(), host, port);
}

/** Delivers mail; one in ten asks the secondary that we no longer run. */
function mailServer(person: Person): void {
  const { random } = person.stage;
  for (let times = 1 + random.below(8); times > 0; times--) visit(person, person.moment(), MAIL, 25);
  if (random.oneIn(10)) unheard(person, person.moment(), HOME + 26, 25);
}

function resolver(person: Person): void {
  const { random } = person.stage;
  for (let times = 1 + random.below(20); times > 0; times--) {
    const id = random.below(65536);
    const ends = to(person, NAME_SERVER, 53);
    person.begin(person.moment(), new Exchange(person.stage, ends, question(id), answer(id)));
  }
}

/** A program that tries one closed port, or one host that is gone, again and again. */
function retrier(person: Person): void {
  const { random } = person.stage;
  const gone = random.oneIn(2);
  const host = random.pick(gone ? GONE : HOSTS);
  const every = (1 + random.below(30)) * MINUTE;
  for (let at = person.moment(), times = 40; times > 0; at += every, times--) {
    if (gone) unheard(person, at, host, 443);
    else refused(person, at, host, 5432);
  }
}

/** Knows the old address of a service, and comes to the new one after that. */
function staleName(person: Person): void {
  const at = person.moment();
  unheard(person, at, HOME + 13, 443);
  visit(person, at + 20 * SECOND, HOME + 12, 443);
}

/** A swarm that remembers a client of ours: one high port, by TCP and UDP. */
function oldPeer(person: Person): void {
  const at = person.moment();
  const ends = to(person, HOME + 90, 51413);
  if (person.stage.random.oneIn(2)) unheard(person, at, HOME + 90, 51413);
  person.begin(at, new Exchange(person.stage, ends, Uint8Array.of(0x41, 2, 0, 0, 1, 2, 3, 4), null));
}

/** Pings and connects at fixed intervals; one of its hosts may be gone. */
function monitor(person: Person): void {
  const { random } = person.stage;
  const targets = HOSTS.slice(random.below(3), 4 + random.below(3));
  const stale = random.oneIn(3);
  for (let at = person.moment(), rounds = 60; rounds > 0; at += 5 * MINUTE, rounds--) {
    for (const host of targets) {
      const port = (LIVE.get(host) as readonly number[])[0];
      if (port !== 53) visit(person, at, host, port);
      person.begin(at, new Ping(person.stage, to(person, host, 0), true, 1));
    }
    if (stale) person.begin(at, new Ping(person.stage, to(person, GONE[2], 0), false, 2), SECOND);
  }
}

/** Many people behind one address: all our services, and now and then what is no more. */
function gateway(person: Person): void {
  const { random } = person.stage;
  for (let times = 20 + random.below(150); times > 0; times--) {
    const host = random.pick(HOSTS.filter((one) => one !== NAME_SERVER));
    visit(person, person.moment(), host, random.pick(LIVE.get(host) as readonly number[]));
    if (random.oneIn(60)) unheard(person, person.moment(), random.pick(GONE), 443);
  }
}

/** Every web server, over TLS and without; a host that is gone is still in its list. */
function crawler(person: Person): void {
  const { random } = person.stage;
  for (const host of WEB)
    for (const port of LIVE.get(host) as readonly number[]) visit(person, person.moment(), host, port);
  if (random.oneIn(3)) unheard(person, person.moment(), HOME + 13, 80);
}

function administrator(person: Person): void {
  const { random } = person.stage;
  for (let times = 1 + random.below(6); times > 0; times--)
    visit(person, person.moment(), random.pick([HOME + 60, HOME + 77]), 22);
  if (random.oneIn(5)) refused(person, person.moment(), HOME + 12, 22);
}

function habitOf(random: Random): (typeof habits)[number] {
  let roll = random.below(1000);
  for (const habit of habits) {
    roll -= habit[1];
    if (roll < 0) return habit;
  }
  throw new Error('the habits do not add up to a thousand');
}

/** Writes the capture: everybody's packets in the order of time. */
export function benign(path: string, sources: number, seed: number, days: number): BenignTruth {
  const random = new Random(seed);
  const out = new Frames(fileSink(path), random, START);
  const stage = { out, random };
  const agenda = new Agenda();
  const counts: Record<string, number> = {};
  for (let nth = 1; nth <= sources; nth++) {
    const [name, , live] = habitOf(random);
    counts[name] = (counts[name] ?? 0) + 1;
    live({
      stage,
      address: addressOf(nth),
      moment: () => START + random.below(days * 86_400) * SECOND + random.below(SECOND),
      begin: (at, actor, gap = ROUND_TRIP) => agenda.add({ at, actor, gap }),
    });
  }
  for (let plan = agenda.next(); plan; plan = agenda.next()) {
    if (plan.at > START + days * DAY) break;
    out.time = plan.at;
    if (!plan.actor.step()) continue;
    plan.at += plan.gap * (0.8 + random.below(400) / 1000);
    agenda.add(plan);
  }
  out.close();
  return { home: [`${written(HOME)}/24`], habits: counts };
}

/** nth → a public address of its own; odd multipliers permute the 24-bit numbers */
function addressOf(nth: number): number {
  const spread = Math.imul(nth, 0x9e3779b1) >>> 0;
  return ((20 + (nth % 60)) * 0x1000000 + (spread >>> 8)) >>> 0;
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string', default: '1' }, days: { type: 'string', default: '1' } },
  });
  const [sources, path] = positionals;
  if (!sources || !path) {
    process.stderr.write('usage: node bench/benign.ts SOURCES FILE [--seed N] [--days N]\n');
    process.exitCode = 2;
    return;
  }
  const truth = benign(path, Number(sources), Number(values.seed), Number(values.days));
  writeFileSync(`${path}.truth.json`, JSON.stringify(truth));
}

if (import.meta.main) main();
