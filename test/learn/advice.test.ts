import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceOn, type Told } from '../../src/learn/advice.ts';
import { range } from '../support/contacts.ts';

const DAYS = 40 * 86_400;
const UNUSED = { clients: 0, last30Days: 0, atLeast: false, last: null };
const USED = { ...UNUSED, clients: 9, last30Days: 9 };

const fact = (over: Partial<Told>): Told => ({
  address: '192.0.2.1',
  protocol: 'tcp',
  port: 22,
  state: 'open',
  use: USED,
  ...over,
});
const page = (path: string, over: Partial<Told> = {}): Told =>
  fact({ port: 80, service: 'http', status: 200, path, ...over });

const targets = (told: readonly Told[], seconds = DAYS): string[] =>
  adviceOn(told, seconds).map(({ target }) => target);

test('advice ranks what gave away most first, and is about what is open only', () => {
  const told = [
    fact({ port: 1 }),
    fact({ port: 2, service: 'ssh', banner: 'SSH-2.0-OpenSSH_9.2p1' }),
    fact({ port: 3, state: 'closed' }),
    fact({ port: 4, service: 'redis', banner: '7.0.15' }),
    page('/.git/config'),
    page('/site.zip'),
    page('/admin/', { status: 401 }),
  ];
  assert.deepEqual(targets(told), [
    '192.0.2.1 tcp/80 /.git/config',
    '192.0.2.1 tcp/80 /site.zip',
    '192.0.2.1 tcp/4',
    '192.0.2.1 tcp/80 /admin/',
    '192.0.2.1 tcp/2',
    '192.0.2.1 tcp/1',
  ]);
});

test('what a scanner that aims at us was told and nobody used comes first, after secrets whoever uses them', () => {
  const told = [
    page('/.env'),
    fact({ port: 1, use: UNUSED }),
    fact({ port: 2, use: UNUSED, targeted: true }),
    fact({ port: 3, targeted: true }),
  ];
  assert.deepEqual(targets(told), ['192.0.2.1 tcp/80 /.env', '192.0.2.1 tcp/2', '192.0.2.1 tcp/1', '192.0.2.1 tcp/3']);
  const [, first] = adviceOn(told, DAYS);
  assert.equal(first.mitigation, 'M1042');
  assert.match(first.text, /^Switch it off/);
  assert.match(first.why, /last 30 days.*aimed at us/);
});

test('what clients use is no leftover, and the web, mail and names are for all who use them', () => {
  assert.deepEqual(targets([page('/login'), fact({ port: 443, service: 'tls' }), fact({ port: 53 })]), []);
  assert.equal(targets([page('/login', { use: UNUSED }), fact({ port: 443, service: 'tls', use: UNUSED })]).length, 2);
});

test('short data does not tell that nobody needs a service, and room that ran out tells nothing of its use', () => {
  const [short] = adviceOn([fact({ use: UNUSED })], 600);
  assert.doesNotMatch(short.text, /Switch it off/);
  assert.match(short.why, /in the 10 minutes of the data/);
  const [unsure] = adviceOn([fact({ use: { ...UNUSED, atLeast: true } })], DAYS);
  assert.doesNotMatch(unsure.why, /no client/);
  const [unknown] = adviceOn([fact({ use: null })], DAYS);
  assert.doesNotMatch(unknown.why, /no client/);
});

const KINDS: readonly (readonly [Told, RegExp, RegExp])[] = [
  [page('/server-status'), /mod_status/, /^curl -sgIk http:\/\/192\.0\.2\.1\/server-status {2}# expect 404/],
  [page('/files/'), /directory listing/i, /grep -i 'index of'/],
  [fact({ port: 80, service: 'http', banner: 'nginx/1.22.1' }), /server_tokens/, /grep -iE '\^\(server/],
  [
    fact({ port: 443, service: 'tls', certificate: ['a.example', 'vpn.a.example'] }),
    /certificates/,
    /openssl s_client/,
  ],
  [fact({ user: 'carla', port: 22 }), /alike/, /does not exist/],
  [{ address: '192.0.2.1', protocol: 'icmp', service: 'timestamp', state: 'up' }, /timestamp/, /icmp-type timestamp/],
  [fact({ service: 'dns', host: 'version.bind', protocol: 'udp', port: 53 }), /none/, /^dig .*version\.bind CH TXT/],
  [
    fact({ service: 'dns', host: 'vpn.a.example', protocol: 'udp', port: 53 }),
    /zone/,
    /^dig \+short @192\.0\.2\.1 vpn\.a\.example/,
  ],
  [fact({ port: 22, service: 'ssh', banner: 'SSH-2.0-OpenSSH_9.2p1' }), /greeting/, /^nc -w3 192\.0\.2\.1 22/],
  [fact({ port: 9, protocol: 'tcp' }), /Allow only/, /^nc -zvw3 192\.0\.2\.1 9 {2}/],
  [fact({ port: 161, protocol: 'udp', service: 'snmp' }), /Switch it off/, /^snmpget/],
];

test('each kind of thing has its own advice, and a check to run oneself', () => {
  for (const [told, text, verify] of KINDS) {
    const [advice] = adviceOn([told], DAYS);
    assert.match(advice?.text ?? '', text, JSON.stringify(told));
    assert.match(advice?.verify ?? '', verify);
  }
});

test('the home page, an echo and what is not there are no reason to act', () => {
  const up = { address: '192.0.2.1', protocol: 'icmp', state: 'up', service: 'echo' } as const;
  assert.deepEqual(
    adviceOn([page('/'), page('/robots.txt'), page('/?a=b'), page('/x', { status: 301 }), up], DAYS),
    [],
  );
});

test('advice is bounded, said once, and there is none where nothing was learned', () => {
  assert.deepEqual(adviceOn([], DAYS), []);
  assert.equal(
    adviceOn(
      [...range(500)].map((port) => fact({ port })),
      DAYS,
    ).length,
    20,
  );
  assert.equal(adviceOn([fact({}), fact({ firstTime: false } as Partial<Told>)], DAYS).length, 1);
});

test('the order of the facts does not matter', () => {
  const told = [...range(60)].map((port) => fact({ port, ...(port % 3 === 0 && { use: UNUSED }) }));
  assert.deepEqual(adviceOn(told, DAYS), adviceOn(told.toReversed(), DAYS));
});
