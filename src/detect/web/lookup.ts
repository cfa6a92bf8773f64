// Hot: asked for texts that hold "${".

/**
 * What Log4j makes of a text: lookups inside one another are carried out from the inside, so that
 * `${${lower:j}ndi:…}` and `${${env:NOTHING:-j}${::-n}di:…}` are lookups of JNDI (Log4j 2 manual, "Lookups"):
 *
 *     lookup  = "${" *( char / lookup ) "}"
 *     text    = ["lower:" / "upper:"] rest         the rest, its letters changed
 *             = name ":-" default                  the default, where nothing has the name
 *
 * Evaluated in place: what a lookup comes to is written over it. Nesting deeper than `DEEPEST` is taken for plain text,
 * so every byte is moved at most `DEEPEST` times.
 */
const DEEPEST = 24;
const SIZE = 4096;
const text = new Uint8Array(SIZE);
const opened = new Int32Array(DEEPEST);

const DOLLAR = 0x24;
const BRACE = 0x7b;
const CLOSE = 0x7d;
const COLON = 0x3a;
const DASH = 0x2d;
const JNDI = [0x6a, 0x6e, 0x64, 0x69];

/** Whether bytes[from … end) holds a lookup of JNDI, once the lookups inside are carried out. */
export function looksUpName(bytes: Uint8Array, from: number, end: number): boolean {
  let size = 0;
  let depth = 0;
  const last = end - from > SIZE ? from + SIZE : end;
  for (let at = from; at < last; at += 1) {
    const byte = bytes[at];
    if (byte === DOLLAR && bytes[at + 1] === BRACE && at + 1 < last && depth < DEEPEST) {
      opened[depth++] = size;
      at += 1;
    } else if (byte === CLOSE && depth > 0) {
      depth -= 1;
      if (isJndi(opened[depth], size)) return true;
      size = evaluate(opened[depth], size);
      if (depth > 0 && isJndi(opened[depth - 1], size)) return true;
    } else text[size++] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (byte === COLON && depth > 0 && isJndi(opened[depth - 1], size)) return true;
  }
  return false;
}

function isJndi(from: number, size: number): boolean {
  if (size - from < 5 || text[from + 4] !== COLON) return false;
  for (let n = 0; n < 4; n += 1) if (text[from + n] !== JNDI[n]) return false;
  return true;
}

/** Writes what the lookup text[from … size) comes to over it; returns where it ends. */
function evaluate(from: number, size: number): number {
  let start = -1;
  for (let at = from; at + 1 < size && start < 0; at += 1)
    if (text[at] === COLON && text[at + 1] === DASH) start = at + 2;
  if (start < 0) {
    // "lower:" and "upper:" have six letters; of a date only what stands in quotes is kept, which others do not send
    start =
      size - from >= 6 && text[from + 5] === COLON && text[from + 3] === 0x65 && text[from + 4] === 0x72
        ? from + 6
        : size;
  }
  let to = from;
  for (let at = start; at < size; at += 1) text[to++] = text[at];
  return to;
}
