import assert from 'node:assert/strict';
import { AGENT } from '../../../src/record/habit.ts';
import { test } from 'node:test';
import fc from 'fast-check';
import { AGENTS, agentOf, agentVersion } from '../../../src/detect/web/agents.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff);
const agent = (text: string): (typeof AGENTS)[number] => {
  const bytes = bytesOf(`zgrab ${text} nikto`);
  return AGENTS[agentOf(bytes, 6, 6 + text.length)];
};
const kind = (text: string): string =>
  Object.entries(AGENT).find(([, value]) => value === agent(text).kind)?.[0] ?? 'missing';
const version = (text: string): string => agentVersion(bytesOf(text), 0, text.length);

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome';

test('browsers as their makers write them', () => {
  for (const text of [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME}/142.0.0.0 Safari/537.36`,
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME}/141.0.0.0 Safari/537.36 Edg/141.0.0.0`,
    `Mozilla/5.0 (Windows NT 6.1; Win64; x64) ${CHROME}/109.0.0.0 Safari/537.36`,
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME}/142.0.0.0 Safari/537.36`,
    `Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UD1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/142.0.7444.48 Mobile Safari/537.36`,
    `Mozilla/5.0 (Linux; Android 9; CUBOT X19) ${CHROME}/120.0.0.0 Mobile Safari/537.36`,
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0',
    'Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0',
    'Mozilla/5.0 (Windows NT 6.1; rv:115.0) Gecko/20100101 Firefox/115.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko',
  ])
    assert.equal(kind(text), 'browser', text);
});

test('browsers that cannot be', () => {
  for (const text of [
    `Mozilla/5.0 (Windows NT 5.1) ${CHROME}/120.0.0.0 Safari/537.36`,
    `Mozilla/5.0 (Windows NT 6.1; Win64; x64) ${CHROME}/120.0.0.0 Safari/537.36`,
    `Mozilla/5.0 (Windows NT 11.0; Win64; x64) ${CHROME}/120.0.0.0 Safari/537.36`,
    `Mozilla/5.0 (Windows NT 10.0; Macintosh) ${CHROME}/120.0.0.0 Safari/537.36`,
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME}/142.0.6280.45 Safari/537.36`,
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/530.1 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/530.1',
    'Mozilla/5.0 (Windows NT 10.0; rv:120.0) Gecko/20100101 Firefox/143.0',
    'Mozilla/5.0 (Windows NT 6.1; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/7.0)',
    'Mozilla/5.00 (X11)',
    'Mozilla/5.0',
    'Mozilla/5.0 (X11; Linux x86_64)',
  ])
    assert.equal(kind(text), 'impossible', text);
});

test('browsers that hardly anybody has', () => {
  for (const text of [
    'Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)',
    'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; Trident/4.0)',
    `Mozilla/5.0 (Windows NT 6.1) ${CHROME}/41.0.2228.0 Safari/537.36`,
    'Mozilla/5.0 (Windows NT 6.1; rv:40.0) Gecko/20100101 Firefox/40.0',
    'Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.16',
  ])
    assert.equal(kind(text), 'ancient', text);
});

test('tools are named, with their version', () => {
  for (const [text, tool, told] of [
    ['Fuzz Faster U Fool v2.1.0-dev', 'ffuf', '2.1.0-dev'],
    ['gobuster/3.6', 'gobuster', '3.6'],
    ['sqlmap/1.7.2#stable (https://sqlmap.org)', 'sqlmap', '1.7.2#stable'],
    ['Mozilla/5.00 (Nikto/2.1.5) (Evasions:None) (Test:Port Check)', 'nikto', '2.1.5'],
    ['Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)', 'nmap', ''],
    ['Mozilla/5.0 zgrab/0.x', 'zgrab', '0.x'],
    ['Nuclei - Open-source project (github.com/projectdiscovery/nuclei)', 'nuclei', ''],
    ['WPScan v3.8.25 (https://wpscan.com/wordpress-security-scanner)', 'wpscan', '3.8.25'],
    ['Mozilla/5.0 [en] (X11, U; OpenVAS 8.0.7)', 'openvas', '8.0.7'],
  ]) {
    assert.equal(agent(text).tool, tool);
    assert.equal(kind(text), 'tool');
    assert.equal(version(text), told, text);
  }
});

test('research scanners, crawlers, services, libraries', () => {
  assert.equal(agent('Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)').research, 'Censys');
  for (const [text, expected] of [
    ['Mozilla/5.0 (compatible; InternetMeasurement/1.0; +https://internet-measurement.com/)', 'research'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'crawler'],
    [
      `Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) ${CHROME}/141.0.0.0 Mobile Safari/537.36 (compatible; GoogleOther)`,
      'crawler',
    ],
    ['Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)', 'service'],
    ['UptimeRobot/2.0 (+http://www.uptimerobot.com/)', 'service'],
    [
      `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36`,
      'headless',
    ],
    ['python-requests/2.31.0', 'library'],
    ['Go-http-client/1.1', 'library'],
    ['curl/8.5.0', 'library'],
    ['Mozilla/5.0 (compatible; SomethingBot/2.1; +http://search.example/bot.html)', 'bot'],
    ['TrayWidget/0.9', 'other'],
    ['', 'none'],
    ['-', 'none'],
  ])
    assert.equal(kind(text), expected, text);
  assert.equal(version('python-requests/2.31.0'), '2.31.0');
});

test('every sign is found, unless a stronger kind holds too', () => {
  for (const { sign, name } of AGENTS.filter(({ sign }) => sign !== '')) {
    const text = sign.replace(/^\^/, '').replace(/\|$/, '');
    const bytes = new TextEncoder().encode(text);
    assert.notEqual(AGENTS[agentOf(bytes, 0, bytes.length)].sign, '', `${name}: ${sign}`);
  }
});

test('any bytes are judged, and by themselves only', () => {
  const bytes = fc.uint8Array({ maxLength: 80 });
  fc.assert(
    fc.property(bytes, bytes, (text, around) => {
      const alone = agentOf(text, 0, text.length);
      assert.ok(alone >= 0 && alone < AGENTS.length);
      const within = Uint8Array.from([...around, ...text, ...around]);
      assert.equal(agentOf(within, around.length, around.length + text.length), alone);
    }),
  );
});
