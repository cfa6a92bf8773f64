/** Texts that mean harm to a terminal, a line or a layout: every control and format character, sequences made of them, long and odd text. */

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

const POINTS: readonly number[] = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  0xad,
  0x034f,
  0x061c,
  0x115f,
  0x180e,
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  0x3164,
  0xfe0f,
  0xfeff,
  0xffa0,
  ...range(0xfff9, 0xfffb),
  0xe0001,
  0xe0041,
  0x05d0,
  0x0627,
  0x0301,
  0xd800,
  0xdfff,
];

/** Where a harmful character stands in a text. */
const FRAMES: readonly ((character: string) => string)[] = [
  (c) => c,
  (c) => `GET /${c} HTTP/1.0`,
  (c) => `${c}[31mred${c}[0m`,
  (c) => `${c}]0;title\x07`,
  (c) => `a${c.repeat(40)}b`,
  (c) => `\x1b${c}\r\n${c}`,
  (c) => `日本${c}語`,
  (c) => `"${c}", "state": "open"`,
  (c) => `${c}${'x'.repeat(300)}`,
];

const SEQUENCES: readonly string[] = [
  '\x1b[2J\x1b[H',
  '\x1b[?1049h',
  '\x1b]8;;http://example.invalid\x1b\\link\x1b]8;;\x1b\\',
  '\x1b]52;c;ZWNobw==\x07',
  '\x1bP+q544e\x1b\\',
  '\x9b31m',
  '\x90payload\x9c',
  '\x1b[6n',
  '\x1bc',
  '\u202etxt.exe',
  '\u2066hidden\u2069',
  'a\u0301'.repeat(50),
  '\r\nvedette: all is well',
  '\n{"kind":"summary"}',
  '\b\b\b\b',
  '\x1b[1A\x1b[2K',
  '%s%n%x',
  '__proto__',
  'constructor',
];

export const PAYLOADS: readonly string[] = [
  ...POINTS.flatMap((point) => FRAMES.map((frame) => frame(String.fromCodePoint(point)))),
  ...SEQUENCES.flatMap((text) => [text, `${text} after`, `before ${text}`]),
];

/** What no output may hold: anything but line feeds that a terminal acts on or lays out otherwise than left to right. */
export const HARMFUL =
  /[^\P{C}\n]|[\p{Zl}\p{Zp}\p{M}]|\p{Default_Ignorable_Code_Point}|[\p{Script=Hebrew}\p{Script=Arabic}]/u;

/** Colours as this project writes them. */
export const COLOURS = /\x1b\[\d+m/g;

/** A copy in which every string leaf is replaced. */
export function withTexts<T>(value: T, replace: (text: string, path: string) => string, path = ''): T {
  if (typeof value === 'string') return replace(value, path) as T;
  if (Array.isArray(value))
    return (value as unknown[]).map((item, at) => withTexts(item, replace, `${path}.${at}`)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withTexts(item, replace, `${path}.${key}`)]),
  ) as T;
}
