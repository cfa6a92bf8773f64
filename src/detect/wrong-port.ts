import { type AnswerBatch, SERVICES } from '../record/answer.ts';
import { TCP } from '../record/protocols.ts';
import { TextTable } from '../record/text.ts';
import { hashWords } from '../table/hash.ts';
import { KeyTable } from '../table/keys.ts';

// Hot: `observe`, one look-up for every answer.

/**
 * The wrong protocol on a port: a server answers on a port that is registered for something else, such as SSH on 443.
 * What it speaks is read from its answer, never from the port. Ports that are registered for nothing below say nothing:
 * HTTP on a high port is as usual as HTTP on 80. This is no alarm but something to know: `BITS` are log2 of a stated
 * bound, fewer than one in 2^10 services on these ports speaks something else.
 *
 * Datagrams are left out: too few of them say what they are.
 */
export interface WrongPort {
  /** the server */
  readonly target: Uint32Array;
  readonly port: number;
  /** what is registered for the port, and what it speaks */
  readonly registered: string;
  readonly service: string;
  readonly banner: string;
  readonly time: number;
  readonly input: number;
  readonly record: number;
  /** answers of this kind by this server on this port */
  readonly answers: number;
}

export const BITS = 10;

/**
 * Port, name in the IANA Service Name and Transport Protocol Port Number Registry, what is ordinary there. Besides the
 * registered protocol: TLS where the protocol has a form of its own over it, plain HTTP where it is an error page or a
 * page of help (443, 27017) or a tunnel (554).
 */
const REGISTERED: readonly (readonly [port: number, name: string, ...ordinary: (typeof SERVICES)[number][]])[] = [
  [21, 'ftp', 'ftp', 'tls'],
  [22, 'ssh', 'ssh'],
  [23, 'telnet', 'telnet'],
  [25, 'smtp', 'smtp'],
  [53, 'domain', 'dns'],
  [80, 'http', 'http', 'tls', 'rtsp'],
  [88, 'kerberos', 'http', 'tls'],
  [110, 'pop3', 'pop3', 'tls'],
  [111, 'sunrpc', 'sunrpc'],
  [135, 'epmap'],
  [139, 'netbios-ssn', 'smb'],
  [143, 'imap', 'imap', 'tls'],
  [179, 'bgp'],
  [389, 'ldap', 'ldap', 'tls'],
  [443, 'https', 'tls', 'http'],
  [445, 'microsoft-ds', 'smb'],
  [465, 'submissions', 'tls', 'smtp'],
  [554, 'rtsp', 'rtsp', 'http', 'tls'],
  [587, 'submission', 'smtp', 'tls'],
  [636, 'ldaps', 'tls', 'ldap'],
  [853, 'domain-s', 'tls', 'dns'],
  [989, 'ftps-data', 'tls'],
  [990, 'ftps', 'tls', 'ftp'],
  [993, 'imaps', 'tls', 'imap'],
  [995, 'pop3s', 'tls', 'pop3'],
  [1433, 'ms-sql-s', 'ms-sql-s', 'tls'],
  [1883, 'mqtt', 'mqtt', 'tls'],
  [2049, 'nfs', 'sunrpc'],
  [3268, 'msft-gc', 'ldap', 'tls'],
  [3306, 'mysql', 'mysql', 'tls'],
  [3389, 'ms-wbt-server', 'rdp', 'tls'],
  [5060, 'sip', 'sip', 'tls'],
  [5061, 'sips', 'tls', 'sip'],
  [5432, 'postgresql', 'postgresql', 'tls'],
  [5671, 'amqps', 'tls', 'amqp'],
  [5672, 'amqp', 'amqp', 'tls'],
  [5900, 'rfb', 'vnc', 'tls', 'http'],
  [6379, 'redis', 'redis', 'tls'],
  [8080, 'http-alt', 'http', 'tls', 'rtsp'],
  [8883, 'secure-mqtt', 'tls', 'mqtt'],
  [11211, 'memcache', 'memcached', 'tls'],
  [27017, 'mongodb', 'mongodb', 'http', 'tls'],
];

/** By port: 1 + place in REGISTERED, 0 none. */
const place = new Uint8Array(1 << 16);
/** By place and service: 1, it is ordinary. */
const ordinary = new Uint8Array(REGISTERED.length * SERVICES.length);
for (const [at, [port, , ...services]] of REGISTERED.entries()) {
  place[port] = at + 1;
  for (const service of services) ordinary[at * SERVICES.length + SERVICES.indexOf(service)] = 1;
}

/** Different (server, port, service) that are kept; later ones are not told. */
const KEPT = 256;

export class WrongPorts {
  readonly #keys: KeyTable;
  readonly #texts: TextTable;
  readonly #answers = new Uint32Array(KEPT);
  readonly #target = new Uint32Array(KEPT * 4);
  readonly #port = new Uint16Array(KEPT);
  readonly #service = new Uint8Array(KEPT);
  readonly #text = new Uint32Array(KEPT);
  readonly #time = new Float64Array(KEPT);
  readonly #input = new Uint16Array(KEPT);
  readonly #record = new Uint32Array(KEPT);
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#keys = new KeyTable(KEPT, seed);
    this.#texts = new TextTable(KEPT, KEPT * 128, seed);
  }

  observe(batch: AnswerBatch): void {
    const { targetPort, protocol, service, count } = batch;
    for (let row = 0; row < count; row += 1) {
      const at = place[targetPort[row]];
      if (at === 0 || protocol[row] !== TCP || service[row] === 0) continue;
      if (ordinary[(at - 1) * SERVICES.length + service[row]] === 0) this.#keep(batch, row);
    }
  }

  found(): WrongPort[] {
    return Array.from({ length: this.#keys.extent }, (_, at) => ({
      target: this.#target.slice(at * 4, at * 4 + 4),
      port: this.#port[at],
      registered: REGISTERED[place[this.#port[at]] - 1][1],
      service: SERVICES[this.#service[at]],
      banner: this.#texts.get(this.#text[at]),
      time: this.#time[at],
      input: this.#input[at],
      record: this.#record[at],
      answers: this.#answers[at],
    }));
  }

  #keep(batch: AnswerBatch, row: number): void {
    const { address, targetPort, service } = batch;
    const at = row * 8 + 4;
    const host = hashWords(this.#seed, address, at);
    const { size } = this.#keys;
    const key = this.#keys.insert(host, address[at + 3] | 0, targetPort[row], service[row]);
    if (key < 0) return;
    if (this.#keys.size === size) {
      this.#answers[key] += 1;
      return;
    }
    this.#answers[key] = 1;
    for (let word = 0; word < 4; word += 1) this.#target[key * 4 + word] = address[at + word];
    this.#port[key] = targetPort[row];
    this.#service[key] = service[row];
    this.#text[key] = this.#texts.intern(batch.text, batch.start[row], batch.length[row]);
    this.#time[key] = batch.time[row];
    this.#input[key] = batch.input[row];
    this.#record[key] = batch.record[row];
  }
}
