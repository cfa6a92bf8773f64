import { type AnswerBatch, allocateAnswers, answerBytes, answerSchema } from './answer.ts';
import { bytesOf, copyInOrder, copyRows } from './batch.ts';
import { allocateContacts, type ContactBatch, contactSchema } from './contact.ts';
import { allocateExecutions, type ExecutionBatch, executionBytes, executionSchema } from './execution.ts';
import { allocateRequests, clearRequests, type RequestBatch, requestBytes, requestSchema } from './request.ts';

/** A sheaf: one batch of each kind that a log can hold. A reader fills it, and the engine hears its batches in this order. */
export interface Sheaf {
  readonly contacts: ContactBatch;
  readonly answers: AnswerBatch;
  readonly requests: RequestBatch;
  readonly executions: ExecutionBatch;
}

/** Records (lines) that one sheaf takes. */
export const SHEAF_RECORDS = 4096;
/** Rows of each batch: a record may come to a few rows, and then the reader stops early. */
const ROWS = SHEAF_RECORDS;

/** Rows that must be free in every batch before a reader takes the next record. */
export const ROWS_PER_RECORD = 32;

const CAPACITY = ROWS + ROWS_PER_RECORD;

const aligned = (bytes: number): number => (bytes + 63) & ~63;

/** Where the batches of a sheaf begin that is laid out over one buffer, and after them the texts of requests. */
function layoutOf(textRoom: number): { readonly starts: readonly number[]; readonly bytes: number } {
  const sizes = [
    bytesOf(contactSchema, CAPACITY),
    answerBytes(CAPACITY),
    requestBytes(CAPACITY),
    executionBytes(CAPACITY),
    textRoom,
  ].map(aligned);
  const starts = sizes.map((_, at) => sizes.slice(0, at).reduce((sum, size) => sum + size, 0));
  return { starts, bytes: starts[4] + sizes[4] };
}

/** Bytes of a sheaf over one buffer. @param textRoom bytes for the texts of requests */
export const sheafBytes = (textRoom: number): number => layoutOf(textRoom).bytes;

/** Lays out an empty sheaf over a buffer, which threads may share. */
export function sheafOver(buffer: ArrayBufferLike, textRoom: number): Sheaf {
  const { starts } = layoutOf(textRoom);
  const requests = allocateRequests(CAPACITY, buffer, starts[2]);
  requests.text = new Uint8Array(buffer as ArrayBuffer, starts[4], textRoom);
  return {
    contacts: allocateContacts(CAPACITY, buffer, starts[0]),
    answers: allocateAnswers(CAPACITY, buffer, starts[1]),
    requests,
    executions: allocateExecutions(CAPACITY, buffer, starts[3]),
  };
}

/** Lays out an empty sheaf. */
export function allocateSheaf(): Sheaf {
  return {
    contacts: allocateContacts(CAPACITY),
    answers: allocateAnswers(CAPACITY),
    requests: allocateRequests(CAPACITY),
    executions: allocateExecutions(CAPACITY),
  };
}

/** Makes one sheaf say what another does. Texts of requests must have as much room. */
export function copySheaf(into: Sheaf, sheaf: Sheaf): void {
  copyRows(contactSchema, into.contacts, sheaf.contacts);
  copyRows(answerSchema, into.answers, sheaf.answers);
  copyRows(requestSchema, into.requests, sheaf.requests);
  into.requests.digested = sheaf.requests.digested;
  copyRows(executionSchema, into.executions, sheaf.executions);
  copyText(into.answers, sheaf.answers);
  copyText(into.requests, sheaf.requests);
  copyText(into.executions, sheaf.executions);
}

type WithText = Pick<AnswerBatch | RequestBatch | ExecutionBatch, 'text' | 'textUsed' | 'count'>;

function copyText(into: WithText, { text, textUsed, count }: WithText): void {
  if (count > 0) into.text.set(text.subarray(0, textUsed));
  into.textUsed = textUsed;
}

/** Bytes of the texts in a sheaf. */
export const textBytes = ({ answers, requests, executions }: Sheaf): number =>
  answers.textUsed + requests.textUsed + executions.textUsed;

/** A copy, no larger than it has to be, of a sheaf whose rows stand newest first: the oldest comes first. */
export function turnedSheaf(sheaf: Sheaf): Sheaf {
  const { contacts, answers, requests, executions } = sheaf;
  const turned: Sheaf = {
    contacts: allocateContacts(contacts.count),
    answers: allocateAnswers(answers.count),
    requests: allocateRequests(requests.count),
    executions: allocateExecutions(executions.count),
  };
  copyInOrder(contactSchema, turned.contacts, contacts, oldestFirst(contacts));
  copyInOrder(answerSchema, turned.answers, answers, oldestFirst(answers));
  copyInOrder(requestSchema, turned.requests, requests, oldestFirst(requests));
  copyInOrder(executionSchema, turned.executions, executions, oldestFirst(executions));
  turned.requests.text = new Uint8Array(requests.textUsed);
  copyText(turned.answers, answers);
  copyText(turned.requests, requests);
  copyText(turned.executions, executions);
  return turned;
}

/** Rows by time; of one moment the last first. */
const oldestFirst = ({ time, count }: Dated): Uint32Array =>
  Uint32Array.from({ length: count }, (_, row) => row).sort((a, b) => time[a] - time[b] || b - a);

/** Empties all batches of a sheaf. */
export function clearSheaf({ contacts, answers, requests, executions }: Sheaf): void {
  contacts.count = 0;
  answers.count = 0;
  answers.textUsed = 0;
  clearRequests(requests);
  executions.count = 0;
  executions.textUsed = 0;
}

/** Whether every batch has room for one more record. Records that say nothing take no room at all. */
export function hasRoom({ contacts, answers, requests, executions }: Sheaf): boolean {
  return (
    contacts.count < ROWS &&
    answers.count < ROWS &&
    answers.textUsed < answers.text.length - 4096 &&
    requests.count < ROWS &&
    requests.textUsed < requests.text.length - 65536 &&
    executions.count < ROWS &&
    executions.textUsed < executions.text.length - 65536
  );
}

/** All batches, in the order in which they are heard. */
export const batchesOf = ({ contacts, answers, requests, executions }: Sheaf): readonly Dated[] => [
  contacts,
  answers,
  requests,
  executions,
];

/** What every batch of a sheaf tells. */
type Dated = Pick<ContactBatch, 'time' | 'count'>;

/** Rows in all batches. */
export const rowsOf = ({ contacts, answers, requests, executions }: Sheaf): number =>
  contacts.count + answers.count + requests.count + executions.count;
