import { type AnswerBatch, allocateAnswers } from './answer.ts';
import { allocateContacts, type ContactBatch } from './contact.ts';
import { allocateExecutions, type ExecutionBatch } from './execution.ts';
import { allocateRequests, type RequestBatch } from './request.ts';

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
const EXECUTION_ROWS = SHEAF_RECORDS;

/** Rows that must be free in every batch before a reader takes the next record. */
export const ROWS_PER_RECORD = 32;

/** Lays out an empty sheaf. */
export function allocateSheaf(): Sheaf {
  return {
    contacts: allocateContacts(ROWS + ROWS_PER_RECORD),
    answers: allocateAnswers(ROWS + ROWS_PER_RECORD),
    requests: allocateRequests(ROWS + ROWS_PER_RECORD),
    executions: allocateExecutions(EXECUTION_ROWS + ROWS_PER_RECORD),
  };
}

/** Empties all batches of a sheaf. */
export function clearSheaf({ contacts, answers, requests, executions }: Sheaf): void {
  contacts.count = 0;
  answers.count = 0;
  answers.textUsed = 0;
  requests.count = 0;
  requests.textUsed = 0;
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
    executions.count < EXECUTION_ROWS &&
    executions.textUsed < executions.text.length - 65536
  );
}

/** Rows in all batches. */
export const rowsOf = ({ contacts, answers, requests, executions }: Sheaf): number =>
  contacts.count + answers.count + requests.count + executions.count;
