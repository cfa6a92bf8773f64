import { Reply, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { beside, denied, type Saying, type Service, Teller } from '../saying.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Waiting } from '../waiting.ts';
import { hasProcess, processOf } from './process.ts';

/*
 * A wrong password for any service, as PAM tells it (Linux-PAM pam_unix support.c; other modules write it alike).
 * sshd's lines are read with what else sshd says.
 *
 *   line  = module "(" service ":" type ")" ": authentication failure; logname=… uid=… euid=… tty=… ruser=… rhost=HOST" ["  user=" USER]
 *   older = "(pam_unix) authentication failure; …" | "authentication failure; …" of a program `login(pam_unix)`
 *
 * The user, where there is none of that name, is what the far side called itself (`ruser`), if anything; a line before
 * it says so: `check pass; user unknown`.
 */
const fields = 'authentication failure; logname={…} ruser=';
// The far side chose `ruser`, so the last `rhost` that fits is the true one.
const modules = ['pam_{word}({…}): ', 'pam_{word}: ', '(pam_unix) ', ''] as const;

const says: readonly Saying[] = modules.flatMap((module) => [
  denied(`${module}${fields}{agent} rhost={host}  user={name}`),
  denied(`${module}${fields}{agent} rhost={host} user={name}`),
  denied(`${module}${fields}{name} rhost={host}`),
  beside(`${module}check pass; user unknown{…}`),
]);

const service: Service = {
  name: 'pam',
  about: 'PAM: wrong passwords of any service, with the host that they came from.',
  sample:
    'Nov 21 23:28:03 ftp vsftpd[501]: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=admin rhost=192.0.2.7',
  programs: [],
  port: 0,
  traits: RequestTrait.proven,
  says,
};

/** µs between `user unknown` and the failure itself, at most. */
const PATIENCE = 10e6;

class Pam implements DialectReader {
  readonly #teller: Teller;
  readonly #unknown: Waiting;

  constructor(context: ReaderContext) {
    this.#teller = new Teller(service, context);
    this.#unknown = new Waiting(context.input, PATIENCE);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    // `pam_…`, `(pam_unix) …`, `authentication failure; …`, `check pass; …`; sshd's are joined with what else it says.
    const first = line.bytes[line.message];
    if (first !== 112 && first !== 40 && first !== 97 && first !== 99) return Line.foreign;
    if (line.program.startsWith('sshd')) return Line.foreign;
    let to = line.end;
    while (to > line.message && line.bytes[to - 1] === 32) to -= 1;
    const said = this.#teller.understand(line.bytes, line.message, to);
    if (said === undefined) return Line.foreign;
    const { requests } = sheaf;
    this.#unknown.expire(line.time, requests);
    const key = processOf(line);
    if (said.asked < 0) {
      if (hasProcess(key)) this.#unknown.begin(key, line.time, line.record, requests);
      return Line.used;
    }
    const row = requests.count;
    this.#teller.append(said, line, sheaf);
    if (requests.count > row) requests.agentLength[row] = 0;
    if (requests.count > row && this.#unknown.get(key)) requests.reply[row] = Reply.missed;
    this.#unknown.forget(key);
    return Line.used;
  }
}

export const pam: Dialect = { ...service, reader: (context) => new Pam(context) };
