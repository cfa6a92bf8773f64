import { dns, greets, http, redis, type Site, ssh } from './record-lab.ts';

/** Where the test cases were recorded: address plans that have nothing in common. */
const FTP = greets(21, '220 (vsFTPd 3.0.3)');
const SMTP = greets(25, '220 mail.example.com ESMTP Postfix');
const POP3 = greets(110, '+OK Dovecot ready.');

/** Private addresses, a /22. */
export const campus: Site = {
  prefixes: ['172.20.8.0/22'],
  distance: 4,
  live: [
    { address: '172.20.8.10', services: [ssh(), http()] },
    { address: '172.20.9.33', services: [http(8080), FTP] },
    { address: '172.20.11.200', services: [ssh(2222)] },
  ],
};

/** A few public addresses, a /28. */
export const shop: Site = {
  prefixes: ['198.51.100.64/28'],
  distance: 13,
  live: [
    { address: '198.51.100.66', services: [http(), http(8443)] },
    { address: '198.51.100.70', services: [SMTP, POP3, ssh()] },
  ],
};

/** Addresses as the public Internet has them, a /24. */
export const clinic: Site = {
  prefixes: ['11.71.4.0/24'],
  distance: 10,
  live: [
    { address: '11.71.4.7', services: [ssh(), http()] },
    { address: '11.71.4.80', services: [http(8081), FTP, SMTP] },
    { address: '11.71.4.201', services: [redis(), dns()] },
  ],
};

/** IPv6 only, a /64. */
export const six: Site = {
  prefixes: ['2001:db8:a:7::/64'],
  distance: 7,
  live: [
    { address: '2001:db8:a:7::10', services: [ssh(), http()] },
    { address: '2001:db8:a:7::25', services: [SMTP, POP3] },
    { address: '2001:db8:a:7:5054:ff:fe12:3456', services: [http(8080)] },
  ],
};

/** One Ethernet with both families. */
export const lan: Site = {
  prefixes: ['192.168.77.0/24', 'fd5c:77::/64'],
  distance: 0,
  lan: true,
  live: [
    { address: '192.168.77.1', services: [dns()] },
    { address: '192.168.77.20', services: [http(), ssh()] },
    { address: '192.168.77.93', services: [greets(9100, '')] },
    { address: 'fd5c:77::20', services: [http(8080)] },
  ],
};

/** Two prefixes, private and public. */
export const depot: Site = {
  prefixes: ['10.31.0.0/24', '203.0.113.128/25'],
  distance: 8,
  live: [
    { address: '10.31.0.5', services: [http(), ssh()] },
    { address: '203.0.113.140', services: [http(), http(8443)] },
    { address: '203.0.113.200', services: [SMTP] },
  ],
};

/** An office whose people go out: name servers, mail and web servers elsewhere, half of the peers gone. */
export const office: Site = {
  prefixes: ['10.88.16.0/24'],
  distance: 6,
  live: [
    { address: '10.88.16.4', services: [http(), ssh()] },
    { address: '10.88.16.9', services: [SMTP] },
  ],
  abroad: [
    ...Array.from({ length: 12 }, (_, nth) => ({ address: `33.40.${nth * 9}.53`, services: [dns()] })),
    ...Array.from({ length: 8 }, (_, nth) => ({ address: `26.61.${nth * 21}.25`, services: [SMTP] })),
    ...Array.from({ length: 10 }, (_, nth) => ({
      address: `29.${nth * 11}.7.${nth + 40}`,
      services: [greets(6881 + nth, 'peer')],
    })),
  ],
};
