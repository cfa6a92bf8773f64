import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { greets, http, type Lab, record, redis, type Site, ssh } from './record-lab.ts';

/**
 * Records samples/first-look.pcap.gz: a minute at the border of a small network, all of it between namespaces.
 *
 *     sudo node scripts/record-sample.ts        needs tcpdump, nmap, masscan, hping3, curl, nginx, sshd, redis-server
 *
 * Who is in it: visitors of the web server, somebody who sweeps one port, somebody who looks at one host closely,
 * answers to packets that were forged in our name (backscatter), and a monitor that pings.
 */
const SITE: Site = {
  prefixes: ['198.51.100.0/24'],
  distance: 9,
  live: [
    { address: '198.51.100.10', services: [http(), ssh()] },
    { address: '198.51.100.25', services: [ssh(), greets(25, '220 mail.example.com ESMTP'), greets(110, '+OK ready')] },
    { address: '198.51.100.40', services: [redis(), http(8080)] },
  ],
};
const VISITORS = Array.from({ length: 12 }, (_, nth) => `203.0.113.${20 + nth * 7}`);
const LOOKS_CLOSELY = '192.0.2.66';
const MONITOR = '203.0.113.5';
const OUTPUT = new URL('../samples/first-look.pcap.gz', import.meta.url);

async function visitors(lab: Lab): Promise<void> {
  for (const [nth, visitor] of VISITORS.entries()) {
    const pages = nth % 3 === 0 ? ['', 'tides.html'] : ['tides.html'];
    const agent = "-A 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'";
    for (const page of pages)
      lab.run('outside', `curl -s -o /dev/null ${agent} --interface ${visitor} http://198.51.100.10/${page}`);
    await pause(150 + nth * 20);
  }
}

async function act(lab: Lab): Promise<void> {
  lab.own([...VISITORS, LOOKS_CLOSELY, MONITOR]);
  const monitor = pause(0).then(() => lab.run('outside', `ping -q -c 3 -i 1 -I ${MONITOR} 198.51.100.10`));
  await visitors(lab);
  await monitor;
  lab.run('outside', `hping3 -q -n -a 192.0.2.200 -S -A -s 443 -k -p 50211 -c 3 -i u200000 198.51.100.77`);
  lab.run('outside', `hping3 -q -n -a 192.0.2.200 -S -A -s 443 -k -p 31415 -c 3 -i u200000 198.51.100.142`);
  lab.run(
    'outside',
    'timeout 5 masscan -e net --adapter-ip 203.0.113.199 --router-mac $ROUTER_MAC --rate 200 -p6379 198.51.100.0/24',
  );
  await visitors(lab);
  lab.run('outside', `nmap -n -Pn -sS -sV --version-light --top-ports 150 -S ${LOOKS_CLOSELY} -e net 198.51.100.25`);
  await visitors(lab);
}

writeFileSync(OUTPUT, gzipSync(await record(SITE, act), { level: 9 }));
