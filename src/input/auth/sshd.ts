// Hot: `read` runs once a line.
import { Asked, Reply, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { find, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Found } from '../phrase.ts';
import {
  accepted,
  busy,
  denied,
  garbled,
  missed,
  named,
  refused,
  type Saying,
  type Service,
  Teller,
  versions,
  visited,
} from '../saying.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { type Held, Waiting } from '../waiting.ts';
import { hasProcess, processOf } from './process.ts';

/*
 * What sshd says of those who connect (OpenSSH 3.9 … 10: auth.c, auth2.c, monitor.c, kex.c, packet.c, sshd.c and
 * sshd-session.c), PAM's lines within it (Linux-PAM pam_unix_auth.c, support.c), and tcp_wrappers' (hosts_access(5)).
 *
 * One try comes to two or three lines of one process: `Invalid user`, PAM, `Failed password`, and at the end `Connection
 * closed`. Which of them are written depends on version and settings, so a try waits as what the lines so far make of
 * it, until one settles it: a `Failed password`, an `Accepted`, the end of the connection, somebody else's line, or
 * nothing for as long as sshd lets anybody log in (sshd_config(5), LoginGraceTime: 2 minutes).
 *
 *   settles   Failed password, Accepted                     is a try by itself: what waits is part of it
 *   opens     Invalid user, pam_unix … authentication failure, not allowed because        waits for what becomes of it
 *   closes    Connection closed, Disconnected from …        is a row only when nothing else was told of the process
 *   notes     kex_exchange_identification, Bad packet length       has no address: the end of the connection has it
 */
const PATIENCE = 120e6;
const { secretGuessed, encrypted, proven, brokenLine, versionAsked, keyShown } = RequestTrait;

const guessed = { traits: secretGuessed };

/** A try as such. */
const settles: readonly Saying[] = [
  missed('Failed password for invalid user {name} from {source} port {port}{…}', guessed),
  missed('Failed password for illegal user {name} from {source} port {port}{…}', guessed),
  denied('Failed password for {name} from {source} port {port}{…}'),
  missed('Failed keyboard-interactive{…} for invalid user {name} from {source} port {port}{…}', guessed),
  missed('Failed keyboard-interactive{…} for illegal user {name} from {source} port {port}{…}', guessed),
  missed('Failed keyboard-interactive{…} for <invalid username> from {source} port {port}{…}', guessed),
  denied('Failed keyboard-interactive{…} for {name} from {source} port {port}{…}'),
  ...['publickey', 'hostbased', 'gssapi-with-mic'].map((by) =>
    accepted(`Accepted ${by} for {name} from {source} port {port}{…}`, { traits: keyShown }),
  ),
  accepted('Accepted {word} for {name} from {source} port {port}{…}'),
];

/** Connections that no process was begun for. */
const turnsAway: readonly Saying[] = [
  // sshd_config(5), PerSourcePenalties
  refused('drop connection #{count} from [{source}]:{port} on [{server}]:{port} penalty: {…}'),
  busy('drop connection #{count} from [{source}]:{port} on [{server}]:{port}{…}'),
  busy('drop connection #{count} from [{source}]:{port}{…}'),
  refused('refused connect from {…} ({source})'),
  refused('refused connect from {source}'),
  refused('ROOT LOGIN REFUSED FROM {source} port {port}{…}'),
  refused('ROOT LOGIN REFUSED FROM {source}'),
];

/** A password was wrong, says PAM; sshd will say so, too. */
const pam: readonly Saying[] = [
  denied('pam_{word}(sshd:auth): authentication failure;{…} rhost={host}  user={name}'),
  denied('pam_{word}(sshd:auth): authentication failure;{…} rhost={host} user={name}'),
  denied('pam_{word}(sshd:auth): authentication failure;{…} rhost={host}'),
  denied('(pam_unix) authentication failure;{…} rhost={host}  user={name}'),
  denied('(pam_unix) authentication failure;{…} rhost={host}'),
  denied('authentication failure;{…} rhost={host}  user={name}'),
  denied('authentication failure;{…} rhost={host}'),
];

/** A try of which more may come. */
const opens: readonly Saying[] = [
  missed('Invalid user {name} from {source} port {port}'),
  missed('Invalid user {name} from {source}'),
  missed('Illegal user {name} from {source}'),
  missed('PAM: {…} for illegal user {name} from {host} via {server}', guessed),
  missed('PAM: {…} for illegal user {name} from {host}', guessed),
  denied('PAM: {…} for {name} from {host} via {server}'),
  denied('PAM: {…} for {name} from {host}'),
  missed('Failed {word} for invalid user {name} from {source} port {port}{…}'),
  missed('Failed {word} for illegal user {name} from {source} port {port}{…}'),
  named('Failed {word} for {name} from {source} port {port}{…}'),
  named('User {name} from {host} not allowed because {…}'),
  visited('Connection from {source} port {port} on {server} port {port}{…}'),
  visited('Connection from {source} port {port}{…}'),
  visited('Received disconnect from {source} port {port}:{…}[preauth]'),
  visited('Received disconnect from {source}: {…}[preauth]'),
  // 3 key exchange failed, 14 no more methods to log in (RFC 4253 section 11.1): never the end of a session.
  visited('Received disconnect from {source} port {port}:3: {…}'),
  visited('Received disconnect from {source}: 3: {…}'),
  visited('Received disconnect from {source} port {port}:14: {…}'),
  visited('Received disconnect from {source}: 14: {…}'),
  garbled("Bad protocol version identification '{agent}' from {source} port {port}"),
  garbled("Bad protocol version identification '{agent}' from {source}"),
  garbled('banner exchange: Connection from {source} port {port}: {…}'),
  garbled('ssh_dispatch_run_fatal: Connection from {source} port {port}: {…}'),
  garbled('ssh_dispatch_run_fatal: Connection from {word} user {name} {source} port {port}: {…}'),
  garbled('Magic value check failed ({count}) on obfuscated handshake from {source} port {port}'),
  versions('Unable to negotiate with {source} port {port}: no matching {…}'),
  versions('Unable to negotiate with {source}: no matching {…}'),
  versions('Protocol major versions differ for {source} port {port}: {…}'),
  versions('Protocol major versions differ for {source}: {…}'),
  versions("scanned from {source} with {agent}.  Don't panic."),
];

/** The end of a connection before anybody was in. */
const closes: readonly Saying[] = [
  visited('Did not receive identification string from {source} port {port}'),
  visited('Did not receive identification string from {source}'),
  missed('Connection closed by invalid user {name} {source} port {port}{…}'),
  missed('Connection reset by invalid user {name} {source} port {port}{…}'),
  missed('Disconnected from invalid user {name} {source} port {port}{…}'),
  // Other reasons hold names that the other side chose: they would be read as its address.
  missed('Disconnecting invalid user {name} {source} port {port}: Too many authentication failures [preauth]'),
  missed('Disconnecting invalid user {name} {source} port {port}: Too many authentication failures'),
  named('Connection closed by authenticating user {name} {source} port {port}{…}'),
  named('Connection reset by authenticating user {name} {source} port {port}{…}'),
  named('Disconnected from authenticating user {name} {source} port {port}{…}'),
  named('Disconnecting authenticating user {name} {source} port {port}: Too many authentication failures [preauth]'),
  named('Disconnecting authenticating user {name} {source} port {port}: Too many authentication failures'),
  denied('maximum authentication attempts exceeded for invalid user {name} from {source} port {port}{…}'),
  denied('maximum authentication attempts exceeded for {name} from {source} port {port}{…}'),
  visited('Connection closed by {source} port {port} [preauth]'),
  visited('Connection reset by {source} port {port} [preauth]'),
  visited('Disconnected from {source} port {port} [preauth]'),
  visited('Connection closed by {source} [preauth]'),
  visited('Connection reset by {source} [preauth]'),
  visited('Disconnected from {source} [preauth]'),
  visited('Timeout before authentication for connection from {source}{…}'),
  visited('Timeout before authentication for {source}{…}'),
];

/** The end of a connection that may also be one of somebody who was in: only where its process has noted a failure. */
const closesNoted: readonly Saying[] = [
  visited('Connection closed by {source} port {port}'),
  visited('Connection reset by {source} port {port}'),
  visited('Disconnected from {source} port {port}'),
  visited('Connection closed by {source}'),
  visited('Connection reset by {source}'),
];

/** Failures of which the address is in another line of the process. */
const notes: readonly Saying[] = [
  garbled('kex_exchange_identification: client sent invalid protocol identifier {…}'),
  garbled('kex_exchange_identification: banner line contains invalid characters'),
  garbled('kex_exchange_identification: Bad protocol version identification{…}'),
  visited('kex_exchange_identification: {…}'),
  garbled('kex protocol error: {…}'),
  visited('kex_protocol_error: {…}'),
  garbled('Bad packet length {…}'),
  garbled('Corrupted MAC on input.{…}'),
  garbled('send_error: {…}'),
  versions('Unable to negotiate a key exchange method{…}'),
  missed('pam_{word}(sshd:auth): check pass; user unknown{…}'),
  missed('check pass; user unknown{…}'),
];

const service = (says: readonly Saying[]): Service => ({
  name: 'sshd',
  about: 'OpenSSH server: logins, attempts of all kinds, connections that ended before one.',
  sample: 'Nov 21 23:28:03 ftp sshd[17181]: Failed password for invalid user admin from 192.0.2.7 port 33753 ssh2',
  programs: ['sshd*', 'opensshd'],
  port: 22,
  traits: encrypted | proven,
  says,
});

/** `message repeated 2 times: [ Failed password … ]` (rsyslog, imuxsock and omfile, $RepeatedMsgReduction). */
const REPEATED = 'message repeated ';
const REPEATED_MOST = 30;

/** What a process has noted of its connection. */
const Note = { none: 0, failed: 1, garbled: 2, versions: 3, unknownUser: 4 } as const;

class Sshd implements DialectReader {
  readonly #settles: Teller;
  readonly #turnsAway: Teller;
  readonly #pam: Teller;
  readonly #opens: Teller;
  readonly #closes: Teller;
  readonly #closesNoted: Teller;
  readonly #notes: Teller;
  readonly #waiting: Waiting;

  constructor(context: ReaderContext) {
    this.#settles = new Teller(service(settles), context);
    this.#turnsAway = new Teller(service(turnsAway), context);
    this.#pam = new Teller(service(pam), context);
    this.#opens = new Teller(service(opens), context);
    this.#closes = new Teller(service(closes), context);
    this.#closesNoted = new Teller(service(closesNoted), context);
    this.#notes = new Teller(service(notes), context);
    this.#waiting = new Waiting(context.input, PATIENCE);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    // It never writes without its name.
    if (line.program === '') return Line.foreign;
    const { bytes, end } = line;
    this.#waiting.expire(line.time, sheaf.requests);
    let from = line.message;
    let to = end;
    let times = 1;
    if (standsAt(bytes, from, end, REPEATED)) {
      times = Math.min(
        REPEATED_MOST,
        numberIn(bytes, from + REPEATED.length, find(bytes, 32, from + REPEATED.length, end)),
      );
      from = find(bytes, 91, from, end) + 2;
      if (bytes[end - 1] === 93) to -= 1;
    }
    while (to > from && bytes[to - 1] === 32) to -= 1;
    // Solaris: `[ID 800047 auth.info] `; the severity.
    if (standsAt(bytes, from, to, '[ID ')) from = Math.min(to, find(bytes, 93, from, to) + 2);
    if (standsAt(bytes, from, to, 'error: ') || standsAt(bytes, from, to, 'fatal: ')) from += 7;
    let said: number = Line.used;
    for (let n = 0; n < times; n += 1) said = this.#once(line, from, to, sheaf);
    return said;
  }

  end(sheaf: Sheaf): void {
    this.#waiting.end(sheaf.requests);
  }

  #once(line: SyslogLine, from: number, to: number, sheaf: Sheaf): number {
    const { bytes } = line;
    let said = this.#settles.understand(bytes, from, to);
    if (said) return this.#settle(said, line, sheaf);
    if (this.#turnsAway.tell(from, to, line, sheaf)) return Line.used;
    said = this.#pam.understand(bytes, from, to);
    if (said) return this.#open(said, this.#pam, line, sheaf);
    said = this.#closes.understand(bytes, from, to);
    if (said) return this.#close(said, this.#closes, line, sheaf);
    said = this.#opens.understand(bytes, from, to);
    if (said) return this.#open(said, this.#opens, line, sheaf);
    said = this.#notes.understand(bytes, from, to);
    if (said) return this.#note(said, line, sheaf);
    said = this.#closesNoted.understand(bytes, from, to);
    if (said && this.#waiting.get(processOf(line))) return this.#close(said, this.#closesNoted, line, sheaf);
    return Line.used;
  }

  /** A try by itself: what waits of the same source was part of it. */
  #settle(said: Saying, line: SyslogLine, sheaf: Sheaf): number {
    const { found } = this.#settles;
    const held = this.#waiting.get(processOf(line));
    if (held && (!held.addressTold || held.isFrom(found.address))) held.open = false;
    this.#told(line, found, sheaf);
    this.#settles.append(said, line, sheaf);
    return Line.used;
  }

  /** A try of which more may come: joins what waits, or waits itself. */
  #open(said: Saying, teller: Teller, line: SyslogLine, sheaf: Sheaf): number {
    const { found } = teller;
    const key = processOf(line);
    const old = this.#waiting.get(key);
    const same = old !== undefined && (!found.sourceTold || !old.addressTold || old.isFrom(found.address));
    if (same && !old.open && old.addressTold && said.asked === Asked.nothing) return Line.used;
    if (same && old.addressTold) found.address.set(old.address);
    const isTold = found.sourceTold || (same && old.addressTold);
    const note = same ? old.note : Note.none;
    const isPart = same && old.open && !(teller === this.#pam && (old.traits & secretGuessed) !== 0);
    let held = old;
    if (!held || !isPart || !canBe(held, line.bytes, found)) {
      held = this.#waiting.begin(key, line.time, line.record, sheaf.requests);
      held.traits = encrypted | proven;
      held.port = 22;
      held.setSite(line.bytes, line.host, line.hostEnd);
    }
    held.open = true;
    held.note = note;
    held.address.set(found.address);
    held.addressTold = isTold;
    add(held, said, line.bytes, found);
    return Line.used;
  }

  /** The end of a connection: a row only when no other line has told of it. */
  #close(said: Saying, teller: Teller, line: SyslogLine, sheaf: Sheaf): number {
    const { found } = teller;
    const { requests } = sheaf;
    const held = this.#waiting.get(processOf(line));
    const same = held !== undefined && (!held.addressTold || held.isFrom(found.address));
    const isLess = same && held.open && held.asked === Asked.nothing && said.asked === Asked.user;
    if (same && held.addressTold && !isLess) {
      this.#waiting.tell(held, requests);
      return Line.used;
    }
    const note = same ? held.note : Note.none;
    const traits = same ? held.traits : 0;
    if (same) held.open = false;
    this.#told(line, found, sheaf);
    const row = requests.count;
    teller.append(said, line, sheaf);
    requests.traits[row] |= traits;
    if (said.asked === Asked.nothing && (note === Note.garbled || note === Note.versions)) {
      requests.reply[row] = Reply.malformed;
      requests.traits[row] |= note === Note.garbled ? brokenLine : versionAsked;
    }
    return Line.used;
  }

  /** Keeps in mind that this connection has been told of. Without a process id the next line may be of another. */
  #told(line: SyslogLine, found: Found, sheaf: Sheaf): void {
    const key = processOf(line);
    if (!hasProcess(key)) return this.#waiting.done(key, sheaf.requests);
    const held = this.#waiting.begin(key, line.time, line.record, sheaf.requests);
    held.address.set(found.address);
    held.addressTold = true;
  }

  #note(said: Saying, line: SyslogLine, sheaf: Sheaf): number {
    const key = processOf(line);
    if (!hasProcess(key)) return Line.used;
    const held = this.#waiting.get(key) ?? this.#waiting.begin(key, line.time, line.record, sheaf.requests);
    held.note = noteOf(said);
    held.traits |= said.traits;
    if (held.note === Note.unknownUser && held.asked === Asked.user) held.reply = Reply.missed;
    if (held.asked === Asked.nothing && said.reply === Reply.malformed) held.reply = Reply.malformed;
    return Line.used;
  }
}

/** Whether a line can be of the try that waits: one of them names no user, or both the same. */
const canBe = (held: Held, bytes: Uint8Array, { name, nameEnd }: Found): boolean =>
  nameEnd === name || held.nameLength === 0 || held.isNamed(bytes, name, nameEnd);

/** What one more line makes of a try. */
function add(held: Held, said: Saying, bytes: Uint8Array, { name, nameEnd }: Found): void {
  held.traits |= said.traits;
  if (nameEnd > name) held.setName(bytes, name, nameEnd);
  if (said.asked === Asked.user) held.asked = Asked.user;
  if (said.asked === Asked.user && held.note === Note.unknownUser) held.reply = Reply.missed;
  else if (held.reply !== Reply.missed && said.reply !== Reply.unknown) held.reply = said.reply;
}

function noteOf({ reply, traits }: Saying): number {
  if (reply === Reply.missed) return Note.unknownUser;
  if (reply !== Reply.malformed) return Note.failed;
  return (traits & versionAsked) === 0 ? Note.garbled : Note.versions;
}

export const sshd: Dialect = {
  ...service([]),
  reader: (context) => new Sshd(context),
};
