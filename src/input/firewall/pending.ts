// Hot: called for every beginning and end of a connection.
import { beginContact, type ContactBatch } from '../../record/contact.ts';

/** Connections that are kept at a time; then the oldest is told of as it stands. */
const SLOTS = 1 << 13;
/** How long a beginning waits for its end before it is told of: µs. Firewalls let a connection without an answer go after 5 to 30 s. */
const WAIT = 60e6;
/** Rows appended a line at most, so that a line never takes more room than it may. */
const MOST = 16;

const State = { free: 0, waiting: 1, told: 2 } as const;

/**
 * Connections of which a firewall has logged the beginning and not yet the end. The end tells how the contact went, so
 * the contact is told of then; a beginning that waits too long is told of as unknown, and then tells only who began.
 */
export class Pending {
  readonly #slotOf = new Map<number, number>();
  /** columns, laid out with the first beginning: most files are not of this firewall */
  #id = new Int32Array(0);
  #state = new Uint8Array(0);
  #time = new Float64Array(0);
  #record = new Uint32Array(0);
  #address = new Uint32Array(0);
  #ports = new Uint16Array(0);
  #protocol = new Uint8Array(0);
  #method = new Uint8Array(0);
  #traits = new Uint32Array(0);
  readonly #input: number;
  /** places of the next to come and of the next to wait too long; they only grow, slot = place % SLOTS */
  #next = 0;
  #oldest = 0;

  constructor(input: number) {
    this.#input = input;
  }

  /** Keeps the row that stands at the end of the batch, instead of counting it. */
  hold(id: number, batch: ContactBatch, row: number): void {
    if (this.#id.length === 0) this.#layOut();
    const slot = this.#next & (SLOTS - 1);
    if (this.#slotOf.get(this.#id[slot]) === slot) this.#slotOf.delete(this.#id[slot]);
    this.#next += 1;
    this.#id[slot] = id;
    this.#slotOf.set(id, slot);
    this.#state[slot] = State.waiting;
    this.#time[slot] = batch.time[row];
    this.#record[slot] = batch.record[row];
    for (let word = 0; word < 8; word += 1) this.#address[slot * 8 + word] = batch.address[row * 8 + word];
    this.#ports[slot * 2] = batch.sourcePort[row];
    this.#ports[slot * 2 + 1] = batch.targetPort[row];
    this.#protocol[slot] = batch.protocol[row];
    this.#method[slot] = batch.method[row];
    this.#traits[slot] = batch.traits[row];
  }

  /**
   * Puts what began with this id into the row, over what stands there: who began, and when (unless it was told of long
   * ago; then the row keeps its own time).
   *
   * @returns whether anything did
   */
  take(id: number, batch: ContactBatch, row: number): boolean {
    const slot = this.#slotOf.get(id);
    if (slot === undefined) return false;
    this.#slotOf.delete(id);
    if (this.#state[slot] === State.free) return false;
    const { time, record } = batch;
    const now = time[row];
    const own = record[row];
    this.#write(slot, batch, row);
    if (this.#state[slot] === State.told) {
      time[row] = now;
      record[row] = own;
    }
    this.#state[slot] = State.free;
    return true;
  }

  /** Appends what has waited too long, and what has to make room. */
  expire(now: number, batch: ContactBatch): void {
    for (let n = 0; n < MOST && this.#oldest < this.#next; n += 1) {
      const slot = this.#oldest & (SLOTS - 1);
      const crowded = this.#next - this.#oldest > SLOTS - MOST;
      if (this.#state[slot] === State.waiting && !crowded && this.#time[slot] + WAIT > now) return;
      this.#tell(slot, batch);
      this.#oldest += 1;
    }
  }

  /** Appends what still waits at the end of the input, as much as fits. */
  end(batch: ContactBatch): void {
    for (; this.#oldest < this.#next && batch.count < batch.capacity; this.#oldest += 1)
      this.#tell(this.#oldest & (SLOTS - 1), batch);
  }

  #layOut(): void {
    this.#id = new Int32Array(SLOTS);
    this.#state = new Uint8Array(SLOTS);
    this.#time = new Float64Array(SLOTS);
    this.#record = new Uint32Array(SLOTS);
    this.#address = new Uint32Array(SLOTS * 8);
    this.#ports = new Uint16Array(SLOTS * 2);
    this.#protocol = new Uint8Array(SLOTS);
    this.#method = new Uint8Array(SLOTS);
    this.#traits = new Uint32Array(SLOTS);
  }

  #tell(slot: number, batch: ContactBatch): void {
    if (this.#state[slot] !== State.waiting) return;
    const row = beginContact(batch);
    this.#write(slot, batch, row);
    batch.count = row + 1;
    this.#state[slot] = State.told;
  }

  #write(slot: number, batch: ContactBatch, row: number): void {
    batch.time[row] = this.#time[slot];
    batch.input[row] = this.#input;
    batch.record[row] = this.#record[slot];
    for (let word = 0; word < 8; word += 1) batch.address[row * 8 + word] = this.#address[slot * 8 + word];
    batch.sourcePort[row] = this.#ports[slot * 2];
    batch.targetPort[row] = this.#ports[slot * 2 + 1];
    batch.protocol[row] = this.#protocol[slot];
    batch.method[row] = this.#method[slot];
    batch.traits[row] = this.#traits[slot];
    batch.tries[row] = 1;
  }
}
