import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A capture of one scan, built byte by byte: masscan-like SYNs from one source over a /24, one a second. */

/** Seconds since 1970 of the first probe, and how many there are. */
export const START = 1_795_300_472;
export const PROBES = 60;
export const SCANNER = '198.51.100.66';

/** One Ethernet frame with a TCP SYN to 203.0.113.`last`:23 whose IP id is target ^ port ^ sequence number. */
function syn(last: number): Buffer {
  const frame = Buffer.alloc(14 + 20 + 20);
  const [target, port, seq] = [(0xcb007100 | last) >>> 0, 23, Math.imul(last + 1, 0x9e3779b1) >>> 0];
  frame.writeUInt16BE(0x0800, 12);
  frame.set([0x45, 0, 0, 40], 14);
  frame.writeUInt16BE((target ^ port ^ seq) & 0xffff, 18);
  frame.set([0, 0, 240, 6], 20);
  frame.set([198, 51, 100, 66], 26);
  frame.writeUInt32BE(target, 30);
  frame.writeUInt16BE(sumOf(frame.subarray(14, 34), 0), 24);
  frame.writeUInt16BE(50_000, 34);
  frame.writeUInt16BE(port, 36);
  frame.writeUInt32BE(seq, 38);
  frame.set([0x50, 2, 4, 0], 46);
  frame.writeUInt16BE(sumOf(Buffer.concat([frame.subarray(26, 54), Buffer.from([0, 6, 0, 20])]), 0), 50);
  return frame;
}

/** The Internet checksum (RFC 1071). */
function sumOf(bytes: Buffer, start: number): number {
  let sum = start;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** The capture file (pcap, µs, little endian, Ethernet). */
export function scanCapture(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.set([2, 0, 4, 0], 4);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  const records = Array.from({ length: PROBES }, (_, at) => {
    const frame = syn((at * 77) & 0xff);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(START + at, 0);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    return Buffer.concat([record, frame]);
  });
  return Buffer.concat([header, ...records]);
}

/** A folder for one test, removed when the test ends; `scan.pcap` is in it. */
export function scratch(t: { after(fn: () => void): void }): { folder: string; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'scan.pcap');
  writeFileSync(file, scanCapture());
  return { folder, file };
}
