import { ACK, type Bytes, bytes, type Frame, PSH, RST, SYN } from '../../support/packets.ts';
import { type Ends, forth, IP4, observe, reply, type Requested, text } from '../observed.ts';

/** A connection as its two ends say it, segment after segment, a hundredth of a second apart. */
export class Talk {
  readonly frames: Frame[] = [];
  readonly #ends: Ends;
  readonly #ports: { from: number; to: number };
  #out = 101;
  #back = 501;

  constructor({ ends = IP4, from = 40000, to = 80 }: { ends?: Ends; from?: number; to?: number } = {}) {
    this.#ends = ends;
    this.#ports = { from, to };
    this.#send('out', SYN, 100, 0);
    this.#send('back', SYN | ACK, 500, 101);
    this.#send('out', ACK, 101, 501);
  }

  /** The client says. @param seen false: the capture has missed it */
  says(what: string | Bytes, seen = true): this {
    const payload = typeof what === 'string' ? text(what) : what;
    if (seen) this.#send('out', ACK | PSH, this.#out, this.#back, payload);
    this.#out += payload.length;
    return this;
  }

  /** The server says. */
  hears(what: string | Bytes, seen = true): this {
    const payload = typeof what === 'string' ? text(what) : what;
    if (seen) this.#send('back', ACK | PSH, this.#back, this.#out, payload);
    this.#back += payload.length;
    return this;
  }

  breaksOff(): this {
    this.#send('out', RST, this.#out, 0);
    return this;
  }

  /** The last segment once more. */
  repeats(): this {
    this.frames.push(this.frames[this.frames.length - 1]);
    return this;
  }

  /** The last two segments change places on their way. */
  swaps(): this {
    const [one, two] = this.frames.splice(-2);
    this.frames.push(two, one);
    return this;
  }

  #send(way: 'out' | 'back', flags: number, seq: number, ack: number, payload = bytes()): void {
    const { from, to } = this.#ports;
    const seconds = this.frames.length / 100;
    const fields = { payload, from: way === 'out' ? from : to, to: way === 'out' ? to : from };
    const segment = (way === 'out' ? forth : reply)(flags, seq, ack, fields);
    this.frames.push(this.#ends[way](seconds, segment));
  }
}

export const GET = 'GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n';
export const FOUND = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc';
export const MISSED = 'HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno';

/** In short: `verb name status bytes reply traits…` of each request, in order of asking; traits that go without saying are left out. */
export function short(frames: readonly Frame[], options: Parameters<typeof observe>[1] = {}): string[] {
  return told(frames, options).map(({ verb, name, status, bytes, reply, traits }) =>
    [
      verb || '-',
      name || '-',
      status,
      bytes === 0xffffffff ? '?' : bytes,
      reply,
      ...traits.filter((trait) => !['agentTold', 'refererTold', 'proven'].includes(trait)),
    ].join(' '),
  );
}

export function told(frames: readonly Frame[], options: Parameters<typeof observe>[1] = {}): Requested[] {
  return observe(frames, options).requests.sort((a, b) => a.record - b.record);
}
