import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CodedError, type ErrorCode } from '../../src/config/errors.ts';
import { expand, openInput, recognise } from '../../src/input/index.ts';
import { allocatePackets } from '../../src/record/packet.ts';
import { trialContext } from '../../src/input/trial.ts';
import { WeirdCounts } from '../../src/record/weird.ts';
import { pcapFile, pcapHeader, pcapngFile, section, someFrames } from './captures.ts';
import { scratch } from './scratch.ts';

const at = (seconds: number) => [{ seconds, fraction: 0, data: Uint8Array.of(1) }];
const coded = (code: ErrorCode) => (error: unknown) => error instanceof CodedError && error.code === code;

/** A folder with captures whose names and times are in different orders. */
function folderOf(context: TestContext): string {
  const folder = scratch(context);
  mkdirSync(join(folder, 'below', 'deeper'), { recursive: true });
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(folder, 'a.pcap'), pcapFile(at(3000)));
  writeFileSync(join(folder, 'b.pcap.gz'), gzipSync(pcapFile(at(1000))));
  writeFileSync(join(folder, 'below', 'deeper', 'c.pcapng'), pcapngFile(at(2000)));
  writeFileSync(join(folder, 'below', 'd.pcap'), pcapHeader());
  writeFileSync(join(folder, 'README'), 'these are captures');
  writeFileSync(join(folder, 'empty.pcap'), '');
  writeFileSync(join(folder, '.hidden.pcap'), pcapFile(at(1)));
  writeFileSync(join(folder, '.git', 'x.pcap'), pcapFile(at(1)));
  symlinkSync(folder, join(folder, 'below', 'circle'));
  return folder;
}

test('formats are recognised by content', () => {
  assert.equal(recognise(pcapHeader(), 'x.pcapng')?.name, 'pcap');
  assert.equal(recognise(section(false), 'x.pcap')?.name, 'pcapng');
  assert.equal(recognise(Buffer.from('GET / HTTP/1.1'), 'x.pcap'), undefined);
});

test('a folder gives its files in the order of time, and says what it left out', async (context) => {
  const folder = folderOf(context);
  const { paths, skipped } = await expand([folder]);
  const short = (names: readonly string[]): string[] => names.map((name) => relative(folder, name));
  assert.deepEqual(short(paths), ['b.pcap.gz', 'below/deeper/c.pcapng', 'a.pcap', 'below/d.pcap']);
  assert.deepEqual(short(skipped), ['README', 'empty.pcap']);
});

test('several files are put into the order of time, each once', async (context) => {
  const folder = folderOf(context);
  const [a, b] = [join(folder, 'a.pcap'), join(folder, 'b.pcap.gz')];
  assert.deepEqual((await expand([a, b, relative(process.cwd(), a)])).paths, [b, a]);
  assert.deepEqual((await expand([folder, a])).paths.length, 4);
});

test('where a pipe is among the paths, the order given is kept', async (context) => {
  const folder = folderOf(context);
  const paths = [join(folder, 'a.pcap'), '-', join(folder, 'b.pcap.gz')];
  assert.deepEqual((await expand(paths)).paths, paths);
});

test('a file that was named must be readable, one in a folder may be something else', async (context) => {
  const folder = folderOf(context);
  const good = join(folder, 'a.pcap');
  await assert.rejects(expand([good, join(folder, 'README')]), coded('INPUT_UNRECOGNISED'));
  await assert.rejects(expand([good, join(folder, 'empty.pcap')]), coded('INPUT_EMPTY'));
  writeFileSync(join(folder, 'old.log.xz'), Buffer.from('fd377a585a000004e6d6b446', 'hex'));
  await assert.rejects(expand([good, join(folder, 'old.log.xz')]), coded('INPUT_PACKED'));
  assert.ok((await expand([folder])).skipped.includes(join(folder, 'old.log.xz')));
  await assert.rejects(
    expand([join(folder, '.git', '..', 'nothing')]).then(({ paths }) => openInput(paths[0], context0())),
    coded('INPUT_MISSING'),
  );
});

const context0 = trialContext;

test('folders without a file, and without a capture, are errors', async (context) => {
  const folder = scratch(context);
  await assert.rejects(expand([folder]), coded('FOLDER_EMPTY'));
  writeFileSync(join(folder, 'README'), 'nothing here');
  await assert.rejects(expand([folder]), coded('FOLDER_EMPTY'));
});

test('says what an unknown file begins with and what lists the known formats', async (context) => {
  const path = join(scratch(context), 'x');
  writeFileSync(path, Uint8Array.of(1, 2, 255));
  await assert.rejects(openInput(path, context0()), (error) => {
    assert.ok(error instanceof CodedError);
    assert.match(error.message, /01 02 ff\.$/);
    assert.match(error.hint, /`vedette formats`/);
    return true;
  });
});

test('a cut compressed capture gives its frames, and both cuts are counted', async (context) => {
  const path = join(scratch(context), 'x.gz');
  const packed = gzipSync(pcapFile(someFrames(2000)));
  writeFileSync(path, packed.subarray(0, packed.length - 30));
  const weird = new WeirdCounts();
  const { format, carries, reader, source } = await openInput(path, { ...trialContext(), weird });
  assert.ok(carries === 'packets');
  const batch = allocatePackets();
  let rows = 0;
  while (await reader.fill(batch)) rows += batch.count;
  reader.close();
  assert.equal(format, 'pcap');
  assert.equal(source.trouble, 'compressed-data-cut');
  assert.ok(rows > 1500 && rows < 2000, `${rows} rows`);
  assert.deepEqual([weird.total('noted'), weird.total('malformed')], [1, 1]);
});

test('a format that there is not is said, with the one that may be meant', async (context) => {
  const path = join(folderOf(context), 'a.pcap');
  await assert.rejects(expand([`pcapgn:${path}`]), (error: Error) => {
    assert.ok(coded('FORMAT_UNKNOWN')(error));
    assert.match(error.message, /pcapgn/u);
    return true;
  });
  assert.deepEqual((await expand([`pcap:${path}`])).formats, ['pcap']);
  assert.deepEqual((await expand([`nothing:${path}x`])).formats, [undefined], 'a name with a colon is a path');
});
