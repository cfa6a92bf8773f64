import { constants, createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import type { WeirdName } from '../../record/weird.ts';
import type { ByteSource } from '../input.ts';

/*
 * gzip: RFC 1952, one member after the other. zstd: RFC 8878, one frame after the other, skippable frames between them.
 * One layer is taken off: a compressed file inside a compressed file is data.
 */

export interface DecompressLimits {
  /** Bytes after decompression at which reading stops; none by default. */
  readonly maxBytes?: number;
}

/** A compressed file that grows more than this is a bomb, once it has grown past `BOMB_BYTES`. */
const BOMB_RATIO = 200;
const BOMB_BYTES = 16 << 20;
/** Compressed bytes that are handed over at once. Always filled, so that damage shows at the same place in file and pipe. */
const INPUT_BYTES = 1 << 15;
/** Decompressed bytes that are made at once. */
const OUTPUT_BYTES = 1 << 17;
/** zstd frames that look back further (2^n bytes) are refused: that memory would have to be there. */
const ZSTD_WINDOW_LOG = 25;
/** What the errors of zlib and zstd mean; all others are damage. */
const TROUBLES: Readonly<Record<string, WeirdName>> = {
  Z_BUF_ERROR: 'compressed-data-cut',
  ZSTD_error_frameParameter_windowTooLarge: 'compressed-data-bomb',
};
const NOTHING = new Uint8Array(0);

type Engine = Gunzip | ZstdDecompress;

/**
 * Runs a decompressor of Node's at the pace of the reader: it gets the next compressed bytes only when all that it
 * made of the last ones has been taken. Damage, a missing end and bombs end the bytes, they are not thrown.
 */
class Decompressed implements ByteSource {
  trouble: WeirdName | undefined;
  readonly #source: ByteSource;
  #engine: Engine;
  readonly #maxBytes: number;
  readonly #input = new Uint8Array(INPUT_BYTES);
  /** valid bytes of `#input`, and how many compressed bytes were used up before them: by this engine, by all before it */
  #inputBytes = 0;
  #usedBefore = 0;
  #usedByOthers = 0;
  #sourceEnded = false;
  /** the engine has been given bytes and has not said that it is through with them */
  #busy = false;
  /** the engine has been told that there is no more */
  #ending = false;
  #over = false;
  /** decompressed bytes not yet taken: #made[#taken …) */
  #made: Uint8Array = NOTHING;
  #taken = 0;
  #total = 0;
  #wake = (): void => {};

  constructor(source: ByteSource, engine: Engine, limits: DecompressLimits) {
    this.#source = source;
    this.#maxBytes = limits.maxBytes ?? Number.POSITIVE_INFINITY;
    this.#engine = this.#listen(engine);
  }

  get name(): string {
    return this.#source.name;
  }

  get size(): number | undefined {
    return this.#source.size;
  }

  get consumed(): number {
    return this.#source.consumed;
  }

  read(into: Uint8Array): number | Promise<number> {
    return this.#pull() ? this.#give(into) : this.#wait(into);
  }

  close(): void {
    this.#finish(undefined);
    this.#drop();
    this.#source.close();
  }

  async #wait(into: Uint8Array): Promise<number> {
    while (!this.#pull()) {
      if (this.#over) return 0;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      if (!this.#busy) await this.#feed();
      await promise;
    }
    return this.#give(into);
  }

  /** Makes sure that decompressed bytes are at hand, if the engine has any ready. */
  #pull(): boolean {
    if (this.#taken < this.#made.length) return true;
    this.#made = (this.#engine.read() as Uint8Array | null) ?? NOTHING;
    this.#taken = 0;
    return this.#made.length > 0;
  }

  #give(into: Uint8Array): number {
    const bytes = Math.min(into.length, this.#made.length - this.#taken, this.#cap() - this.#total);
    if (bytes === 0 && into.length > 0) this.#refuse();
    into.set(this.#made.subarray(this.#taken, this.#taken + bytes));
    this.#taken += bytes;
    this.#total += bytes;
    return bytes;
  }

  /** How many decompressed bytes the compressed ones handed over so far may have made. */
  #cap(): number {
    const handed = this.#usedByOthers + this.#usedBefore + this.#inputBytes;
    return Math.min(this.#maxBytes, Math.max(BOMB_BYTES, BOMB_RATIO * handed));
  }

  #refuse(): void {
    this.#finish('compressed-data-bomb');
    this.#drop();
  }

  #drop(): void {
    this.#made = NOTHING;
    this.#taken = 0;
    this.#engine.destroy();
  }

  #listen(engine: Engine): Engine {
    engine.on('readable', () => this.#wake());
    engine.on('end', () => {
      if (this.#ending) this.#finish(undefined);
      else this.#through(engine);
    });
    engine.on('error', (error: NodeJS.ErrnoException) =>
      this.#finish(TROUBLES[error.code ?? ''] ?? 'compressed-data-damaged'),
    );
    return engine;
  }

  #through(engine: Engine): void {
    if (engine !== this.#engine) return;
    this.#busy = false;
    this.#wake();
  }

  /**
   * An engine that leaves bytes unused takes no more: it has met the end of a zstd frame, and a new one takes over.
   * Zeros after a gzip member are padding; anything else does not belong there.
   */
  #takeOver(): void {
    if (this.#input[0] === 0) return this.#finish(undefined);
    const next = this.#usedBefore > 0 ? engineFor(this.#input.subarray(0, this.#inputBytes)) : undefined;
    if (next === undefined) return this.#finish('compressed-data-damaged');
    this.#usedByOthers += this.#usedBefore;
    this.#usedBefore = 0;
    this.#engine.destroy();
    this.#engine = this.#listen(next);
  }

  /** Takes the bytes that the engine has used up out of `#input`. */
  #dropUsed(): void {
    const used = this.#engine.bytesWritten - this.#usedBefore;
    this.#usedBefore += used;
    this.#input.copyWithin(0, used, this.#inputBytes);
    this.#inputBytes -= used;
  }

  /** Hands over the next compressed bytes. */
  async #feed(): Promise<void> {
    this.#dropUsed();
    const unused = this.#inputBytes;
    await this.#fillInput();
    if (unused > 0) this.#takeOver();
    if (this.#over) return;
    this.#busy = true;
    this.#ending = this.#inputBytes === 0;
    const engine = this.#engine;
    if (this.#ending) engine.end();
    else engine.write(this.#input.subarray(0, this.#inputBytes), () => this.#through(engine));
  }

  async #fillInput(): Promise<void> {
    while (this.#inputBytes < INPUT_BYTES && !this.#sourceEnded) {
      const bytes = await this.#source.read(this.#input.subarray(this.#inputBytes));
      this.#sourceEnded = bytes === 0;
      this.#inputBytes += bytes;
    }
  }

  #finish(trouble: WeirdName | undefined): void {
    if (!this.#over) this.trouble = trouble;
    this.#over = true;
    this.#wake();
  }
}

const FRAME_ZSTD = 0xfd2fb528;
const SKIPPABLE_ZSTD = 0x184d2a50;

/** The decompressor for what the first bytes announce: gzip with deflate (1f 8b 08) or a zstd frame; else none. */
function engineFor(head: Uint8Array): Engine | undefined {
  const options = { chunkSize: OUTPUT_BYTES };
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return createGunzip(options);
  const magic = (head[0] | (head[1] << 8) | (head[2] << 16) | (head[3] << 24)) >>> 0;
  const skippable = (magic & 0xfffffff0) >>> 0 === SKIPPABLE_ZSTD;
  if (magic !== FRAME_ZSTD && !skippable) return undefined;
  return createZstdDecompress({ ...options, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } });
}

/** The source without its compression; nothing when its first bytes announce none. */
export function decompress(source: ByteSource, head: Uint8Array, limits: DecompressLimits): ByteSource | undefined {
  const engine = engineFor(head);
  return engine === undefined ? undefined : new Decompressed(source, engine, limits);
}
