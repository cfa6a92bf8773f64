import { test } from 'node:test';
import { pcapng } from '../../src/input/capture/pcapng.ts';
import {
  block,
  bytesOf,
  halves,
  interfaceBlock,
  join,
  option,
  pcapngFile,
  section,
  someFrames,
  words,
} from '../input/captures.ts';
import { fuzzReader } from './readers.ts';

/** One block of every kind that is read, and some that are skipped. */
function everyKind(little: boolean): Uint8Array {
  const options = [option(little, 9, bytesOf(9)), option(little, 14, new Uint8Array(8)), option(little, 0, bytesOf())];
  return join(
    section(little),
    block(little, 10, new Uint8Array(50)),
    interfaceBlock(little, 1, 96, ...options),
    block(little, 2, halves(little, 0, 0), words(little, 1, 2, 8, 60), new Uint8Array(8)),
    block(little, 3, words(little, 60), new Uint8Array(60)),
    block(little, 5, new Uint8Array(30)),
    pcapngFile(someFrames(10), little),
    block(little, 4, new Uint8Array(900)),
  );
}

test('damaged pcapng files: nothing is thrown, lost, slow or kept', async () => {
  const samples = [everyKind(true), everyKind(false), join(everyKind(true), everyKind(false))];
  await fuzzReader(pcapng, samples, 20_260_802);
});
