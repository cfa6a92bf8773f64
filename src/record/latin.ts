/** Text of one byte a letter (ISO 8859-1), which is how bytes of any encoding are kept apart from each other. */

/** The letters as bytes; of letters beyond Latin-1 the low byte. */
export const latinBytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff);

/** bytes[from … to) as letters, for texts of some hundred bytes. Cold. */
export function latinText(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at += 1) text += String.fromCharCode(bytes[at]);
  return text;
}
