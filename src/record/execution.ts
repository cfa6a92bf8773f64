import { allocate, type Batch, bytesOf, headOf, withHead } from './batch.ts';

/**
 * An execution: a program was started on one of our hosts, or it talked to the network. What process telemetry
 * (Sysmon, auditd, osquery, Tetragon, Falco, ECS, Windows security log) has to say of scanning.
 */
export const executionSchema = {
  /** µs since 1970 */
  time: ['f64', 1],
  input: ['u16', 1],
  record: ['u32', 1],
  /** one of Did */
  did: ['u8', 1],
  /** process id; 0: not told */
  process: ['u32', 1],
  /** id of the process that started it; 0: not told */
  parentProcess: ['u32', 1],
  /** 1: of a service, in no session of a user; 0: of one, or that is not told */
  daemon: ['u8', 1],
  /** for `connected` and `listened`: own address 0–3, peer 4–7; zeros: not told */
  address: ['u32', 8],
  ownPort: ['u16', 1],
  peerPort: ['u16', 1],
  /** IP protocol number; 0: not told */
  protocol: ['u8', 1],
  /** 1: the process opened the connection, 0: it accepted it or that is not told */
  opened: ['u8', 1],
  /** texts: where they stand in `text` */
  host: ['u32', 1],
  hostLength: ['u16', 1],
  /** path of the image */
  image: ['u32', 1],
  imageLength: ['u16', 1],
  command: ['u32', 1],
  commandLength: ['u16', 1],
  user: ['u32', 1],
  userLength: ['u16', 1],
  /** path of the parent's image */
  parent: ['u32', 1],
  parentLength: ['u16', 1],
} as const;

/** What the process did. */
export const Did = { started: 1, connected: 2, listened: 3 } as const;

/** A batch of executions and the bytes that their texts stand in. */
export interface ExecutionBatch extends Batch<typeof executionSchema> {
  readonly text: Uint8Array;
  textUsed: number;
}

const HEAD = headOf({ count: 0, textUsed: 1 });
const ROOM = 512;

/** Bytes that `allocateExecutions` lays out. */
export const executionBytes = (capacity: number): number => bytesOf(executionSchema, capacity) + ROOM * capacity;

/** Lays out a batch of executions with room for texts. */
export function allocateExecutions(
  capacity: number,
  buffer: ArrayBufferLike = new ArrayBuffer(executionBytes(capacity)),
  start = 0,
): ExecutionBatch {
  const columns = allocate(executionSchema, capacity, buffer, start);
  const text = new Uint8Array(buffer as ArrayBuffer, start + bytesOf(executionSchema, capacity), ROOM * capacity);
  return withHead({ ...columns, text }, HEAD) as unknown as ExecutionBatch;
}

/** Begins a row with nothing told; returns its number. The caller sets what it knows and then counts the row. */
export function beginExecution(batch: ExecutionBatch): number {
  const row = batch.count;
  batch.did[row] = Did.started;
  batch.process[row] = 0;
  batch.parentProcess[row] = 0;
  batch.daemon[row] = 0;
  batch.address.fill(0, row * 8, row * 8 + 8);
  batch.ownPort[row] = 0;
  batch.peerPort[row] = 0;
  batch.protocol[row] = 0;
  batch.opened[row] = 0;
  batch.hostLength[row] = 0;
  batch.imageLength[row] = 0;
  batch.commandLength[row] = 0;
  batch.userLength[row] = 0;
  batch.parentLength[row] = 0;
  return row;
}
