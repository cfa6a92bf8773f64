import type { Expected } from '../test/support/truth.ts';
import type { Recipe } from './record-scans.ts';
import { campus, clinic, depot, office, shop, six } from './record-sites.ts';

/** What looks like a scan and is none: nobody may be blamed. */
const nobody: Expected = { scans: [], spared: [] };
/** Nobody may be blamed, and who looks like a scanner is called by his right name. */
const called = (explained: string): Expected => ({ ...nobody, explained });
const many = (count: number, prefix: string, step: number): string[] =>
  Array.from({ length: count }, (_, nth) => `${prefix}.${2 + nth * step}`);

export const benign: readonly Recipe[] = [
  {
    name: 'benign-ping-monitor',
    site: depot,
    question: 'A monitor pings four hosts, one of which went away last year.',
    sources: ['192.0.2.12'],
    lines: [
      'for host in 10.31.0.5 203.0.113.140 203.0.113.200 10.31.0.77; do ping -q -n -c 12 -i 0.5 -I 192.0.2.12 $host & done; wait',
    ],
    expected: nobody,
  },
  {
    name: 'benign-service-monitor',
    site: clinic,
    question: 'A monitor connects to six services in turn; one has been closed since.',
    sources: ['26.90.1.5'],
    lines: [
      'for round in 1 2 3 4 5 6; do for at in 7/22 7/80 80/8081 80/25 201/6379 80/443; do timeout 1 bash -c "exec 3<>/dev/tcp/11.71.4.$at"; done; sleep 0.5; done',
    ],
    expected: called('monitor'),
  },
  {
    name: 'benign-trace',
    site: campus,
    question: 'An administrator traces the way to two hosts, with UDP, ICMP and TCP, and with mtr.',
    sources: ['10.200.3.9'],
    lines: [
      'traceroute -n -q 2 -m 8 -w 0.5 -s 10.200.3.9 172.20.8.10',
      'traceroute -n -I -q 2 -m 8 -w 0.5 -s 10.200.3.9 172.20.8.10',
      'traceroute -n -T -p 80 -q 2 -m 8 -w 0.5 -s 10.200.3.9 172.20.8.10',
      'timeout 20 mtr -n -r -c 3 -a 10.200.3.9 172.20.9.33',
    ],
    expected: called('traceroute'),
  },
  {
    name: 'benign-ssh-admin',
    site: campus,
    question: 'An administrator logs in here and there, without the right key at times.',
    sources: ['10.200.3.8'],
    lines: [
      'for round in 1 2 3; do for at in "172.20.8.10 -p 22" "172.20.11.200 -p 2222"; do timeout 5 ssh -b 10.200.3.8 -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null admin@$at true; done; done',
    ],
    expected: called('administrator'),
  },
  {
    name: 'benign-nat',
    site: clinic,
    question: 'Many people behind one address use all our services at once; one has an old bookmark of a closed port.',
    sources: ['33.8.8.33'],
    lines: [
      'for round in $(seq 1 8); do for at in 7:80 80:8081 7:80 7:80; do curl -s -o /dev/null --interface 33.8.8.33 http://11.71.4.$at/tides.html & done; for at in 7/22 80/25 80/21; do timeout 1 bash -c "exec 3<>/dev/tcp/11.71.4.$at" & done; wait; done',
      'curl -s -o /dev/null --connect-timeout 1 --interface 33.8.8.33 http://11.71.4.80:8000/',
      'for round in $(seq 1 4); do curl -s -o /dev/null --interface 33.8.8.33 http://11.71.4.7/; done',
    ],
    expected: called('many clients behind one address'),
  },
  {
    name: 'benign-visitors6',
    site: six,
    question: 'Eight visitors over IPv6, each from a network of its own.',
    sources: Array.from({ length: 8 }, (_, nth) => `2001:db8:c${nth}:1::${nth + 5}`),
    lines: [
      'for nth in $(seq 0 7); do for page in "" tides.html; do curl -s -o /dev/null --interface 2001:db8:c$nth:1::$((nth + 5)) "http://[2001:db8:a:7::10]/$page"; done; done',
    ],
    expected: nobody,
  },
  {
    name: 'benign-retries',
    site: shop,
    question: 'A program retries a service that is closed, another one a host that is gone, all day long.',
    sources: ['192.0.2.33', '203.0.113.60'],
    lines: [
      'for round in $(seq 1 25); do timeout 0.3 bash -c "exec 3<>/dev/tcp/198.51.100.66/5432"; done',
      'for round in $(seq 1 12); do curl -s -o /dev/null --connect-timeout 0.3 --interface 203.0.113.60 http://198.51.100.74/; done',
    ],
    expected: called('retrying client'),
  },
  {
    name: 'benign-stale-name',
    site: depot,
    question: 'The web server moved: 30 clients still know its old address, try it twice and come to the new one.',
    sources: many(30, '192.0.2', 7),
    lines: [
      'seq 0 29 | xargs -P 10 -I{} bash -c "at=192.0.2.\\$((2 + {} * 7)); for old in 1 2; do curl -s -o /dev/null --connect-timeout 0.2 --interface \\$at http://203.0.113.190/; done; curl -s -o /dev/null --interface \\$at http://203.0.113.140/"',
    ],
    expected: called('stale name'),
  },
  {
    name: 'benign-backscatter-rst',
    site: clinic,
    question: 'A host elsewhere is flooded in our name: its RSTs reach 60 of our addresses.',
    sources: ['26.1.1.1'],
    lines: [
      'seq 100 160 | xargs -P 40 -I{} timeout 3 hping3 -n -q -c 2 -i u300000 -R -A -s 80 -p 3{} -a 29.77.3.3 11.71.4.{}',
    ],
    expected: called('backscatter'),
  },
  {
    name: 'benign-backscatter-icmp',
    site: campus,
    question: 'ICMP errors about packets that we never sent.',
    sources: ['10.200.3.1'],
    lines: [
      'seq 20 70 | xargs -P 40 -I{} timeout 3 hping3 -n -q -c 1 -1 -C 3 -K 1 -a 10.55.1.9 --icmp-ipsrc 172.20.10.{} --icmp-ipdst 10.66.6.6 --icmp-srcport 40000 --icmp-dstport 80 172.20.10.{}',
    ],
    expected: called('backscatter'),
  },
  {
    name: 'benign-resolver',
    site: office,
    question: 'Our resolver asks twelve name servers elsewhere, and four that do not answer.',
    sources: [],
    lines: [
      'inside: for nth in $(seq 0 11); do for name in a b c; do dig +tries=1 +time=1 -b 10.88.16.4 @33.40.$((nth * 9)).53 $name.example.com; done; done >/dev/null',
      'inside: for nth in 1 2 3 4; do dig +tries=2 +time=1 -b 10.88.16.4 @33.41.$nth.53 www.example.com & done >/dev/null; wait',
    ],
    expected: called('DNS resolver'),
  },
  {
    name: 'benign-mail-out',
    site: office,
    question: 'Our mail server delivers to eight others and cannot reach twelve.',
    sources: [],
    lines: [
      'inside: for nth in $(seq 0 7); do timeout 1 bash -c "exec 3<>/dev/tcp/26.61.$((nth * 21)).25/25; head -1 <&3; echo EHLO mail.example.com >&3; head -1 <&3; echo QUIT >&3"; done',
      'inside: for nth in $(seq 1 12); do timeout 2.2 bash -c "exec 3<>/dev/tcp/26.62.$nth.25/25" & done; wait',
    ],
    expected: called('mail delivery'),
  },
  {
    name: 'benign-peers-out',
    site: office,
    question: 'A peer-to-peer client of ours tries 60 peers on odd ports; ten live.',
    sources: [],
    lines: [
      'inside: for nth in $(seq 0 9); do timeout 0.5 bash -c "exec 3<>/dev/tcp/29.$((nth * 11)).7.$((nth + 40))/$((6881 + nth)); head -1 <&3" & done; wait',
      'inside: for nth in $(seq 1 50); do timeout 1.3 bash -c "exec 3<>/dev/tcp/29.$nth.99.$((nth * 3))/$((20000 + nth * 331))" & done; wait',
    ],
    expected: called('peer-to-peer'),
  },
  {
    name: 'benign-peers-in',
    site: office,
    question: 'A swarm remembers a peer-to-peer client that we no longer run: 50 peers knock on one port of one host.',
    sources: many(50, '29.50.1', 4),
    lines: [
      'seq 2 4 198 | sed s/^/29.50.1./ | xargs -P 25 -I{} curl -s -o /dev/null --connect-timeout 0.3 --interface {} http://10.88.16.4:6881/',
    ],
    expected: called('peer-to-peer'),
  },
  {
    name: 'benign-outage',
    site: clinic,
    question: 'A web server dies: its 20 visitors come back and find nobody, some by its other port.',
    sources: many(20, '33.51.6', 9),
    lines: [
      'seq 2 9 180 | xargs -P 10 -I{} curl -s -o /dev/null --interface 33.51.6.{} http://11.71.4.7/',
      'inside: ip addr del 11.71.4.7/32 dev lo',
      'seq 2 9 180 | xargs -P 10 -I{} curl -s -o /dev/null --connect-timeout 0.5 --interface 33.51.6.{} http://11.71.4.7/tides.html',
      'seq 2 18 180 | xargs -P 10 -I{} curl -s -o /dev/null --connect-timeout 0.5 --interface 33.51.6.{} http://11.71.4.7:443/',
    ],
    expected: called('outage'),
  },
];
