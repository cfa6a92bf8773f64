/** Words by which programs of any kind tell that something was a login, and how it ended. */
export const LOGIN = /log[-_ ]?[io]n|sign[-_ ]?in|session\.start|authenticat|\bauth\b/iu;
export const BAD = /fail|denied|deny|error|invalid|incorrect|wrong|reject|bad/iu;
export const GOOD = /succe|accept|\bok\b|allow|grant/iu;
