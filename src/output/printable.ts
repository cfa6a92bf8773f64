/**
 * Text from the wire on its way to a terminal. What is shown is an allow-list: ASCII and the letters of scripts that are
 * written left to right with one visible glyph a code point. Everything else (control characters, ANSI sequences, bidi and
 * zero-width characters, right-to-left letters, combining marks, lone surrogates) is shown as \x1b or \u{202e}.
 */
const SHOWN =
  /^(?:[ -~]|(?!\p{M}|\p{Default_Ignorable_Code_Point}|\p{Cn})[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}…·×→≥–])$/u;
const WIDE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]$/u;
const PLAIN = /^[ -~]*$/;

function escapeOf(point: number): string {
  return point < 0x100 ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`;
}

/**
 * The text with nothing in it that a terminal would act on; doing it twice changes nothing.
 *
 * @param cap characters after which it is cut with `…`
 */
export function printable(text: string, cap = Number.POSITIVE_INFINITY): string {
  if (text.length <= cap && PLAIN.test(text)) return text;
  let shown = '';
  for (const character of text) {
    const next = SHOWN.test(character) ? character : escapeOf(character.codePointAt(0) ?? 0);
    if (shown.length + next.length > cap) return `${shown}…`;
    shown += next;
  }
  return shown;
}

/** The same for text of several lines: line feeds stay. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
}

/** Terminal cells that printable text takes. */
export function cellsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += WIDE.test(character) ? 2 : 1;
  return cells;
}
