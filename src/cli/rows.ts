import { timeText } from '../finding/time.ts';
import { formatAddress, isV4 } from '../record/address.ts';
import { type ContactBatch, METHODS } from '../record/contact.ts';
import { Did, type ExecutionBatch } from '../record/execution.ts';
import { Asked, type RequestBatch, VERBS } from '../record/request.ts';

/** Rows of logs in words, for `explain`. Texts are as they came: the output escapes them. */

const OUTCOMES = ['not told', 'answered', 'refused', 'not answered', 'exchanged', 'broken off'];
const REPLIES = ['not told', 'there', 'not there', 'denied', 'not understood', 'failed', 'accepted'];
const decoder = new TextDecoder('latin1');
const utf8 = new TextDecoder();

const clockOf = (time: number): string => timeText(time).slice(11, 26);

function endText(words: Uint32Array, at: number, port: number): string {
  const address = formatAddress(words, at);
  if (port === 0) return address;
  return isV4(words, at) ? `${address}:${port}` : `[${address}]:${port}`;
}

/** One line: when, who to whom, how, and how it ended. */
export function contactText(batch: ContactBatch, row: number): string {
  const { time, address, sourcePort, targetPort, method, protocol, outcome } = batch;
  const source = endText(address, row * 8, sourcePort[row]);
  const target = endText(address, row * 8 + 4, targetPort[row]);
  const how = METHODS[method[row]] ?? `protocol ${protocol[row]}`;
  return `${clockOf(time[row])}  ${source} → ${target}  ${how}, ${OUTCOMES[outcome[row]]}`;
}

/** One line: when, which process, what it did. */
export function executionText(batch: ExecutionBatch, row: number): string {
  const { time, address, ownPort, peerPort, did, process, text } = batch;
  const said = (start: number, length: number): string => utf8.decode(text.subarray(start, start + length));
  const image = said(batch.image[row], batch.imageLength[row]);
  const command = said(batch.command[row], batch.commandLength[row]);
  const who = `${clockOf(time[row])}  process ${process[row]} ${image}`;
  if (did[row] === Did.started) return `${who} started: ${command}`;
  const own = endText(address, row * 8, ownPort[row]);
  if (did[row] === Did.listened) return `${who} listens at ${own}`;
  const peer = endText(address, row * 8 + 4, peerPort[row]);
  return `${who} ${batch.opened[row] === 1 ? 'connects to' : 'is connected with'} ${peer} from ${own}`;
}

/** One line: when, who asked whom for what, and the answer. */
export function requestText(batch: RequestBatch, row: number): string {
  const { time, address, verb, status, reply, asked, text } = batch;
  const said = (start: number, length: number): string => decoder.decode(text.subarray(start, start + length));
  const site = said(batch.site[row], batch.siteLength[row]);
  const name = said(batch.name[row], batch.nameLength[row]);
  const what = asked[row] === Asked.nothing ? 'asked for nothing' : `${VERBS[verb[row]]} ${name}`.trim();
  const answer = status[row] > 0 ? `${status[row]}, ${REPLIES[reply[row]]}` : REPLIES[reply[row]];
  const agent = said(batch.agent[row], batch.agentLength[row]);
  return `${clockOf(time[row])}  ${formatAddress(address, row * 8)} → ${site || 'server'}  ${what}  ${answer}${agent && `  "${agent}"`}`;
}
