// Hot: once a missed path.
import { isLetter } from '../../record/ascii.ts';
import { hashCaseless } from '../../record/name.ts';

/**
 * Paths that browsers, feed readers, crawlers and telephones ask for by themselves, whether a site has them or not:
 * that they are missing says nothing of who asked. Sources: RFC 9309 (robots.txt), RFC 8615 (.well-known), HTML Living
 * Standard ("favicon.ico"), Apple Safari Web Content Guide (touch icons), IAB Tech Lab (ads.txt), sitemaps.org; where
 * feed readers look for a feed, service workers, what mail programs look for (Autodiscover, ActiveSync, autoconfig), and by
 * what servers of the Fediverse tell each other's kind (NodeInfo, and the interfaces before it).
 */
const NAMES: readonly string[] = [
  '/robots.txt',
  '/apple-app-site-association',
  '/.well-known/',
  '/sitemap.xml',
  '/sitemap_index.xml',
  '/ads.txt',
  '/app-ads.txt',
  '/browserconfig.xml',
  '/manifest.json',
  '/site.webmanifest',
  '/manifest.webmanifest',
  '/humans.txt',
  '/security.txt',
  '/crossdomain.xml',
  '/feed',
  '/feeds',
  '/rss',
  '/rssfeed',
  '/atom',
  '/?feed=',
  '/index.xml',
  '/index.rdf',
  '/posts.atom',
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
  '/nodeinfo',
  '/statistics.json',
  '/statusnet/config',
  '/api/statusnet/config',
  '/api/v1/instance',
  '/siteinfo.json',
  '/poco',
  '/friendica/json',
];

/**
 * Names in whatever folder. Of icons, those that the generators of them use (Apple, Android, Microsoft tiles), of which
 * services that show a site's icon try one after the other; of feeds, what WordPress and others put behind the address of
 * every section, for readers that have kept it.
 */
const IN_FOLDERS: readonly string[] = [
  'feed',
  'rss',
  'atom',
  'favicon.',
  'favicon-',
  'apple-touch-icon',
  'apple-icon-',
  'android-chrome-',
  'android-icon-',
  'mstile-',
  'ms-icon-',
  'safari-pinned-tab.',
  'touch-icon-',
  'logo.png',
  'logo.svg',
  'icon.png',
  'icon.svg',
];

/** Those that browsers ask every site for. */
const USUAL_ICONS: readonly string[] = ['/favicon.ico', '/apple-touch-icon.png', '/apple-touch-icon-precomposed.png'];

/**
 * What programs that use a folder over WebDAV ask for in each: what the Finder, Windows and Linux desktops keep beside files
 * (AppleDouble, RFC 1740; Spotlight; desktop.ini).
 */
const BESIDE_FILES: readonly string[] = [
  '._',
  '.ds_store',
  '.hidden',
  '.localized',
  '.metadata_never_index',
  '.spotlight-v100',
  '.temporaryitems',
  '.trash',
  '.trashes',
  '.ql_disable',
  '.xdg-volume-info',
  'autorun.inf',
  'backups.backupdb',
  'contents',
  'dcim',
  'desktop.ini',
  'folder.jpg',
  'mach_kernel',
  'thumbs.db',
];

/** Where calendars and address books are looked for when their place is not told (RFC 6764 section 6; the products' own). */
const CALENDARS: readonly string[] = [
  '/principals',
  '/calendar',
  '/calendars',
  '/addressbook',
  '/addressbooks',
  '/caldav',
  '/carddav',
  '/dav/',
  '/dav.php',
  '/remote.php/dav',
  '/remote.php/caldav',
  '/sogo/dav',
];

/**
 * Pages that most sites have under one of a few names, so that whoever wants one tries them: what the law asks for (imprint,
 * privacy, the accessibility statement of Directive (EU) 2016/2102), and where people look for help and for who is behind a
 * site. Checkers of sites, assistants and people guess these; of a list of words they are the least part.
 */
const USUAL_PAGES = Int32Array.from(
  (
    'about about-us contact contact-us imprint impressum legal legal-notice privacy privacy-policy datenschutz terms ' +
    'terms-of-service terms-of-use tos cookies cookie-policy accessibility accessibility-statement barrierefreiheit sitemap ' +
    'help faq support docs documentation pricing careers jobs press'
  ).split(' '),
  (page) => hashCaseless(new TextEncoder().encode(page), 0, page.length),
);
/** Letters of the longest of them, and of its ending: `.html`. */
const LONGEST_PAGE = 23;
const LONGEST_ENDING = 5;

/** Bytes of a folder named for a language (ISO 639-1), with the slash in front. */
const LANGUAGE = 3;
const DOT = 46;
const SLASH = 47;
const QUESTION = 63;

type Codes = readonly (readonly number[])[];
const codesOf = (names: readonly string[]): Codes =>
  names.map((name) => Array.from(name, (letter) => letter.charCodeAt(0)));

const [PATHS, ANYWHERE, ICONS, BESIDE, PLACES] = [NAMES, IN_FOLDERS, USUAL_ICONS, BESIDE_FILES, CALENDARS].map(codesOf);

/** Whether a program asks for the path of this length at `from` of itself, in letters of any size. */
export function isAutomatic(bytes: Uint8Array, from: number, length: number): boolean {
  const last = lastOf(bytes, from, length);
  return beginsAs(PATHS, bytes, from, length) > 0 || beginsAs(ANYWHERE, bytes, last, from + length - last) > 0;
}

/** Of such a path whether it is one of the list as it stands, and not one of the many that begin or end so. */
export function isOfList(bytes: Uint8Array, from: number, length: number): boolean {
  const end = beginsAs(PATHS, bytes, from, length) || beginsAs(ICONS, bytes, from, length);
  return end > 0 && (end === length || bytes[from + end] === QUESTION);
}

/** The same as `isAutomatic` of a program that lists a folder (PROPFIND, RFC 4918 section 9.1). */
export function isOfFolders(bytes: Uint8Array, from: number, length: number): boolean {
  const last = lastOf(bytes, from, length);
  return beginsAs(PLACES, bytes, from, length) > 0 || beginsAs(BESIDE, bytes, last, from + length - last) > 0;
}

/** Whether the path is that of a page that most sites have, at the root or in the folder of a language (`/en/`). */
export function isUsualPage(bytes: Uint8Array, from: number, length: number): boolean {
  const to = from + length;
  const start = bytes[from + LANGUAGE] === SLASH ? from + LANGUAGE + 1 : from + 1;
  let end = start;
  while (end < to && end - start <= LONGEST_PAGE && bytes[end] !== SLASH && bytes[end] !== DOT) end += 1;
  const rest = to - end;
  if (end - start > LONGEST_PAGE || rest > (bytes[end] === DOT ? LONGEST_ENDING : 1)) return false;
  return USUAL_PAGES.includes(hashCaseless(bytes, start, end - start));
}

/** Where the last segment of a path begins; a slash at the end is part of it. */
function lastOf(bytes: Uint8Array, from: number, length: number): number {
  let last = from;
  for (let at = from; at < from + length - 1 && bytes[at + 1] !== QUESTION; at += 1)
    if (bytes[at] === SLASH) last = at + 1;
  return last;
}

/**
 * Bytes of the longest name that the text begins with, as a word: a letter that follows makes it another, unless the name is
 * only the beginning of one. 0: none.
 */
function beginsAs(names: Codes, bytes: Uint8Array, from: number, length: number): number {
  let most = 0;
  for (const codes of names) {
    if (codes.length > length || codes.length <= most || !isSame(bytes[from + 1], codes[1])) continue;
    let same = 0;
    while (same < codes.length && isSame(bytes[from + same], codes[same])) same += 1;
    if (same < codes.length || (isLetter(codes[same - 1]) && same < length && isLetter(bytes[from + same]))) continue;
    most = same;
  }
  return most;
}

const isSame = (byte: number, letter: number): boolean =>
  byte === letter || (byte >= 65 && byte <= 90 && byte + 32 === letter);
