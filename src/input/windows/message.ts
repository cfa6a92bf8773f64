/*
 * Fields of a login out of the text that Windows makes of its event (Microsoft Learn, the pages of events 4624, 4625, 4768
 * and 4771; in English), where an exporter keeps nothing else:
 *
 *   message = sentence *(section ":" *(name ":" blanks value end))
 *   end     = line end | TAB | two blanks or more              Snare puts blanks for line ends
 *
 * The account that logs in is the last that is named before the network; of the other names the last counts as well, for
 * what a stranger may choose (the account, the workstation) stands before them.
 */
const NETWORK = 'Network Information:';
const VALUE = String.raw`:[ \t]+(\S(?:[^\r\n\t ]| (?! ))*)`;
const ACCOUNT = new RegExp(`(?<!Network )Account Name${VALUE}`, 'g');
const NAMES: readonly (readonly [field: string, pattern: RegExp])[] = [
  ['IpAddress', new RegExp(`(?:Source Network|Client) Address${VALUE}`, 'g')],
  ['SubStatus', new RegExp(`Sub Status${VALUE}`, 'g')],
  ['Status', new RegExp(`(?:(?<!Sub )Status|Failure Code|Result Code)${VALUE}`, 'g')],
];
/** Longest text that is looked into. */
const LONGEST = 1 << 14;

const lastOf = (text: string, pattern: RegExp): string => [...text.matchAll(pattern)].at(-1)?.[1] ?? '';

/** Fields by the names that the event itself has for them. */
export function fieldsOfMessage(message: string): Map<string, string> {
  const text = message.slice(0, LONGEST);
  const fields = new Map(NAMES.map(([field, pattern]) => [field, lastOf(text, pattern)] as const));
  const network = text.lastIndexOf(NETWORK);
  fields.set('TargetUserName', lastOf(text.slice(0, network < 0 ? text.length : network), ACCOUNT));
  return fields;
}
