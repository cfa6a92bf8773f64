/** A pcap file (little-endian, µs) as pcapng: one section, one interface with a clock of nanoseconds. */
export function pcapngOf(pcap: Buffer): Buffer {
  const u32 = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
  const block = (type: number, body: Buffer): Buffer =>
    Buffer.concat([u32(type, body.length + 12), body, u32(body.length + 12)]);
  const link = pcap.readUInt32LE(20);
  // if_tsresol: 10^-9
  const parts = [
    block(0x0a0d0d0a, u32(0x1a2b3c4d, 1, 0xffffffff, 0xffffffff)),
    block(1, u32(link, 65535, 0x00010009, 9, 0)),
  ];
  for (let at = 24; at + 16 <= pcap.length; ) {
    const size = pcap.readUInt32LE(at + 8);
    const ticks = BigInt(pcap.readUInt32LE(at)) * 1_000_000_000n + BigInt(pcap.readUInt32LE(at + 4)) * 1000n;
    const head = u32(0, Number(ticks >> 32n), Number(ticks & 0xffffffffn), size, size);
    parts.push(block(6, Buffer.concat([head, pcap.subarray(at + 16, at + 16 + size), Buffer.alloc(-size & 3)])));
    at += 16 + size;
  }
  return Buffer.concat(parts);
}
