import { Reply } from '../../record/request.ts';

/**
 * What a code of Microsoft Entra ID says of the user or the password ("Microsoft Entra authentication and authorization
 * error codes"): in; there is no such user; wrong, locked, without a password, expired, disabled. Others interrupt a login
 * whose password was right.
 */
export const ENTRA_CODES: ReadonlyMap<string, number> = new Map([
  ['0', Reply.accepted],
  ['50034', Reply.missed],
  ['51004', Reply.missed],
  ['50053', Reply.denied],
  ['50055', Reply.denied],
  ['50056', Reply.denied],
  ['50057', Reply.denied],
  ['50126', Reply.denied],
]);
