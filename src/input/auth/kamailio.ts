import { findText } from '../field.ts';
import { dialectOf, garbled, refused } from '../saying.ts';

/*
 * Kamailio and OpenSIPS: what the default configuration writes of requests it does not serve (kamailio.cfg, route[REQINIT]
 * and route[AUTH]), and the module `pike` of sources that ask too often (pike_funcs.c). Who failed to log in is not
 * written unless the operator's own configuration does, by `xlog`; then with "(IP:" address ":" port ")" as its own lines.
 *
 *   message = [level ": "] [ "{" … "} " ] [ "<script>: " | module "[" file "]: " function ": " ] said
 */
const says = [
  refused('pike blocking {word} from {…}(IP:{source}:{port}){…}'),
  refused('blocking {word} from {…}(IP:{source}:{port}){…}'),
  refused('request from blocked IP - {word} from {…}(IP:{source}:{port}){…}'),
  refused('PIKE - BLOCKing ip {source}, {…}'),
  garbled('Malformed SIP message from {source}:{port}{…}'),
  garbled('Malformed SIP request from {source}:{port}{…}'),
  garbled('Malformed SIP response from {source}:{port}{…}'),
] as const;

const BEGINNINGS = [
  'pike blocking ',
  'PIKE - BLOCKing ',
  'Malformed SIP ',
  'request from blocked ',
  'blocking ',
] as const;
/** Bytes of level, transaction, module and function at most. */
const LEAD_MAX = 160;

export const kamailio = dialectOf({
  name: 'kamailio',
  about: 'Kamailio and OpenSIPS: sources that were blocked, and requests that are no SIP.',
  sample:
    'Nov 21 23:28:03 sip /usr/sbin/kamailio[501]: ALERT: {1 1 REGISTER 5x9} <script>: ALERT: pike blocking REGISTER from sip:100@192.0.2.30 (IP:192.0.2.7:5065)',
  programs: ['kamailio*', '/usr/sbin/kamailio*', 'opensips*', '/usr/sbin/opensips*'],
  port: 5060,
  traits: 0,
  begins: (bytes, from, to) => {
    const most = Math.min(to, from + LEAD_MAX);
    for (const beginning of BEGINNINGS) {
      const at = findText(bytes, beginning, from, most);
      if (at >= 0) return at;
    }
    return from;
  },
  says,
});
