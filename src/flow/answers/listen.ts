import { LINE8, LINE32, Line8, Line32, Mark } from '../layout.ts';
import type { Tracker } from '../tracker.ts';
import { TCP, UDP } from './index.ts';
import type { Parser, Read } from './parser.ts';
import { TlsRead, tlsFlight } from './tls.ts';
import { Found } from './writer.ts';

// Hot: the first packets with payload of every target.

/** Packets of a target that are looked at. */
const LOOKS = 3;

const IPPROTO_UDP = 17;
const TLS_HANDSHAKE = 22;

const found = new Found();

/** Protocols by the first byte of what they say. */
function byFirstByte(parsers: readonly Parser[]): readonly (readonly Read[])[] {
  return Array.from({ length: 256 }, (_, byte) =>
    parsers.filter(({ first }) => first === undefined || first.includes(byte)).map(({ read }) => read),
  );
}

const STREAM = byFirstByte(TCP);
const DATAGRAM = byFirstByte(UDP);

/** Looks for something told in the row, a packet with payload of the flow's target. */
export function listen(t: Tracker, flow: number, row: number): void {
  const { line8 } = t.flows;
  const cell = LINE8 * flow;
  const stream = line8[cell + Line8.stream];
  if (stream !== 0) {
    follow(t, flow, row, stream);
    return;
  }
  if (line8[cell + Line8.looked] >= LOOKS) return;
  line8[cell + Line8.looked] += 1;
  const { bytes, payload, payloadCaptured, protocol } = t.packets;
  const at = payload[row];
  const end = at + payloadCaptured[row];
  if (at === end) return;
  if (protocol[row] === IPPROTO_UDP) heard(t, flow, row, read(DATAGRAM[bytes[at]], t, flow, at, end));
  else if (bytes[at] === TLS_HANDSHAKE) begin(t, flow, row);
  else heard(t, flow, row, read(STREAM[bytes[at]], t, flow, at, end));
}

function read(reads: readonly Read[], t: Tracker, flow: number, at: number, end: number): boolean {
  const asked = t.flows.line32[LINE32 * flow + Line32.bytesOut];
  for (let k = 0; k < reads.length; k += 1) if (reads[k](t.packets.bytes, at, end, found, asked)) return true;
  return false;
}

/** Writes what was found, and stops looking unless more may come. */
function heard(t: Tracker, flow: number, row: number, told: boolean): void {
  if (!told) return;
  if (!found.more) t.flows.line8[LINE8 * flow + Line8.looked] = LOOKS;
  const batch = t.answers.batch;
  const at = t.answers.append(found);
  if (at < 0 || batch === null) return;
  const { packets } = t;
  const ports = t.flows.line32[LINE32 * flow + Line32.ports];
  const source = t.flows.line8[LINE8 * flow + Line8.marks] & Mark.sourceIsHigh;
  batch.time[at] = packets.time[row];
  batch.input[at] = packets.input;
  batch.record[at] = packets.record(row);
  batch.protocol[at] = packets.protocol[row];
  batch.targetPort[at] = source === 0 ? ports & 0xffff : ports >>> 16;
  t.flows.addressTo(flow, source, batch.address, 8 * at);
  t.flows.addressTo(flow, 1 - source, batch.address, 8 * at + 4);
}

/** A TLS server's first flight: in one segment, or the beginning of it. */
function begin(t: Tracker, flow: number, row: number): void {
  const { bytes, payload, payloadCaptured, payloadLength, seq } = t.packets;
  const at = payload[row];
  const result = tlsFlight(bytes, at, at + payloadCaptured[row], found);
  if (result !== TlsRead.more) {
    heard(t, flow, row, result === TlsRead.told);
    return;
  }
  const { streams } = t.answers;
  const handle = streams.candidate();
  const former = streams.owner(handle);
  if (former >= 0) t.flows.line8[LINE8 * former + Line8.stream] = 0;
  streams.take(handle, flow, seq[row] | 0);
  t.flows.line8[LINE8 * flow + Line8.stream] = handle;
  if (!streams.append(handle, seq[row] | 0, bytes, at, payloadCaptured[row], payloadLength[row]))
    stop(t, flow, row, handle);
}

/** The next segment of it. */
function follow(t: Tracker, flow: number, row: number, handle: number): void {
  const { bytes, payload, payloadCaptured, payloadLength, seq } = t.packets;
  const { streams } = t.answers;
  const whole = streams.append(handle, seq[row] | 0, bytes, payload[row], payloadCaptured[row], payloadLength[row]);
  const start = streams.start(handle);
  const result = tlsFlight(streams.bytes, start, start + streams.used[handle], found);
  if (result === TlsRead.more && whole) return;
  if (result === TlsRead.more) stop(t, flow, row, handle);
  else {
    drop(t, flow, handle);
    heard(t, flow, row, result === TlsRead.told);
  }
}

/** The certificate will not be complete: what is known of the version is told. */
function stop(t: Tracker, flow: number, row: number, handle: number): void {
  drop(t, flow, handle);
  heard(t, flow, row, found.told !== 0);
}

function drop(t: Tracker, flow: number, handle: number): void {
  t.answers.streams.release(handle);
  t.flows.line8[LINE8 * flow + Line8.stream] = 0;
  t.flows.line8[LINE8 * flow + Line8.looked] = LOOKS;
}
