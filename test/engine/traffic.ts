import * as make from '../support/packets.ts';

/** A capture with something of everything: scans, use, answers, tunnels, fragments, rubbish. The same every time. */

const HOME = (host: number): string => `203.0.113.${host}`;
const START = 1_700_000_000_000_000;

/** Numbers that look random (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) % sides;
  };
}

type Roll = ReturnType<typeof dice>;
type Frames = make.Bytes[];

const over4 = (segment: make.Segment, source: string, target: string, id = 1): make.Bytes =>
  make.ethernet(make.ip4(segment, { source, target, id }));

function probe(roll: Roll, scanner: string, at: number): Frames {
  const target = HOME(at % 250);
  const to = 1 + ((at * 7) % 1000);
  const frames = [over4(make.tcp({ from: 50_000, to, seq: 77 }), scanner, target, 54321)];
  if (roll(3) === 0)
    frames.push(over4(make.tcp({ from: to, to: 50_000, ack: 78, flags: make.RST | make.ACK }), target, scanner));
  return frames;
}

/** A connection in which the server tells its name. */
function visit(roll: Roll, client = `198.51.100.${1 + roll(60)}`): Frames {
  const server = HOME(1 + roll(4));
  const from = 20_000 + roll(40_000);
  const seq = roll(2 ** 31);
  const out = (fields: make.TcpFields): make.Bytes => over4(make.tcp({ from, to: 22, ...fields }), client, server);
  const back = (fields: make.TcpFields): make.Bytes =>
    over4(make.tcp({ from: 22, to: from, ...fields }), server, client);
  const hello = make.text(`SSH-2.0-OpenSSH_9.${roll(10)}\r\n`);
  return [
    out({ seq }),
    back({ seq: 9, ack: seq + 1, flags: make.SYN | make.ACK }),
    out({ seq: seq + 1, ack: 10, flags: make.ACK }),
    back({ seq: 10, ack: seq + 1, flags: make.PSH | make.ACK, payload: hello }),
    out({ seq: seq + 1, ack: 10 + hello.length, flags: make.PSH | make.ACK, payload: make.text('SSH-2.0-x\r\n') }),
    out({ seq: seq + 12, ack: 10 + hello.length, flags: make.FIN | make.ACK }),
  ];
}

const echo = (id: number): make.Bytes => make.bytes(make.u16(id), make.u16(1), make.text('abcdefgh'));

/** One of the other protocols, asked by somebody who asks many. */
function other(roll: Roll, at: number): Frames {
  const asker = `192.0.2.${1 + roll(9)}`;
  const target = HOME(roll(250));
  const big = make.udp({ to: 53, payload: new Uint8Array(200).fill(7) });
  switch (at % 9) {
    case 0:
      return [over4(make.udp({ to: 161, payload: make.text('public') }), asker, target)];
    case 1:
      return [over4(make.icmp(8, 0, echo(at)), asker, target), over4(make.icmp(0, 0, echo(at)), target, asker)];
    case 2:
      return [make.ethernet(make.arp(1, HOME(9), target), { type: 0x0806 })];
    case 3:
      return [over4(make.sctp({ tag: 0, chunks: make.sctpInit(at) }), asker, target)];
    case 4:
      return [
        make.ethernet(make.ip6(make.tcp({ to: 443 }), { source: '2001:db8:5::1', target: `2001:db8:2::${roll(99)}` })),
      ];
    case 5:
      return [0, 1].map((part) => {
        const [from, to, field] = part === 0 ? [0, 104, 0x2000] : [104, 999, 13];
        return make.ethernet(make.ip4(big, { source: asker, target, id: at & 0xffff, part: field, from, to }));
      });
    case 6:
      return [over4(make.gre(make.ip4(make.tcp({ to: 23 }), { source: asker, target })), '192.0.2.200', '192.0.2.201')];
    case 7:
      return [make.ethernet(make.vlan(make.ip4(make.raw(47 + roll(60)), { source: asker, target })), { type: 0x8100 })];
    default:
      return [over4(make.tcp(), asker, target).subarray(0, 14 + roll(40))];
  }
}

/** About so many frames, in the order of time. @param seconds between the first and the last */
export function traffic(frames: number, seconds = 300, seed = 1): make.Frame[] {
  const roll = dice(seed);
  const all: Frames = [];
  for (let at = 0; all.length < frames; at += 1) {
    const kind = roll(4);
    if (kind === 0) all.push(...(at % 50 === 0 ? visit(roll, '192.0.2.102') : visit(roll)));
    else if (kind === 1) all.push(...other(roll, at));
    else all.push(...probe(roll, `192.0.2.${100 + kind}`, at));
  }
  const step = Math.floor((seconds * 1e6) / all.length);
  return all.map((bytes, at) => ({ bytes, time: START + at * step }));
}
