import type { ByteSource } from '../input.ts';

/** A source that stands before another one, and is in all but its bytes the same. */
export abstract class Passing implements ByteSource {
  protected readonly source: ByteSource;

  constructor(source: ByteSource) {
    this.source = source;
  }

  get name(): string {
    return this.source.name;
  }

  get size(): number | undefined {
    return this.source.size;
  }

  get consumed(): number {
    return this.source.consumed;
  }

  get trouble(): ByteSource['trouble'] {
    return this.source.trouble;
  }

  abstract read(into: Uint8Array): number | Promise<number>;

  close(): void {
    this.source.close();
  }
}
