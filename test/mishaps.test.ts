import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Finding } from '../src/finding/finding.ts';
import { generator } from './fuzz/mutate.ts';
import { cases, differences, findingsIn, naming } from './support/replay.ts';
import type { Expected } from './support/truth.ts';

/** What happens to packets between the wire and a capture file. A verdict must not hang on any one of them. */
const MISHAPS: Readonly<Record<string, (records: readonly Buffer[]) => Buffer[]>> = {
  'one packet in twenty is lost': (records) => {
    const random = generator(20);
    return records.filter(() => random(20) !== 0);
  },
  'neighbours change places': (records) => {
    const moved = [...records];
    for (let at = 0; at + 1 < moved.length; at += 7) [moved[at], moved[at + 1]] = [moved[at + 1], moved[at]];
    return moved;
  },
  'one packet in ten comes twice': (records) => {
    const random = generator(10);
    return records.flatMap((record) => (random(10) === 0 ? [record, record] : [record]));
  },
  'all is twenty times as slow': (records) => {
    const start = timeOf(records[0]);
    return records.map((record) => withTime(record, start + 20 * (timeOf(record) - start)));
  },
};

const FILE_HEAD = 24;
const RECORD_HEAD = 16;

/** The records of a little-endian pcap file, each with its head. */
function recordsOf(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = FILE_HEAD; at + RECORD_HEAD <= file.length; ) {
    const end = at + RECORD_HEAD + file.readUInt32LE(at + 8);
    records.push(file.subarray(at, end));
    at = end;
  }
  return records;
}

const timeOf = (record: Buffer): number => record.readUInt32LE(0) * 1e6 + record.readUInt32LE(4);

function withTime(record: Buffer, time: number): Buffer {
  const copy = Buffer.from(record);
  copy.writeUInt32LE(Math.floor(time / 1e6), 0);
  copy.writeUInt32LE(time % 1e6, 4);
  return copy;
}

/** Who is blamed wrongly, and which single sources are not found. */
function wrong(expected: Expected, findings: readonly Finding[]): string[] {
  const blamed = differences({ ...expected, scans: expected.scans.map(namedOnly) }, findings);
  const missed = expected.scans.filter((scan) => scan.sources.length === 1 && naming(scan, findings).length === 0);
  return [...blamed, ...missed.map(({ sources: [source] }) => `does not find ${source}`)];
}

/** Of a scan only whose it is. */
const namedOnly = (scan: Expected['scans'][number]): Expected['scans'][number] => ({
  sources: scan.sources,
  atLeast: 0,
  techniques: ['T1595.001', 'T1595.002', 'T1595.003', 'T1046', 'T1190'],
  tool: null,
  open: null,
});

const folder = mkdtempSync(join(tmpdir(), 'vedette-mishaps-'));
after(() => rmSync(folder, { recursive: true, force: true }));

for (const [mishap, happens] of Object.entries(MISHAPS))
  describe(mishap, () => {
    for (const { name, input, expected } of cases()) {
      if (!input.endsWith('.pcap.gz') || expected.gap) continue;
      it(name, async () => {
        const file = gunzipSync(readFileSync(input));
        const path = join(folder, 'input.pcap');
        writeFileSync(path, Buffer.concat([file.subarray(0, FILE_HEAD), ...happens(recordsOf(file))]));
        assert.deepEqual(wrong(expected, await findingsIn(path)), []);
      });
    }
  });
