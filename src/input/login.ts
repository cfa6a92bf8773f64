import { Asked, beginRequest, Reply, type RequestBatch, RequestTrait } from '../record/request.ts';
import { keepString } from './texts.ts';

/** Words by which programs of any kind tell that something was a login, and how it ended. */
export const LOGIN = /log[-_ ]?[io]n|sign[-_ ]?in|session\.start|authenticat|\bauth\b/iu;
export const BAD = /fail|denied|deny|error|invalid|incorrect|wrong|reject|bad/iu;
export const GOOD = /succe|accept|\bok\b|allow|grant/iu;

/** A login as it is told in words: by objects of JSON, and by named values. */
interface Login {
  /** µs since 1970 */
  readonly time: number;
  readonly input: number;
  readonly record: number;
  readonly address: Uint32Array;
  readonly user: string;
  /** one of Reply */
  readonly reply: number;
  /** port of the service; 0: not told */
  readonly port?: number;
  /** bits of RequestTrait, besides that a secret was guessed where it was not right */
  readonly traits?: number;
}

const { proven, secretGuessed } = RequestTrait;

export function tellLogin(batch: RequestBatch, login: Login): void {
  const { time, input, record, address, user, reply, port = 0, traits = proven } = login;
  const row = beginRequest(batch);
  batch.time[row] = time;
  batch.input[row] = input;
  batch.record[row] = record;
  batch.address.set(address, row * 8);
  batch.port[row] = port;
  batch.asked[row] = Asked.user;
  batch.reply[row] = reply;
  batch.traits[row] = traits | (reply === Reply.denied ? secretGuessed : 0);
  batch.name[row] = keepString(batch, user);
  batch.nameLength[row] = Math.min(0xffff, batch.textUsed - batch.name[row]);
  batch.count = row + 1;
}
