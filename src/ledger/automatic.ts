// Hot: once a missed path.

/**
 * Paths that browsers, feed readers, crawlers and telephones ask for by themselves, whether a site has them or not:
 * that they are missing says nothing of who asked. Sources: RFC 9309 (robots.txt), RFC 8615 (.well-known), HTML Living
 * Standard ("favicon.ico"), Apple Safari Web Content Guide (touch icons), IAB Tech Lab (ads.txt), sitemaps.org; where
 * feed readers look for a feed, service workers and what mail programs look for (Autodiscover, ActiveSync, autoconfig).
 */
const NAMES: readonly string[] = [
  '/favicon.ico',
  '/favicon.png',
  '/robots.txt',
  '/apple-touch-icon',
  '/apple-app-site-association',
  '/.well-known/',
  '/sitemap.xml',
  '/sitemap_index.xml',
  '/ads.txt',
  '/app-ads.txt',
  '/browserconfig.xml',
  '/manifest.json',
  '/site.webmanifest',
  '/humans.txt',
  '/security.txt',
  '/crossdomain.xml',
  '/feed',
  '/rss',
  '/atom',
  '/index.xml',
  '/blog/feed',
  '/blog/rss',
  '/news/feed',
  '/news/rss',
  '/sw.js',
  '/service-worker.js',
  '/llms.txt',
  '/sellers.json',
  '/wpad.dat',
  '/autodiscover/autodiscover.',
  '/microsoft-server-activesync',
  '/ews/exchange.asmx',
  '/mail/config-v1.1.xml',
  '/_vti_inf.html',
];

const CODES = NAMES.map((name) => Array.from(name, (letter) => letter.charCodeAt(0)));

/** Whether the path of this length at `from` begins as one of them, in letters of any size. */
export function isAutomatic(bytes: Uint8Array, from: number, length: number): boolean {
  for (const codes of CODES) {
    if (codes.length > length || !isSame(bytes[from + 1], codes[1])) continue;
    let same = 1;
    while (same < codes.length && isSame(bytes[from + same], codes[same])) same += 1;
    if (same === codes.length) return true;
  }
  return false;
}

const isSame = (byte: number, letter: number): boolean =>
  byte === letter || (byte >= 65 && byte <= 90 && byte + 32 === letter);
