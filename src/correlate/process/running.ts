// Hot: `commandOf` and `serve` for every connection of a process.
import type { TextTable } from '../../record/text.ts';
import { KeyTable } from '../../table/keys.ts';
import { isRuntime, isServer } from './servers.ts';

/**
 * What runs on our hosts, by host and process id: how it was called, and of which server it comes, through however many
 * shells. What was started first goes first.
 */
const RUNNING = 1 << 14;
/** Columns: image, command, and the image of the server that it is or comes of (0: of none). */
const RUN = 3;
const Serves = { unknown: 0, no: 1, yes: 2 } as const;

export class Running {
  readonly #images: TextTable;
  readonly #keys: KeyTable;
  readonly #runs = new Int32Array(RUN * RUNNING);
  /** by id of an image: one of Serves */
  readonly #serves: Uint8Array;
  #oldest = 0;

  constructor(images: TextTable, seed: number) {
    this.#images = images;
    this.#keys = new KeyTable(RUNNING, seed);
    this.#serves = new Uint8Array(images.capacity + 1);
  }

  /** Texts are ids. @param server the image of the server that it comes of; 0: of none */
  start(host: number, process: number, image: number, command: number, server: number): void {
    if (process === 0) return;
    const keys = this.#keys;
    let run = keys.find(host, process | 0, 0, 0);
    if (run < 0 && keys.size === RUNNING) {
      keys.remove(this.#oldest);
      this.#oldest = (this.#oldest + 1) % RUNNING;
    }
    if (run < 0) run = keys.insert(host, process | 0, 0, 0);
    this.#runs[RUN * run] = image;
    this.#runs[RUN * run + 1] = command;
    this.#runs[RUN * run + 2] = server;
  }

  /** How the process was called that now talks; 0: not known, or its number is another's by now. */
  commandOf(host: number, process: number, image: number): number {
    const run = this.#keys.find(host, process | 0, 0, 0);
    if (run < 0 || (image > 0 && this.#runs[RUN * run] !== image)) return 0;
    return this.#runs[RUN * run + 1];
  }

  /** A runtime that listens or accepts is a server from then on. */
  serve(host: number, process: number, image: number, command: number): void {
    if (process === 0 || image === 0 || this.isServer(image)) return;
    const run = this.#keys.find(host, process | 0, 0, 0);
    if (run >= 0 && this.#runs[RUN * run] === image && this.#runs[RUN * run + 2] === image) return;
    if (isRuntime(this.#images.get(image))) this.start(host, process, image, command, image);
  }

  /** The image of the server that comes before what a process starts: itself, or the one it comes of; 0: of none, −1: not known. */
  serverOf(host: number, process: number, image: number): number {
    if (this.isServer(image)) return image;
    const run = process === 0 ? -1 : this.#keys.find(host, process | 0, 0, 0);
    if (run < 0 || (image > 0 && this.#runs[RUN * run] !== image)) return -1;
    return this.isServer(this.#runs[RUN * run]) ? this.#runs[RUN * run] : this.#runs[RUN * run + 2];
  }

  isServer(image: number): boolean {
    if (image <= 0) return false;
    const serves = this.#serves;
    if (serves[image] === Serves.unknown) serves[image] = isServer(this.#images.get(image)) ? Serves.yes : Serves.no;
    return serves[image] === Serves.yes;
  }
}
