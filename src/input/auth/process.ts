import type { SyslogLine } from '../syslog/dialect.ts';

const SPACE = 32;
const BRACKET = 91;

/**
 * A number for the process that wrote a line, and its host: the lines of one login share it. Without a process id it is
 * that of the host.
 */
export function processOf({ bytes, host, hostEnd, message }: SyslogLine): number {
  let hash = 0x811c9dc5;
  for (let at = host; at < hostEnd; at += 1) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  let at = hostEnd;
  while (at < message && bytes[at] === SPACE) at += 1;
  while (at < message && bytes[at] !== SPACE && bytes[at] !== BRACKET) at += 1;
  let process = 0;
  for (at += 1; at < message; at += 1) {
    const digit = bytes[at] - 48;
    if (digit < 0 || digit > 9 || process > 0x3fffff) break;
    process = process * 10 + digit;
  }
  return (hash >>> 4) * 0x1000000 + (process & 0xffffff);
}

/** Whether such a number is of a process, and not of a host only. */
export const hasProcess = (key: number): boolean => key % 0x1000000 !== 0;
