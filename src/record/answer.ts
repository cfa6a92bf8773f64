import { allocate, type Batch, bytesOf, headOf, withHead } from './batch.ts';

/**
 * What a target told a source, read from its answers only: a banner, a version, a name.
 * (That a port is open or closed is told by the contact itself.)
 */
export const answerSchema = {
  /** µs since 1970 */
  time: ['f64', 1],
  input: ['u16', 1],
  record: ['u32', 1],
  /** 8 words: the source that asked 0–3, the target that answered 4–7 */
  address: ['u32', 8],
  targetPort: ['u16', 1],
  protocol: ['u8', 1],
  /** one of Told */
  told: ['u8', 1],
  /** one of SERVICES */
  service: ['u8', 1],
  /** where the text stands in `text` */
  start: ['u32', 1],
  length: ['u16', 1],
} as const;

/** What kind of thing the text is. */
export const Told = { banner: 1, server: 2, certificateNames: 3, version: 4, description: 5 } as const;

/** Names of services as they are told by the answer itself, never by the port. */
export const SERVICES = [
  '',
  'ssh',
  'http',
  'ftp',
  'smtp',
  'pop3',
  'imap',
  'tls',
  'dns',
  'snmp',
  'redis',
  'mysql',
  'postgresql',
  'telnet',
  'ntp',
  'sip',
  'vnc',
  'smb',
  'rdp',
  'memcached',
  'ldap',
  'mqtt',
  'rtsp',
  'amqp',
  'mongodb',
  'modbus',
  's7',
  'ethernet-ip',
  'bacnet',
  'fox',
  'netbios-ns',
  'ms-sql-s',
  'ms-sql-m',
  'sunrpc',
  'coap',
  'ipmi',
  'mdns',
  'adb',
  'rsync',
  'jdwp',
  'zookeeper',
  'ike',
  'quic',
  'stun',
  'pptp',
  'ssdp',
  'oracle-tns',
] as const;

/** A batch of answers and the bytes of their texts. */
export interface AnswerBatch extends Batch<typeof answerSchema> {
  /** The texts, one after the other, raw bytes as they were on the wire. */
  readonly text: Uint8Array;
  /** Bytes of `text` in use. */
  textUsed: number;
}

const HEAD = headOf({ count: 0, textUsed: 1 });

/** Bytes of text that one batch can hold. */
export const TEXT_BYTES = 1 << 16;

/** Bytes that `allocateAnswers` lays out. */
export function answerBytes(capacity: number): number {
  return bytesOf(answerSchema, capacity) + TEXT_BYTES;
}

/** Lays out a batch of answers. */
export function allocateAnswers(
  capacity: number,
  buffer: ArrayBufferLike = new ArrayBuffer(answerBytes(capacity)),
  start = 0,
): AnswerBatch {
  const columns = allocate(answerSchema, capacity, buffer, start);
  const text = new Uint8Array(buffer as ArrayBuffer, start + bytesOf(answerSchema, capacity), TEXT_BYTES);
  return withHead({ ...columns, text }, HEAD) as unknown as AnswerBatch;
}
