import { RequestTrait } from '../../record/request.ts';
import { findText } from '../field.ts';
import { dialectOf, garbled, versions, visited } from '../saying.ts';

/*
 * Servers written in Go say so when a client breaks off, or does not understand, the handshake of TLS (net/http server.go,
 * crypto/tls handshake_server.go): the API of Docker and of Kubernetes, etcd, registries, Traefik, Grafana and others,
 * each behind its own stamp and level. dockerd tells nothing else of who calls its API: no address stands in its lines.
 *
 *   message = … "http: TLS handshake error from " address ":" port ": " reason [DQUOTE …]
 */
const { proven, encrypted } = RequestTrait;
const BEGINNING = 'http: TLS handshake error from ';
/** Bytes before it at most: `time="…" level=info msg="`, `I1121 23:28:03.123456       1 log.go:245] `. */
const LEAD_MAX = 160;
const spoken = { traits: encrypted };

export const goServer = dialectOf({
  name: 'go-server',
  about:
    'Servers written in Go (the API of Docker and Kubernetes, registries and others): handshakes of TLS that failed.',
  sample:
    'Nov 21 23:28:03 node1 dockerd[501]: time="2026-11-21T23:28:03.123456789Z" level=info msg="http: TLS handshake error from 192.0.2.7:40123: tls: first record does not look like a TLS handshake"',
  programs: [],
  port: 0,
  traits: proven,
  begins: (bytes, from, to) => {
    const at = findText(bytes, BEGINNING, from, Math.min(to, from + LEAD_MAX));
    return at < 0 ? to : at;
  },
  says: [
    garbled(`${BEGINNING}{source}:{port}: tls: first record does not look like a TLS handshake{…}`),
    garbled(`${BEGINNING}[{source}]:{port}: tls: first record does not look like a TLS handshake{…}`),
    garbled(`${BEGINNING}{source}:{port}: tls: oversized record received{…}`),
    garbled(`${BEGINNING}{source}:{port}: tls: unsupported SSLv2 handshake received{…}`),
    versions(`${BEGINNING}{source}:{port}: tls: client offered only unsupported versions{…}`, spoken),
    versions(`${BEGINNING}[{source}]:{port}: tls: client offered only unsupported versions{…}`, spoken),
    versions(`${BEGINNING}{source}:{port}: tls: no cipher suite supported by both client and server{…}`, spoken),
    visited(`${BEGINNING}{source}:{port}: {…}`),
    visited(`${BEGINNING}[{source}]:{port}: {…}`),
  ],
});
