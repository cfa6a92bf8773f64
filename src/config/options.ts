import { CodedError } from './errors.ts';

/**
 * Every option once: its name, default, unit and one sentence. Help, validation, `VEDETTE_*` variables and the reference
 * page are made from this table. An option without a sentence does not compile.
 */
export interface Option<T> {
  /** On the command line, without the dashes. */
  readonly flag: string;
  /** Placeholder of its value; absent: a switch. */
  readonly value?: string;
  /** The value may be left out; this one then counts. */
  readonly bare?: string;
  /** May be given several times. */
  readonly many?: true;
  readonly default: T;
  /** What stands between several values in the environment variable; a comma when absent. */
  readonly between?: string;
  /** The default in words, where the value itself does not say it. */
  readonly defaultText?: string;
  /** Unit of the value; `-`: none. */
  readonly unit: string;
  readonly about: string;
  /** What it takes, for the hint of a refused value. */
  readonly expected: string;
  /** Text to value; undefined: refused. For `many`, one of the values. */
  parse(text: string): unknown;
}

/** A moment: absolute, or so long before the end of the data. Both in µs. */
export type Moment = { readonly at: number } | { readonly beforeEnd: number };

const within =
  (least: number, most: number, whole: boolean) =>
  (text: string): number | undefined => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most && (!whole || Number.isInteger(value)) ? value : undefined;
  };

const oneOf =
  <const W extends string>(...words: readonly W[]) =>
  (text: string): W | undefined =>
    words.find((word) => word === text);

const on = (): true => true;

/** `203.0.113.0/24`, `2001:db8::/32`, or one address. */
function prefix(text: string): string | undefined {
  const [address, length, ...rest] = text.split('/');
  if (rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (octets !== null)
    return octets.slice(1).every((octet) => Number(octet) < 256) && Number(length ?? 32) <= 32 ? text : undefined;
  return /^[\da-f:.]+$/i.test(address) && URL.canParse(`http://[${address}]/`) && Number(length ?? 128) <= 128
    ? text
    : undefined;
}

/** `203.0.113.0/24 2027-01-31 our auditors`: the day and the reason may be left out. */
function allowance(text: string): string | undefined {
  const [address, day = ''] = text.trim().split(/\s+/);
  const isDated = /^\d{4}-/.test(day);
  return prefix(address) === undefined || (isDated && moment(day) === undefined) ? undefined : text.trim();
}

/** `Z`, `+02:00`, `-0330`: minutes east of Greenwich. */
function offset(text: string): number | undefined {
  if (/^(?:Z|UTC)$/i.test(text)) return 0;
  const parts = /^([+-])(\d\d):?([0-5]\d)$/.exec(text);
  if (parts === null) return undefined;
  const minutes = Number(parts[2]) * 60 + Number(parts[3]);
  return minutes > 18 * 60 ? undefined : parts[1] === '-' ? -minutes : minutes;
}

const UNITS: Readonly<Record<string, number>> = { s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6 };
const TIME = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.(\d{1,6})\d*)?(?:[Zz]|[+-]\d\d:\d\d))?$/;

/** RFC 3339 (a date alone is its midnight in UTC), or a duration before the end of the data. */
function moment(text: string): Moment | undefined {
  const ago = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  if (ago !== null) return { beforeEnd: Math.round(Number(ago[1]) * UNITS[ago[2]]) };
  const parts = TIME.exec(text);
  if (parts === null) return undefined;
  const fraction = parts[1] === undefined ? '' : `.${parts[1]}`;
  const seconds = Date.parse(text.replace(/\.\d+/, '').toUpperCase().replace(' ', 'T')) / 1000;
  return Number.isNaN(seconds) ? undefined : { at: Math.round((seconds + Number(`0${fraction}`)) * 1e6) };
}

const option = <T>(entry: Option<T>): Option<T> => entry;

/** Names of the outputs, the default first; kept beside the table so that help need not load them. */
export const FORMATS = ['text', 'ndjson', 'html'] as const;

/** Add an option: one entry here. */
export const OPTIONS = {
  format: option<(typeof FORMATS)[number]>({
    flag: 'format',
    value: 'NAME',
    default: 'text',
    unit: '-',
    about: 'How findings are written: text for people, ndjson for programs, html for a report in a browser.',
    expected: 'text, ndjson or html',
    parse: oneOf(...FORMATS),
  }),
  json: option<boolean>({
    flag: 'json',
    default: false,
    unit: '-',
    about: 'Short for --format ndjson.',
    expected: 'no value',
    parse: on,
  }),
  home: option<readonly string[]>({
    flag: 'home',
    value: 'PREFIX',
    many: true,
    default: [],
    defaultText: 'inferred from the data, and said',
    unit: 'address prefix',
    about: 'A network of your own; what scans from inside it is T1046, not T1595. May be repeated.',
    expected: 'an address prefix such as 203.0.113.0/24 or 2001:db8::/32',
    parse: prefix,
  }),
  allow: option<readonly string[]>({
    flag: 'allow',
    value: 'PREFIX',
    many: true,
    default: [],
    defaultText: 'nobody',
    unit: 'address prefix [day on which it expires] [reason]',
    about:
      'Sources that are never alarmed, only listed as explained: your own scanners, until a day and for a reason, if you give them. May be repeated.',
    expected: "an address prefix such as 203.0.113.0/24, or '203.0.113.0/24 2027-01-31 our auditors'",
    parse: allowance,
  }),
  falsePerDay: option<number>({
    flag: 'false-per-day',
    value: 'N',
    default: 1,
    unit: 'findings per day',
    about: 'How many false findings a day you accept; sets the bar together with the measured rate of contacts.',
    expected: 'a number from 0.000001 to 1000000',
    parse: within(1e-6, 1e6, false),
  }),
  bar: option<number | undefined>({
    flag: 'bar',
    value: 'BITS',
    default: undefined,
    defaultText: 'from --false-per-day, never under 20',
    unit: 'bits',
    about: 'The evidence at which a finding opens, instead of computing it.',
    expected: 'a number of bits from 1 to 1000',
    parse: within(1, 1000, false),
  }),
  known: option<'allow' | 'label' | 'ignore'>({
    flag: 'known',
    value: 'POLICY',
    default: 'label',
    unit: '-',
    about:
      'What is made of scanners that are known by name: allow (no finding), label (low priority) or ignore the lists.',
    expected: 'allow, label or ignore',
    parse: oneOf('allow', 'label', 'ignore'),
  }),
  knownList: option<readonly string[]>({
    flag: 'known-list',
    value: 'FILE',
    many: true,
    default: [],
    defaultText: 'the shipped lists alone',
    unit: 'lines of PREFIX [TAB reason [TAB expiry [TAB policy]]]',
    about:
      'Known scanners of your own, each for as long as you say, with a policy of its own if need be. May be repeated.',
    expected: 'a file with a prefix on each line',
    parse: (text) => (text === '' ? undefined : text),
  }),
  since: option<Moment | undefined>({
    flag: 'since',
    value: 'TIME',
    default: undefined,
    defaultText: 'the first record',
    unit: 'RFC 3339, or s, m, h, d before the end of the data',
    about: 'Leave out what is earlier.',
    expected: 'a time such as 2026-11-21T08:00:00Z, or 24h for so long before the end of the data',
    parse: moment,
  }),
  until: option<Moment | undefined>({
    flag: 'until',
    value: 'TIME',
    default: undefined,
    defaultText: 'the last record',
    unit: 'RFC 3339, or s, m, h, d before the end of the data',
    about: 'Leave out what is later.',
    expected: 'a time such as 2026-11-21T08:00:00Z, or 24h for so long before the end of the data',
    parse: moment,
  }),
  proxy: option<readonly string[]>({
    flag: 'proxy',
    value: 'PREFIX',
    many: true,
    default: [],
    defaultText: 'none, and nobody is believed',
    unit: 'address prefix',
    about: 'A proxy of your own: the clients that it names in X-Forwarded-For are believed. May be repeated.',
    expected: 'an address prefix such as 198.51.100.0/24 or 2001:db8::/32',
    parse: prefix,
  }),
  logFormat: option<readonly string[]>({
    flag: 'log-format',
    value: 'STRING',
    many: true,
    between: '\n',
    default: [],
    defaultText: 'the usual ones, by content',
    unit: '-',
    about: 'A format of your access logs: any log_format of Nginx, any LogFormat of Apache. May be repeated.',
    expected: 'a format with at least one variable, such as \'$remote_addr [$time_local] "$request" $status\'',
    parse: (text) => (/[$%]/.test(text) ? text : undefined),
  }),
  timezone: option<number>({
    flag: 'timezone',
    value: 'OFFSET',
    default: 0,
    defaultText: 'UTC',
    unit: 'hours and minutes east of Greenwich',
    about: 'The zone of stamps that do not tell theirs, as in syslog.',
    expected: 'an offset such as +02:00, -03:30 or Z',
    parse: offset,
  }),
  all: option<boolean>({
    flag: 'all',
    default: false,
    unit: '-',
    about: 'Show every finding, not only the 20 most worth it (text).',
    expected: 'no value',
    parse: on,
  }),
  failOn: option<'findings' | undefined>({
    flag: 'fail-on',
    value: 'WHAT',
    default: undefined,
    defaultText: 'never',
    unit: '-',
    about: 'Exit with status 1 when there are findings.',
    expected: 'findings',
    parse: oneOf('findings'),
  }),
  workers: option<number | undefined>({
    flag: 'workers',
    value: 'N',
    default: undefined,
    defaultText: 'number of cores, at most 4',
    unit: 'threads',
    about: 'How many threads decode; the findings are the same for any number.',
    expected: 'a whole number from 1 to 64',
    parse: within(1, 64, true),
  }),
  color: option<'auto' | 'always' | 'never'>({
    flag: 'color',
    value: 'WHEN',
    bare: 'always',
    default: 'auto',
    unit: '-',
    about: 'Colours: auto, always or never; NO_COLOR and FORCE_COLOR count too.',
    expected: 'auto, always or never',
    parse: oneOf('auto', 'always', 'never'),
  }),
  quiet: option<boolean>({
    flag: 'quiet',
    default: false,
    unit: '-',
    about: 'No progress and no remarks on standard error.',
    expected: 'no value',
    parse: on,
  }),
} as const satisfies Readonly<Record<string, Option<unknown>>>;

export type OptionName = keyof typeof OPTIONS;

/** Options of which `vedette backtest` can try another value, as `--try-…`. */
export const TRIABLE = ['bar', 'falsePerDay', 'home', 'allow'] as const satisfies readonly OptionName[];

/** What a run has been told: the value of every option. */
export type Settings = { readonly [N in OptionName]: (typeof OPTIONS)[N]['default'] };

/** One value of an option, checked. @param said how the operator gave it, for the error */
export function parsed(name: OptionName, text: string, said = `--${OPTIONS[name].flag}`): unknown {
  const value = OPTIONS[name].parse(text);
  if (value === undefined)
    throw new CodedError('OPTION_VALUE', { option: said, value: text, expected: OPTIONS[name].expected });
  return value;
}

/** The default as it is shown in help and reference. */
export function defaultText({ default: value, defaultText: words }: Option<unknown>): string {
  return words ?? (value === false ? 'off' : String(value));
}

/** The name of the environment variable that sets an option. */
export const variableOf = (flag: string): string => `VEDETTE_${flag.toUpperCase().replaceAll('-', '_')}`;

/** The reference page of the options, as Markdown. */
export function optionsPage(): string {
  const rows = Object.values<Option<unknown>>(OPTIONS).map((entry) => {
    const flag = `\`--${entry.flag}${entry.value === undefined ? '' : ` ${entry.value}`}\``;
    return `| ${flag} | ${entry.about} | ${defaultText(entry)} | ${entry.unit} | \`${variableOf(entry.flag)}\` |`;
  });
  return [
    '# Options',
    '',
    'Made from `src/config/options.ts`. The command line counts before the environment, the environment before the default.',
    '',
    '| option | what it does | default | unit | variable |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
