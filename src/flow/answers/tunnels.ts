import { Told } from '../../record/answer.ts';
import { type Parser, service } from './parser.ts';
import { ascii, before, Composed, word16, word32 } from './text.ts';

// Hot: the first packets with payload of every target.

const composed = new Composed();
const COMMA = ascii(', ');

/*
 * IKE (RFC 2408 section 3.1, RFC 7296 section 3.1): initiator(8), responder(8), next 8, version 4.4, exchange 8, flags 8,
 * message 32, length 32. A responder has filled in its own.
 */
const IKE_HEADER = 28;
const IKE = ascii('IKE version ');
const ikeNumber = service('ike');
export const ike: Parser = {
  name: 'ike',
  read: (bytes, at, end, found) => {
    if (end - at < IKE_HEADER || word32(bytes, at + 24) !== end - at) return false;
    const version = bytes[at + 17];
    if (version !== 0x10 && version !== 0x20) return false;
    if (word32(bytes, at) === 0 || (word32(bytes, at + 8) === 0 && word32(bytes, at + 12) === 0)) return false;
    composed.begin(IKE).decimal(version >>> 4);
    return found.set(Told.version, ikeNumber, composed.bytes, 0, composed.used);
  },
};

/* QUIC, version negotiation (RFC 8999 section 6): 1 1, any 7, version 32 (0), destination (size 8), source (size 8), *version 32. */
const QUIC = ascii('QUIC ');
const VERSIONS = 16;
const quicNumber = service('quic');
export const quic: Parser = {
  name: 'quic',
  read: (bytes, at, end, found) => {
    if (end - at < 11 || bytes[at] < 0x80 || word32(bytes, at + 1) !== 0) return false;
    const source = at + 6 + bytes[at + 5];
    const first = source + 1 + bytes[source];
    if (source >= end || first >= end || ((end - first) & 3) !== 0) return false;
    composed.begin(QUIC);
    for (let version = first; version < end && version < first + 4 * VERSIONS; version += 4) {
      const number = word32(bytes, version);
      // versions of the form ?a?a?a?a mean nothing (RFC 9000 section 15)
      if ((number & 0x0f0f0f0f) === 0x0a0a0a0a) continue;
      composed.add(COMMA, 0, composed.used > QUIC.length ? COMMA.length : 0).decimal(number);
    }
    return composed.used > QUIC.length && found.set(Told.version, quicNumber, composed.bytes, 0, composed.used);
  },
};

/* STUN (RFC 8489 sections 5, 14): type 16 (0101, 0111), length 16, cookie 32, transaction(12); 8022: software, size 16, text. */
const COOKIE = 0x2112a442;
const SOFTWARE = 0x8022;
const STUN_HEADER = 20;
const STUN = ascii('STUN');
const stunNumber = service('stun');
export const stun: Parser = {
  name: 'stun',
  first: [1],
  read: (bytes, at, end, found) => {
    if (end - at < STUN_HEADER || (bytes[at + 1] & 0xef) !== 1 || word32(bytes, at + 4) !== COOKIE) return false;
    if (word16(bytes, at + 2) !== end - at - STUN_HEADER) return false;
    for (let part = at + STUN_HEADER; part + 4 <= end; part += 4 + ((word16(bytes, part + 2) + 3) & ~3))
      if (word16(bytes, part) === SOFTWARE && part + 4 + word16(bytes, part + 2) <= end)
        return found.set(Told.server, stunNumber, bytes, part + 4, part + 4 + word16(bytes, part + 2));
    return found.set(Told.banner, stunNumber, STUN, 0, STUN.length);
  },
};

/*
 * PPTP, Start-Control-Connection-Reply (RFC 2637 section 2.2): length 16 (156), type 16 (1), cookie 32, kind 16 (2), …,
 * host(64), vendor(64).
 */
const PPTP_BYTES = 156;
const PPTP_COOKIE = 0x1a2b3c4d;
const pptpNumber = service('pptp');
export const pptp: Parser = {
  name: 'pptp',
  first: [0],
  read: (bytes, at, end, found) => {
    if (end - at !== PPTP_BYTES || word16(bytes, at) !== PPTP_BYTES || word32(bytes, at + 4) !== PPTP_COOKIE)
      return false;
    composed.begin(COMMA);
    composed.used = 0;
    for (let field = at + 28; field < end; field += 64) {
      const last = before(bytes, field, field + 64, 0);
      const size = (last < 0 ? field + 64 : last) - field;
      composed.add(COMMA, 0, size > 0 && composed.used > 0 ? COMMA.length : 0).add(bytes, field, field + size);
    }
    return found.set(Told.description, pptpNumber, composed.bytes, 0, composed.used);
  },
};
