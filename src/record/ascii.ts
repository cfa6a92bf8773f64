// Hot: several times a byte of text.

/** Kinds of bytes of ASCII text. */

export const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

export const isLetter = (byte: number): boolean => (byte | 32) >= 97 && (byte | 32) <= 122;

export const isAlphanumeric = (byte: number): boolean => isDigit(byte) || isLetter(byte);

export const isHex = (byte: number): boolean => isDigit(byte) || ((byte | 32) >= 97 && (byte | 32) <= 102);

/** The letter in lower case; any other byte as it is. */
export const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);
