import { type ContactBatch, Method, Proof } from '../record/contact.ts';
import { blend, FNV_START } from '../record/fnv.ts';
import { Trait } from '../record/packet.ts';
import { TCP, UDP } from '../record/protocols.ts';

// Hot: `readMarks` runs for every first contact of a source with an account.

/**
 * One mark: a relation in a probe's headers, alone or with the source's probe before it.
 * `bits` is log2(1 ÷ p0), p0 the chance that an innocent packet holds it: arithmetic where the relation is one between
 * fields that should be independent (a 16-bit field: 16), a stated bound where it is a habit of one program's.
 */
interface MarkSpec {
  readonly name: string;
  readonly bits: number;
  /** relation between two probes */
  readonly pair?: true;
  /** a habit of programs: whoever has it keeps it, so it counts once a source */
  readonly habit?: true;
}

/** Add a mark: a line here, its relation in `readMarks`, what it says of the tool in tools.ts. */
export const MARKS = [
  // masscan main-rawsock / templates: ip_id = ip_them ^ port_them ^ seqno
  { name: 'IP id = target ^ port ^ sequence number', bits: 16 },
  // ZMap up to 4.0: fixed IP id
  { name: 'IP id 54321', bits: 16 },
  // Mirai scanner.c: tcph->seq = iph->daddr
  { name: 'sequence number = target address', bits: 32 },
  // arithmetic says 32; but traffic generators and broken stacks repeat theirs too
  { name: 'one sequence number for several targets', bits: 24, pair: true },
  // nmap scan_engine_raw: the try number is XORed into both halves of the sequence number
  { name: 'sequence numbers whose halves differ alike', bits: 16, pair: true },
  { name: 'sequence number ^ target is constant', bits: 32, pair: true },
  // Unicornscan: seq = key ^ src ^ (sport << 16 + dport)
  { name: 'sequence number ^ source ^ ports is constant', bits: 32, pair: true },
  { name: 'IP id ^ target is constant', bits: 16, pair: true },
  { name: 'one IP id, not zero, for several targets', bits: 8, pair: true, habit: true },
  { name: 'one source port for several targets', bits: 6, pair: true, habit: true },
  // nmap: window 1024 (older: to 4096), at most one option (MSS), no DF
  { name: 'window 1024 with no option but MSS, fragments allowed', bits: 10, habit: true },
  // hping3: window 512, no options
  { name: 'window 512 without options', bits: 10, habit: true },
  { name: 'window 65535 with no option but MSS, fragments allowed', bits: 6, habit: true },
  { name: 'SYN with an acknowledgement number', bits: 8, habit: true },
  // nmap: first TTL drawn from 37 … 59 for every probe
  { name: 'first TTL changes from probe to probe', bits: 4, pair: true, habit: true },
  // nmap -O: T2 … T7, ECN and the two echo probes (nmap.org/book/osdetect-methods.html)
  { name: 'probe of nmap OS detection', bits: 12, habit: true },
  { name: 'echo request without data', bits: 5, habit: true },
  { name: 'one echo identifier, sequence counting over targets', bits: 8, pair: true, habit: true },
  { name: 'UDP datagram without data', bits: 6, habit: true },
  { name: 'SYN without options', bits: 5, habit: true },
] as const satisfies readonly MarkSpec[];

export const Mark = {
  masscanId: 0,
  zmapId: 1,
  seqTarget: 2,
  seqSame: 3,
  seqHalves: 4,
  seqXorTarget: 5,
  seqXorFlow: 6,
  idXorTarget: 7,
  idSame: 8,
  portSame: 9,
  nmapShape: 10,
  hpingShape: 11,
  zmapShape: 12,
  synAck: 13,
  ttlSpread: 14,
  nmapOs: 15,
  echoEmpty: 16,
  echoCount: 17,
  udpEmpty: 18,
  bareSyn: 19,
} as const;

/** What is remembered of a source's probe before, one word each. */
const PREVIOUS = 9;

/** The probe before, by account and by transport (TCP, UDP, ICMP and the rest do not mix). */
export class Previous {
  readonly words: Uint32Array;

  constructor(accounts: number) {
    this.words = new Uint32Array(accounts * 4 * PREVIOUS);
  }

  clear(account: number): void {
    this.words.fill(0, account * 4 * PREVIOUS, (account + 1) * 4 * PREVIOUS);
  }
}

/** A method that sends a raw TCP segment or opens a connection. */
const isSyn = (method: number): boolean => method === Method.tcpSyn || method === Method.tcpConnect;

/**
 * Which marks a probe holds: 1 holds, 0 does not, −1 cannot be asked of it. Then remembers the probe.
 *
 * @param out one cell a mark
 */
export function readMarks(batch: ContactBatch, row: number, previous: Previous, account: number, out: Int8Array): void {
  out.fill(-1);
  const at = row * 8;
  const { protocol, method, traits } = batch;
  const source = batch.address[at + 3];
  const target = batch.address[at + 7];
  const seq = batch.seq[row];
  const ipId = batch.ipId[row];
  const ttl = batch.ttl[row];
  const sourcePort = batch.sourcePort[row];
  const targetPort = batch.targetPort[row];
  const isTcp = protocol[row] === TCP;
  const isV6 = (traits[row] & Trait.v6) !== 0;
  const { words } = previous;
  const slot = (account * 4 + (isTcp ? 0 : protocol[row] === UDP ? 1 : 2)) * PREVIOUS;
  const pair = words[slot] !== 0;
  const moved = pair && words[slot + 1] !== target;
  const lastSeq = words[slot + 2];
  const lastId = words[slot + 3] & 0xffff;
  const lastTtl = words[slot + 3] >>> 16;
  const lastPort = words[slot + 4];
  const now = (batch.time[row] / 1000) >>> 0;
  const elapsed = (now - words[slot + 8]) | 0;

  if (!isV6) {
    out[Mark.zmapId] = ipId === 54321 ? 1 : 0;
    if (pair) {
      out[Mark.idSame] = ipId !== 0 && ipId === lastId ? 1 : 0;
      if (pair && ((words[slot + 1] ^ target) & 0xffff) !== 0)
        out[Mark.idXorTarget] =
          ((ipId ^ target) & 0xffff) === words[slot + 5] && ipId !== 0 && !isCounted(lastId, ipId, elapsed) ? 1 : 0;
      const spread = Math.abs(ttl - lastTtl);
      out[Mark.ttlSpread] = spread >= 2 && spread <= 22 ? 1 : 0;
    }
  }
  if (isTcp) {
    const options = batch.options[row];
    const mssOnly = options === 0 || isMssOnly(batch, row);
    const mayFragment = isV6 || (traits[row] & Trait.dontFragment) === 0;
    const window = batch.window[row];
    if (!isV6) out[Mark.seqTarget] = seq === target ? 1 : 0;
    if (!isV6) out[Mark.masscanId] = ((target ^ targetPort ^ seq) & 0xffff) === ipId ? 1 : 0;
    out[Mark.nmapShape] = mssOnly && mayFragment && window >= 1024 && window <= 4096 && (window & 1023) === 0 ? 1 : 0;
    if (isSyn(method[row])) {
      out[Mark.hpingShape] = options === 0 && window === 512 ? 1 : 0;
      out[Mark.zmapShape] = mssOnly && mayFragment && window === 65535 ? 1 : 0;
      out[Mark.synAck] = batch.ack[row] !== 0 ? 1 : 0;
      out[Mark.bareSyn] = options === 0 ? 1 : 0;
    }
    out[Mark.nmapOs] = isOsProbe(batch, row) ? 1 : 0;
    if (pair) {
      const change = (seq ^ lastSeq) >>> 0;
      out[Mark.seqSame] = change === 0 && seq !== 0 ? 1 : 0;
      out[Mark.seqHalves] = change !== 0 && change >>> 16 === (change & 0xffff) ? 1 : 0;
      if (moved) out[Mark.seqXorTarget] = change !== 0 && (seq ^ target) >>> 0 === words[slot + 6] ? 1 : 0;
      out[Mark.seqXorFlow] = change !== 0 && flowKey(seq, source, sourcePort, targetPort) === words[slot + 7] ? 1 : 0;
      // A client may bind its port (FTP data comes from 20): only probes that finish no handshake count.
      if (sourcePort >= 1024 && (batch.proof[row] & Proof.handshake) === 0)
        out[Mark.portSame] = sourcePort === lastPort ? 1 : 0;
    }
  } else if (protocol[row] === UDP) {
    out[Mark.udpEmpty] = batch.length[row] === 0 ? 1 : 0;
  } else if (method[row] === Method.icmpEcho) {
    out[Mark.echoEmpty] = batch.length[row] === 0 ? 1 : 0;
    out[Mark.nmapOs] = isOsProbe(batch, row) ? 1 : 0;
    if (moved) {
      const step = Math.abs((seq & 0xffff) - (lastSeq & 0xffff));
      out[Mark.echoCount] = seq >>> 16 === lastSeq >>> 16 && step > 0 && step <= 64 ? 1 : 0;
    }
  }

  words[slot] = 1;
  words[slot + 1] = target;
  words[slot + 2] = seq;
  words[slot + 3] = (ttl << 16) | ipId;
  words[slot + 4] = sourcePort;
  words[slot + 5] = (ipId ^ target) & 0xffff;
  words[slot + 6] = (seq ^ target) >>> 0;
  words[slot + 7] = flowKey(seq, source, sourcePort, targetPort);
  words[slot + 8] = now;
}

/** Packets that a source sends between two first contacts, at the most, where its IP id counts them. */
const COUNTED = 256;

/**
 * Whether the ids of two probes, so many ms apart, may be those of a counter, in either byte order: along targets one after
 * the other it keeps its difference to them, and often enough what they make by XOR, too. Contacts come in no order of time.
 */
function isCounted(last: number, id: number, elapsed: number): boolean {
  if (elapsed < 0) return isAhead(id, last);
  return isAhead(last, id) || (elapsed === 0 && isAhead(id, last));
}

const isAhead = (id: number, later: number): boolean =>
  ((later - id) & 0xffff) < COUNTED || ((swapped(later) - swapped(id)) & 0xffff) < COUNTED;

const swapped = (word: number): number => ((word & 0xff) << 8) | (word >>> 8);

const flowKey = (seq: number, source: number, sourcePort: number, targetPort: number): number =>
  (seq ^ source ^ ((((sourcePort << 16) >>> 0) + targetPort) >>> 0)) >>> 0;

/** The only TCP option is MSS; the options that an operating system sends hold more. The signature is FNV-1a over kind, MSS, scale. */
function isMssOnly(batch: ContactBatch, row: number): boolean {
  const mss = batch.mss[row];
  if (mss === 0) return false;
  const signature = blend(blend(blend(blend(FNV_START, 2), mss >>> 8), mss & 0xff), 255) >>> 0;
  return batch.options[row] === signature;
}

function isOsProbe(batch: ContactBatch, row: number): boolean {
  const { flags, window, urgent, method, targetPort, seq, length, options } = batch;
  if (method[row] === Method.icmpEcho)
    return targetPort[row] === 8 && length[row] === 120 && (seq[row] & 0xffff) === 295;
  if (options[row] === 0) return false;
  const flag = flags[row] & 0x1ff;
  if (flag === 0) return window[row] === 128;
  if (flag === 0x2b) return window[row] === 256;
  if (flag === 0x10) return window[row] === 1024 || window[row] === 32768;
  if (flag === 0x02) return window[row] === 31337;
  if (flag === 0x29) return window[row] === 65535;
  return (flag & 0xc2) === 0xc2 && window[row] === 3 && urgent[row] === 63477;
}
