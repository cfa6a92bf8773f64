import type { Expected } from '../test/support/truth.ts';
import type { Site } from './record-lab.ts';
import { campus, clinic, depot, lan, shop, six } from './record-sites.ts';

/** What is recorded as one test case. */
export interface Recipe {
  readonly name: string;
  readonly site: Site;
  readonly question: string;
  /** addresses that live outside; the first is the one that tools use if not told */
  readonly sources: readonly string[];
  /** shell, one after the other; run outside, or inside after `inside: ` */
  readonly lines: readonly string[];
  readonly expected: Expected;
}

/** One source that has to be found; `open` null: what it was told is not asked. */
export function found(
  source: string,
  tool: string | null,
  open: readonly string[] | null,
  ...techniques: string[]
): Expected {
  const names = techniques.length > 0 ? techniques : ['T1595.001'];
  return { scans: [{ sources: [source], techniques: names, tool, open }], spared: [] };
}

const MASSCAN = 'timeout 7 masscan -e net --router-mac $ROUTER_MAC';
const ZMAP = 'timeout 20 zmap -q -i net -G $ROUTER_MAC -b /dev/null -c 1 -r 300 -o /dev/null';
const NMAP = 'nmap -n -Pn -e net --max-retries 1 -T4';
/** each of many small tools at once, 40 at a time */
const ALL = (first: number, last: number): string => `seq ${first} ${last} | xargs -P 40 -I{} timeout 3`;

/** Sources of networks that have nothing to do with one another. */
const STRANGERS = Array.from({ length: 36 }, (_, n) => `${20 + n}.${(n * 53) % 200}.${(n * 71) % 250}.${n + 7}`);

const nmap: readonly Recipe[] = [
  {
    name: 'nmap-syn',
    site: clinic,
    question:
      'A plain SYN scan of three hosts and a dark address. The copies with other wrappings have to find the same.',
    sources: ['26.14.9.130'],
    lines: [`${NMAP} -sS --top-ports 40 -S 26.14.9.130 11.71.4.7 11.71.4.80 11.71.4.201 11.71.4.99`],
    expected: found('26.14.9.130', 'nmap', [
      'tcp 11.71.4.7:22',
      'tcp 11.71.4.7:80',
      'tcp 11.71.4.80:21',
      'tcp 11.71.4.80:25',
      'tcp 11.71.4.201:53',
    ]),
  },
  {
    name: 'nmap-window',
    site: campus,
    question: 'A window scan (ACK, the window of the RST is read) of one live host.',
    sources: ['10.200.3.41'],
    lines: [`${NMAP} -sW --top-ports 100 -S 10.200.3.41 172.20.8.10`],
    expected: found('10.200.3.41', 'nmap', []),
  },
  {
    name: 'nmap-null',
    site: campus,
    question: 'Segments without any flag, to one live host.',
    sources: ['10.200.3.42'],
    lines: [`${NMAP} -sN --top-ports 60 -S 10.200.3.42 172.20.9.33`],
    expected: found('10.200.3.42', 'nmap', null),
  },
  {
    name: 'nmap-syn-fin',
    site: shop,
    question: 'SYN and FIN in one segment, which no stack sends.',
    sources: ['192.0.2.19'],
    lines: [`${NMAP} -sS --scanflags SYNFIN --top-ports 50 -S 192.0.2.19 198.51.100.66`],
    expected: found('192.0.2.19', 'nmap', null),
  },
  {
    name: 'nmap-fragments',
    site: shop,
    question: 'Probes cut into fragments of 8 bytes, so that no fragment has a whole TCP header.',
    sources: ['192.0.2.20'],
    lines: [`${NMAP} -sS -f --top-ports 60 -S 192.0.2.20 198.51.100.66`],
    expected: found('192.0.2.20', 'nmap', ['tcp 198.51.100.66:80', 'tcp 198.51.100.66:8443']),
  },
  {
    name: 'nmap-mtu-16',
    site: shop,
    question: 'Probes in fragments of 16 bytes.',
    sources: ['192.0.2.21'],
    lines: [`${NMAP} -sS --mtu 16 --top-ports 60 -S 192.0.2.21 198.51.100.70`],
    expected: found('192.0.2.21', 'nmap', ['tcp 198.51.100.70:22', 'tcp 198.51.100.70:25', 'tcp 198.51.100.70:110']),
  },
  {
    name: 'nmap-bad-checksum',
    site: shop,
    question: 'Wrong checksums: a host drops such probes, a careless firewall answers them.',
    sources: ['192.0.2.22'],
    lines: [`${NMAP} -sS --badsum --top-ports 40 -S 192.0.2.22 198.51.100.66 198.51.100.70`],
    expected: found('192.0.2.22', 'nmap', []),
  },
  {
    name: 'nmap-udp-port-53',
    site: clinic,
    question: 'UDP from source port 53, as answers of a name server come.',
    sources: ['33.200.17.4'],
    lines: [`${NMAP} -sU -g 53 --top-ports 25 -S 33.200.17.4 11.71.4.7 11.71.4.201`],
    expected: found('33.200.17.4', 'nmap', ['udp 11.71.4.201:53']),
  },
  {
    name: 'nmap-decoys',
    site: shop,
    question: 'One scanner among five forged ones; the real one completes nothing either.',
    sources: ['192.0.2.77'],
    lines: [
      `${NMAP} -sS --top-ports 20 -D 203.0.113.7,203.0.113.19,ME,203.0.113.54,203.0.113.88,203.0.113.201 -S 192.0.2.77 198.51.100.66 198.51.100.70`,
    ],
    expected: {
      ...found('192.0.2.77', 'nmap', null),
      spared: ['203.0.113.7', '203.0.113.19', '203.0.113.54', '203.0.113.88', '203.0.113.201'],
    },
  },
  {
    name: 'nmap-sctp-init',
    site: depot,
    question: 'SCTP INIT to common ports of two hosts that have no SCTP.',
    sources: ['192.0.2.140'],
    lines: [`${NMAP} -sY --top-ports 20 -S 192.0.2.140 10.31.0.5 203.0.113.140`],
    expected: found('192.0.2.140', 'nmap', []),
  },
  {
    name: 'nmap-sctp-cookie',
    site: depot,
    question: 'SCTP COOKIE-ECHO out of nowhere.',
    sources: ['192.0.2.141'],
    lines: [`${NMAP} -sZ --top-ports 20 -S 192.0.2.141 203.0.113.140 203.0.113.150`],
    expected: found('192.0.2.141', 'nmap', null),
  },
  {
    name: 'nmap-discover-tcp',
    site: depot,
    question: 'Which hosts live: SYN to 80 and ACK to 443 of every address.',
    sources: ['192.0.2.142'],
    lines: ['nmap -n -sn -e net --max-retries 0 -T4 -PS80 -PA443 -S 192.0.2.142 203.0.113.128/25'],
    expected: found('192.0.2.142', 'nmap', null),
  },
  {
    name: 'nmap-discover-udp',
    site: campus,
    question: 'Which hosts live: UDP to a port that nobody has.',
    sources: ['10.200.3.50'],
    lines: ['nmap -n -sn -e net --max-retries 0 -T4 -PU40125 -S 10.200.3.50 172.20.9.0/25'],
    expected: found('10.200.3.50', 'nmap', null),
  },
  {
    name: 'nmap-discover-timestamp',
    site: campus,
    question: 'Which hosts live: ICMP timestamp and address mask requests.',
    sources: ['10.200.3.51'],
    lines: ['nmap -n -sn -e net --max-retries 0 -T4 -PP -PM -S 10.200.3.51 172.20.8.0/26'],
    expected: found('10.200.3.51', 'nmap', null),
  },
  {
    name: 'nmap-connect-in-order',
    site: depot,
    question: 'Whole connections to ports 1 to 120 of one host, in order, by an ordinary TCP stack.',
    sources: ['192.0.2.143'],
    lines: ['nmap -n -Pn -sT -r -T4 --max-retries 0 -p 1-120 10.31.0.5'],
    expected: found('192.0.2.143', null, ['tcp 10.31.0.5:22', 'tcp 10.31.0.5:80']),
  },
  {
    name: 'nmap-version-mail',
    site: shop,
    question: 'Versions of the mail host: probes of protocols after the port scan.',
    sources: ['192.0.2.78'],
    lines: [
      'timeout 60 nmap -n -Pn -e net -sS -sV --version-intensity 3 -p 1-60,110,143 -T4 -S 192.0.2.78 198.51.100.70',
    ],
    expected: found(
      '192.0.2.78',
      'nmap',
      ['tcp 198.51.100.70:22', 'tcp 198.51.100.70:25', 'tcp 198.51.100.70:110'],
      'T1595.001',
      'T1595.002',
    ),
  },
  {
    name: 'nmap6-syn',
    site: six,
    question: 'A SYN scan of three hosts over IPv6.',
    sources: ['2001:db8:ff00:3::99'],
    lines: [
      'nmap -6 -n -Pn -sS -e net --max-retries 1 -T4 --top-ports 40 -S 2001:db8:ff00:3::99 2001:db8:a:7::10 2001:db8:a:7::25 2001:db8:a:7:5054:ff:fe12:3456',
    ],
    expected: found('2001:db8:ff00:3::99', 'nmap', [
      'tcp [2001:db8:a:7::10]:22',
      'tcp [2001:db8:a:7::10]:80',
      'tcp [2001:db8:a:7::25]:25',
      'tcp [2001:db8:a:7::25]:110',
      'tcp [2001:db8:a:7:5054:ff:fe12:3456]:8080',
    ]),
  },
  {
    name: 'nmap6-sweep',
    site: six,
    question: 'One port over the first 128 addresses of an IPv6 network, most of which nobody has.',
    sources: ['2001:db8:ff00:4::1'],
    lines: ['nmap -6 -n -Pn -sS -e net --max-retries 0 -T4 -p 8443 -S 2001:db8:ff00:4::1 2001:db8:a:7::/121'],
    expected: found('2001:db8:ff00:4::1', 'nmap', []),
  },
];

const others: readonly Recipe[] = [
  {
    name: 'masscan-two-ports',
    site: clinic,
    question: 'masscan of a /24, its source port changing from probe to probe.',
    sources: ['26.14.9.1'],
    lines: [`${MASSCAN} --adapter-ip 26.14.9.77 --source-port 40000-40063 --rate 300 -p23,6379 11.71.4.0/24`],
    expected: found('26.14.9.77', 'masscan', ['tcp 11.71.4.201:6379']),
  },
  {
    name: 'masscan-snmp',
    site: depot,
    question: 'masscan over UDP, with the payload of its SNMP probe.',
    sources: ['192.0.2.1'],
    lines: [`${MASSCAN} --adapter-ip 192.0.2.150 --rate 300 -pU:161 203.0.113.128/25`],
    expected: found('192.0.2.150', null, []),
  },
  {
    name: 'masscan6',
    site: six,
    question: 'masscan over IPv6, 64 addresses, two ports.',
    sources: ['2001:db8:ff00:5::1'],
    lines: [`${MASSCAN} --adapter-ip 2001:db8:ff00:5::77 --rate 200 -p80,8080 2001:db8:a:7::/122`],
    expected: found('2001:db8:ff00:5::77', null, ['tcp [2001:db8:a:7::10]:80']),
  },
  {
    name: 'zmap-winbox',
    site: campus,
    question: 'ZMap of a /23, one port.',
    sources: ['10.200.3.1'],
    lines: [`${ZMAP} -p 8291 -S 10.200.3.60 172.20.8.0/23`],
    expected: found('10.200.3.60', 'zmap', []),
  },
  {
    name: 'zmap-ntp',
    site: clinic,
    question: 'ZMap with its NTP module.',
    sources: ['33.200.17.1'],
    lines: [`${ZMAP} -M ntp -p 123 -S 33.200.17.80 11.71.4.0/24`],
    expected: found('33.200.17.80', 'zmap', []),
  },
  {
    name: 'zmap-upnp',
    site: depot,
    question: 'ZMap with its UPnP module: M-SEARCH to every address.',
    sources: ['192.0.2.1'],
    lines: [`${ZMAP} -M upnp -p 1900 -S 192.0.2.161 10.31.0.0/25`],
    expected: found('192.0.2.161', 'zmap', []),
  },
  {
    name: 'hping-scan',
    site: depot,
    question: 'The scan mode of hping3: ports 1 to 40 of one host.',
    sources: ['192.0.2.170'],
    lines: ['timeout 20 hping3 -n -q --scan 1-40 -S -a 192.0.2.170 203.0.113.200'],
    expected: found('192.0.2.170', 'hping3', ['tcp 203.0.113.200:25']),
  },
  {
    name: 'half-open-one-host',
    site: clinic,
    question: 'Ten ports of one host; what is open is broken off by the RST of the system under the scanner.',
    sources: ['33.200.17.21'],
    lines: [
      'for port in 110 8081 3306 21 443 25 80 22 3389 143; do timeout 3 hping3 -n -q -c 1 -S -w 64240 -p $port -a 33.200.17.21 11.71.4.80; done',
    ],
    expected: found('33.200.17.21', null, ['tcp 11.71.4.80:21', 'tcp 11.71.4.80:25', 'tcp 11.71.4.80:8081']),
  },
  {
    name: 'curl-pack',
    site: clinic,
    question: 'Each of 36 sources draws three addresses of a /24 by itself, in no order and some of them twice.',
    sources: STRANGERS,
    lines: [
      `RANDOM=5; for turn in 1 2 3; do for from in ${STRANGERS.join(' ')}; do curl -s -o /dev/null --connect-timeout 0.4 --interface $from http://11.71.4.$((RANDOM % 256)):7547/ & sleep 0.02; done; done; wait`,
    ],
    expected: {
      scans: [{ sources: STRANGERS, atLeast: 29, techniques: ['T1595.001'], tool: null, open: null }],
      spared: [],
    },
  },
  {
    name: 'hping-xmas-sweep',
    site: clinic,
    question: 'FIN, PSH and URG to port 80 of 60 addresses, by single runs of hping3.',
    sources: ['33.200.17.9'],
    lines: [`${ALL(1, 60)} hping3 -n -q -c 1 -F -P -U -p 80 -a 33.200.17.9 11.71.4.{}`],
    expected: found('33.200.17.9', null, null),
  },
  {
    name: 'hping-udp-one-host',
    site: shop,
    question: 'Empty UDP datagrams to ports counting up.',
    sources: ['192.0.2.171'],
    lines: ['hping3 -n -q -2 -c 60 -i u20000 -p ++1000 -a 192.0.2.171 198.51.100.70'],
    expected: found('192.0.2.171', 'hping3', []),
  },
  {
    name: 'fping6-list',
    site: six,
    question: 'Echo requests to the first 60 addresses of an IPv6 network.',
    sources: ['2001:db8:ff00:6::2'],
    lines: [
      'for host in $(seq 1 60); do printf "2001:db8:a:7::%x\\n" $host; done | timeout 30 fping -6 -q -r 0 -i 10 -t 200 -S 2001:db8:ff00:6::2',
    ],
    expected: found('2001:db8:ff00:6::2', 'fping', null),
  },
  {
    name: 'nping-three-ports',
    site: campus,
    question: 'nping: three TCP ports of 40 addresses.',
    sources: ['10.200.3.70'],
    lines: [
      'timeout 40 nping -q -N --tcp --flags syn --rate 60 -c 1 -p 22,3389,5900 -e net --dest-mac $ROUTER_MAC -S 10.200.3.70 172.20.10.1-40',
    ],
    expected: found('10.200.3.70', null, []),
  },
  {
    name: 'curl-loop',
    site: clinic,
    question: 'A home-made sweep: curl on port 8081 of every address, by an ordinary stack with an ordinary request.',
    sources: ['33.200.17.30'],
    lines: [
      'seq 1 254 | xargs -P 60 -I{} curl -s -o /dev/null --connect-timeout 0.4 --interface 33.200.17.30 http://11.71.4.{}:8081/',
    ],
    expected: found('33.200.17.30', null, ['tcp 11.71.4.80:8081']),
  },
  {
    name: 'ssh-loop',
    site: depot,
    question: 'A worm that looks for SSH: connects to port 22 of 100 addresses and reads the banner.',
    sources: ['192.0.2.180'],
    lines: ['seq 1 100 | xargs -P 40 -I{} timeout 1 bash -c "exec 3<>/dev/tcp/10.31.0.{}/22 && head -1 <&3"'],
    expected: found('192.0.2.180', null, ['tcp 10.31.0.5:22']),
  },
  {
    name: 'arp-scan',
    site: lan,
    question: 'ARP requests for every address of the Ethernet, by a neighbour.',
    sources: ['192.168.77.166'],
    lines: ['arp-scan -I net -q --arpspa=192.168.77.166 192.168.77.0/24'],
    expected: found('192.168.77.166', null, null, 'T1046', 'T1595.001'),
  },
  {
    name: 'neighbour-sweep',
    site: lan,
    question: 'IPv6 neighbour solicitations for 60 addresses in a row.',
    sources: ['fd5c:77::66'],
    lines: [
      'for host in $(seq 1 60); do printf "fd5c:77::%x\\n" $host; done | xargs -P 20 -I{} ndisc6 -q -1 -r 1 -w 100 -s fd5c:77::66 {} net',
    ],
    expected: {
      ...found('fd5c:77::66', null, null, 'T1046', 'T1595.001'),
    },
  },
  {
    name: 'hidden-among-visitors',
    site: shop,
    question: 'Six ports of a /28, tried in between by somebody who also visits the web server as everybody does.',
    sources: ['192.0.2.90', ...Array.from({ length: 10 }, (_, nth) => `203.0.113.${11 + nth * 3}`)],
    lines: [
      'for nth in $(seq 0 9); do curl -s -o /dev/null --interface 203.0.113.$((11 + nth * 3)) http://198.51.100.66/; curl -s -o /dev/null --interface 192.0.2.90 http://198.51.100.66/tides.html; done',
      'for port in 23 445 3389 5900 8291 6379; do for host in $(seq 65 78); do timeout 0.3 bash -c "exec 3<>/dev/tcp/198.51.100.$host/$port" & done; wait; curl -s -o /dev/null --interface 192.0.2.90 http://198.51.100.66/; done',
      'for nth in $(seq 0 9); do curl -s -o /dev/null --interface 203.0.113.$((11 + nth * 3)) http://198.51.100.66/tides.html; done',
    ],
    expected: found('192.0.2.90', null, null),
  },
];

export const scans: readonly Recipe[] = [...nmap, ...others];
