import { test } from 'node:test';
import { pcap } from '../../src/input/capture/pcap.ts';
import { pcapFile, someFrames } from '../input/captures.ts';
import { fuzzReader } from './readers.ts';

test('damaged pcap files: nothing is thrown, lost, slow or kept', async () => {
  const shapes = [0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34].flatMap((magic) => [
    { magic, little: true },
    { magic, little: false },
  ]);
  await fuzzReader(
    pcap,
    shapes.map((shape) => pcapFile(someFrames(30), shape)),
    20_260_801,
  );
});
