import { ACK, FIN, PSH, RST, SYN } from '../record/tcp-flags.ts';
import { type Address, type Ends, type Frames, reversed, type Stack, stacks } from './frames.ts';
import type { Random } from './random.ts';

/**
 * Who makes traffic, one packet a step: visitors, resolvers, scanners and the rest of what a border sees.
 * The generators decide who acts when.
 */
export interface Actor {
  /** Writes the next packet; false: that was the last one. */
  step(): boolean;
}

/** Where actors write, and what chance they have. */
export interface Stage {
  readonly out: Frames;
  readonly random: Random;
}

/** Handshake, data both ways, close. */
export class Session implements Actor {
  readonly #stage: Stage;
  readonly #there: Ends;
  readonly #back: Ends;
  readonly #client: Stack;
  #seq: number;
  #ack: number;
  #turns: number;
  #phase = 0;

  constructor(stage: Stage, ends: Ends, client: Stack, turns: number) {
    this.#stage = stage;
    this.#there = ends;
    this.#back = reversed(ends);
    this.#client = client;
    this.#seq = stage.random.word();
    this.#ack = stage.random.word();
    this.#turns = turns;
  }

  step(): boolean {
    switch (this.#phase++) {
      case 0:
        this.#say(SYN, 0, 0);
        return true;
      case 1:
        this.#seq = (this.#seq + 1) >>> 0;
        this.#hear(SYN | ACK, 0);
        this.#ack = (this.#ack + 1) >>> 0;
        return true;
      case 2:
        this.#say(ACK, this.#ack, 0);
        return true;
      case 3:
        this.#say(PSH | ACK, this.#ack, 80 + this.#stage.random.below(500));
        return true;
      case 4:
        this.#exchange();
        return true;
      case 5:
        this.#say(FIN | ACK, this.#ack, 0);
        this.#seq = (this.#seq + 1) >>> 0;
        return true;
      case 6:
        this.#hear(FIN | ACK, 0);
        this.#ack = (this.#ack + 1) >>> 0;
        return true;
      default:
        this.#say(ACK, this.#ack, 0);
        return false;
    }
  }

  #exchange(): void {
    const { random } = this.#stage;
    if (random.below(3) < 2) this.#hear(PSH | ACK, random.oneIn(3) ? 1400 : 40 + random.below(900));
    else this.#say(ACK, this.#ack, random.oneIn(2) ? 0 : random.below(300));
    if (this.#turns-- > 0) this.#phase = 4;
  }

  #say(flags: number, ack: number, size: number): void {
    this.#stage.out.tcp(this.#there, flags, this.#seq, ack, this.#client, size);
    this.#seq = (this.#seq + size) >>> 0;
  }

  #hear(flags: number, size: number): void {
    this.#stage.out.tcp(this.#back, flags, this.#ack, this.#seq, stacks.server, size);
    this.#ack = (this.#ack + size) >>> 0;
  }
}

const encoder = new TextEncoder();

/** A DNS message with one question (RFC 1035 section 4), and as many A records as are asked for. */
export function dnsMessage(id: number, name: string, answers: number): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...encoder.encode(label)]);
  const flags = answers > 0 ? 0x81800000 : 0x01000000;
  const bytes = [id >>> 8, id & 255, (flags >>> 24) & 255, (flags >>> 16) & 255, 0, 1, 0, answers, 0, 0, 0, 0];
  bytes.push(...labels, 0, 0, 1, 0, 1);
  for (let i = 0; i < answers; i++) bytes.push(0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, 1 + i);
  return Uint8Array.from(bytes);
}

/** A datagram and, where something listens, its answer. */
export class Exchange implements Actor {
  readonly #stage: Stage;
  readonly #ends: Ends;
  readonly #question: Uint8Array;
  readonly #answer: Uint8Array | null;
  #asked = false;

  constructor(stage: Stage, ends: Ends, question: Uint8Array, answer: Uint8Array | null) {
    this.#stage = stage;
    this.#ends = ends;
    this.#question = question;
    this.#answer = answer;
  }

  step(): boolean {
    const { out } = this.#stage;
    if (this.#asked && this.#answer) {
      out.udp(reversed(this.#ends), 64, this.#answer);
      return false;
    }
    out.udp(this.#ends, 58, this.#question);
    this.#asked = true;
    return this.#answer !== null;
  }
}

/** One SYN without an answer, sent as often as its stack retries. */
export class Knock implements Actor {
  readonly #stage: Stage;
  readonly #ends: Ends;
  readonly #stack: Stack;
  readonly #seq: number;
  #tries: number;

  constructor(stage: Stage, ends: Ends, stack: Stack, tries: number) {
    this.#stage = stage;
    this.#ends = ends;
    this.#stack = stack;
    this.#seq = stage.random.word();
    this.#tries = tries;
  }

  step(): boolean {
    this.#stage.out.tcp(this.#ends, SYN, this.#seq, 0, this.#stack);
    return --this.#tries > 0;
  }
}

/** A SYN that a live host refuses. */
export class Refusal implements Actor {
  readonly #stage: Stage;
  readonly #ends: Ends;
  readonly #seq: number;
  #asked = false;

  constructor(stage: Stage, ends: Ends) {
    this.#stage = stage;
    this.#ends = ends;
    this.#seq = stage.random.word();
  }

  step(): boolean {
    const { out } = this.#stage;
    if (this.#asked) out.tcp(reversed(this.#ends), RST | ACK, 0, this.#seq + 1, stacks.closed);
    else out.tcp(this.#ends, SYN, this.#seq, 0, stacks.linux);
    this.#asked = !this.#asked;
    return this.#asked;
  }
}

/** Echo requests to one host; each is answered where the host lives. */
export class Ping implements Actor {
  readonly #stage: Stage;
  readonly #ends: Ends;
  readonly #alive: boolean;
  readonly #id: number;
  #left: number;
  #reply = false;

  constructor(stage: Stage, ends: Ends, alive: boolean, count: number) {
    this.#stage = stage;
    this.#ends = ends;
    this.#alive = alive;
    this.#id = stage.random.word() & 0xffff0000;
    this.#left = count;
  }

  step(): boolean {
    const { out } = this.#stage;
    const rest = (this.#id | this.#left) >>> 0;
    if (this.#reply) out.icmp(reversed(this.#ends), 0, 0, rest, 64, 56);
    else out.icmp(this.#ends, 8, 0, rest, 54, 56);
    if (this.#alive && !this.#reply) this.#reply = true;
    else {
      this.#reply = false;
      this.#left--;
    }
    return this.#left > 0;
  }
}

/** Answers of a host that somebody floods in our name: SYN-ACK to ports nobody opened. */
export class Backscatter implements Actor {
  readonly #stage: Stage;
  readonly #victim: Address;
  readonly #pick: () => Address;
  #left: number;

  constructor(stage: Stage, victim: Address, pick: () => Address, count: number) {
    this.#stage = stage;
    this.#victim = victim;
    this.#pick = pick;
    this.#left = count;
  }

  step(): boolean {
    const { out, random } = this.#stage;
    const ends = { source: this.#victim, target: this.#pick(), sourcePort: 80, targetPort: random.port() };
    out.tcp(ends, SYN | ACK, random.word(), random.word(), stacks.server);
    return --this.#left > 0;
  }
}
