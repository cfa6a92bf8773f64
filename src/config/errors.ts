/**
 * The operator's mistakes, one entry each: a sentence that carries the value, a hint that says what to do, an exit code.
 * Bad data is not here (it is counted: `record/weird.ts`), nor are bugs (they are plain exceptions).
 *
 * Exit codes follow sysexits.h: 2 usage (as the shells have it), 74 input or output, 78 configuration.
 */
export type ExitCode = 2 | 74 | 78;

/** Values that a sentence may name. All are shown quoted, with control characters made visible. */
export type ErrorValues = Readonly<Record<string, string | number | undefined>>;

interface Entry {
  readonly exit: ExitCode;
  /** `{name}` is replaced by the value of that name. */
  readonly says: string;
  /** Shown after the sentence. */
  readonly hint: string;
}

/** Add an error: one entry here. */
const CATALOGUE = {
  // usage
  COMMAND_UNKNOWN: { exit: 2, says: 'There is no command {command}.', hint: '`vedette --help` lists the commands.' },
  OPTION_UNKNOWN: {
    exit: 2,
    says: '`vedette {of}` has no option {option}.',
    hint: '`vedette {of} --help` lists its options.',
  },
  OPTION_BEFORE: {
    exit: 2,
    says: 'Option {option} stands before its command.',
    hint: 'Put it behind `vedette {of}`.',
  },
  OPTION_VALUE: { exit: 2, says: 'Option {option} cannot be {value}.', hint: 'It takes {expected}.' },
  OPTION_VALUE_MISSING: { exit: 2, says: 'Option {option} needs a value.', hint: 'It takes {expected}.' },
  ARGUMENT_MISSING: {
    exit: 2,
    says: '`vedette {of}` needs {argument}.',
    hint: '`vedette {of} --help` shows what it takes.',
  },
  ARGUMENT_EXCESS: {
    exit: 2,
    says: '`vedette {of}` takes fewer arguments.',
    hint: '`vedette {of} --help` shows what it takes.',
  },
  FINDING_UNKNOWN: {
    exit: 2,
    says: 'There is no finding whose id is {id} or begins so.',
    hint: '`vedette findings` lists those of the last analysis, `vedette FILE` those of another input.',
  },
  SCANNER_UNKNOWN: {
    exit: 2,
    says: 'No scan is called {who}, and none came from there.',
    hint: 'Give an id or its beginning, an address or a prefix; `vedette findings` lists those of the last analysis.',
  },
  FINDING_AMBIGUOUS: {
    exit: 2,
    says: 'Several findings begin with {id}.',
    hint: 'Give more of the id; these do: {ids}.',
  },
  WORDLIST_NAME: {
    exit: 2,
    says: 'A wordlist cannot be called {name}.',
    hint: 'Use up to 64 letters, digits, dots, dashes and underscores; begin with a letter or a digit.',
  },
  WORDLIST_UNKNOWN: {
    exit: 2,
    says: 'There is no wordlist of your own called {name}.',
    hint: '`vedette wordlists` lists them; those that came with the program stay.',
  },
  TRIAL_MISSING: {
    exit: 2,
    says: 'Nothing is given that could be tried.',
    hint: 'Say what to change: --try-bar, --try-false-per-day, --try-home or --try-allow.',
  },
  LOG_FORMAT: {
    exit: 2,
    says: 'Log format {format} does not tell {missing}.',
    hint: 'Give the string of log_format (Nginx) or LogFormat (Apache) as it stands in the configuration.',
  },
  KNOWN_LINE: {
    exit: 78,
    says: '{path}, line {line}: {value} is not {expected}.',
    hint: 'A line is PREFIX, then after tabs a reason, the day on which it expires, and allow, label or ignore; each may be left out.',
  },
  // input and output
  WORDLIST_EMPTY: { exit: 74, says: '{path} holds no word.', hint: 'A wordlist has a word on each line.' },
  ANALYSIS_MISSING: {
    exit: 74,
    says: 'No analysis is kept from which {id} could be explained.',
    hint: 'Name the input: `vedette explain ID FILE…`.',
  },
  FINDINGS_MISSING: {
    exit: 74,
    says: 'No analysis is kept whose findings could be listed.',
    hint: 'Run `vedette FILE…` first.',
  },
  INPUT_CHANGED: {
    exit: 74,
    says: '{path} is not what it was when it was analysed.',
    hint: 'Analyse it again, or name the input: `vedette explain ID FILE…`.',
  },
  INPUT_ONCE: {
    exit: 74,
    says: 'The finding came from standard input, which cannot be read again.',
    hint: 'Keep the capture in a file: `vedette explain ID FILE…`.',
  },
  INPUT_MISSING: {
    exit: 74,
    says: 'There is no file {path}.',
    hint: 'Check the path; `-` reads standard input, and `vedette --help` lists the commands.',
  },
  INPUT_UNREADABLE: {
    exit: 74,
    says: '{path} cannot be opened: {reason}.',
    hint: 'Check who may read it: `ls -l` shows that.',
  },
  INPUT_EMPTY: {
    exit: 74,
    says: '{path} is empty.',
    hint: 'Was the capture stopped before it was written? tcpdump needs -U to write each packet at once.',
  },
  INPUT_NEWEST_FIRST: {
    exit: 74,
    says: '{path} has its newest records first, and is too long to be turned round here.',
    hint: 'Turn it round on the way: `tac FILE | vedette -`, or export it oldest first.',
  },
  INPUT_PACKED: {
    exit: 74,
    says: '{path} is packed with {how}, which is not taken off here.',
    hint: 'Unpack it on the way: `xz -dc FILE | vedette -`, or with bzip2 or lz4 in its place; gzip and zstd need no help.',
  },
  INPUT_UNRECOGNISED: {
    exit: 74,
    says: '{path} is in no format known here: it begins with {head}.',
    hint: '`vedette formats` lists what can be read, plain or compressed with gzip or zstd; FORMAT:FILE says which it is.',
  },
  FORMAT_UNKNOWN: {
    exit: 2,
    says: 'There is no format {format}, as which {path} should be read.',
    hint: '`vedette formats` lists the names; without one before the colon, it is told by what stands in the file.',
  },
  FORMAT_WRONG: {
    exit: 74,
    says: '{path} is not in the format {format}: nothing in it could be read so.',
    hint: 'Leave the format out, and it is told by what stands in the file; `vedette formats` shows a record of each.',
  },
  INPUT_READ: { exit: 74, says: 'Reading {path} failed: {reason}.', hint: 'The findings so far are not complete.' },
  FOLDER_EMPTY: {
    exit: 74,
    says: 'Folder {path} holds no file that can be read.',
    hint: '`vedette formats` lists what can be; hidden files are left out.',
  },
  RECORDS_UNCUT: {
    exit: 74,
    says: '{path} cannot be cut into records.',
    hint: 'Captures (pcap, pcapng) and logs of lines can; export binary flow records as text first.',
  },
  REHEARSAL_MISFIT: {
    exit: 74,
    says: 'None of these scans can stand in {path}.',
    hint: 'Packets go into captures of Ethernet, Linux cooked or raw IP; lines into access logs (combined), syslog with sshd or dnsmasq, and logs of BIND.',
  },
  OUTPUT_UNWRITABLE: {
    exit: 74,
    says: '{path} cannot be written: {reason}.',
    hint: 'Check the folder, who may write there, and the space left.',
  },
  // configuration
  CONFIG_MISSING: {
    exit: 78,
    says: 'There is no configuration file {path}.',
    hint: 'Leave it out to use the defaults.',
  },
  CONFIG_SYNTAX: { exit: 78, says: '{path}, line {line}: {reason}.', hint: 'The rest of the file was not read.' },
  CONFIG_KEY_UNKNOWN: {
    exit: 78,
    says: '{path}, line {line}: there is no setting {key}.',
    hint: 'The reference page of the options lists all settings.',
  },
  CONFIG_VALUE: {
    exit: 78,
    says: '{path}, line {line}: setting {key} cannot be {value}.',
    hint: 'It takes {expected}.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type ErrorCode = keyof typeof CATALOGUE;

/** The codes in the order of the catalogue, for the reference page. */
export const ERROR_CODES = Object.keys(CATALOGUE) as readonly ErrorCode[];

/** Values that are words of ours, not the operator's, and stand in the sentence without quotes. */
const PLAIN = new Set(['expected', 'missing', 'ids', 'reason', 'line', 'head', 'of', 'argument']);
const SHOWN_CHARACTERS = 300;
/** Lists of what is taken are ours, and whole. */
const EXPECTED_CHARACTERS = 2000;

/** Makes a value fit to be shown: control, format and surrogate characters as `\u{…}`, long values cut. */
function visible(value: string, most: number): string {
  const cut = value.length > most ? `${value.slice(0, most)}…` : value;
  return cut.replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function filled(template: string, values: ErrorValues): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = visible(String(values[name] ?? '?'), name === 'expected' ? EXPECTED_CHARACTERS : SHOWN_CHARACTERS);
    return PLAIN.has(name) ? value : `"${value}"`;
  });
}

/** A mistake of the operator's, ready to be shown. Value `closest`, where given, becomes "Did you mean …?". */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly exit: ExitCode;
  readonly hint: string;

  constructor(code: ErrorCode, values: ErrorValues = {}, cause?: unknown) {
    const entry = CATALOGUE[code];
    super(filled(entry.says, values), cause === undefined ? {} : { cause });
    this.name = 'CodedError';
    this.code = code;
    this.exit = entry.exit;
    const meant = values.closest === undefined ? '' : filled('Did you mean {closest}? ', values);
    this.hint = meant + filled(entry.hint, values);
  }
}

/** Edits (insert, delete, replace) that turn one word into the other (Wagner and Fischer 1974). */
function edits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[other.length];
}

/** The candidate that a mistyped word most likely meant; none when every one differs in more than a third of it. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > SHOWN_CHARACTERS) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = edits(word.toLowerCase(), candidate.toLowerCase());
    if (distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}
