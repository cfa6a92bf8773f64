import { type AnswerBatch, SERVICES } from '../../record/answer.ts';
import type { RequestBatch } from '../../record/request.ts';

/** Longest text of an answer that is kept. */
const LONGEST = 1024;

/** Number of a service that is in the list. */
export const serviceOf = (name: (typeof SERVICES)[number]): number => SERVICES.indexOf(name);

/** Appends what the server of a request told over TCP: bytes[from … to), of which the first are kept. */
export function keepAnswer(
  answers: AnswerBatch,
  requests: RequestBatch,
  request: number,
  told: number,
  service: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): void {
  const start = answers.textUsed;
  const length = Math.min(to - from, LONGEST, answers.text.length - start);
  if (length <= 0) return;
  const row = answers.count;
  answers.time[row] = requests.time[request];
  answers.input[row] = requests.input[request];
  answers.record[row] = requests.record[request];
  for (let word = 0; word < 8; word += 1) answers.address[8 * row + word] = requests.address[8 * request + word];
  answers.targetPort[row] = requests.port[request];
  answers.protocol[row] = 6;
  answers.told[row] = told;
  answers.service[row] = service;
  answers.start[row] = start;
  answers.length[row] = length;
  for (let n = 0; n < length; n += 1) answers.text[start + n] = bytes[from + n];
  answers.textUsed = start + length;
  answers.count = row + 1;
}
