import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Seen } from '../../src/learn/seen.ts';
import { Surface } from '../../src/learn/surface.ts';
import { formatAddress, parseAddress } from '../../src/record/address.ts';
import { allocateAnswers, SERVICES, Told } from '../../src/record/answer.ts';
import { Method, Outcome, Proof } from '../../src/record/contact.ts';
import { allocateRequests, Asked, beginRequest, keepText, Reply, type RequestBatch } from '../../src/record/request.ts';
import { type ContactSpec, contacts, exchange, range, START } from '../support/contacts.ts';
import { homeOf } from '../support/judge.ts';

const CLIENT = '203.0.113.9';
const SERVER = '192.0.2.1';
const DAY = 86_400;

const words = (text: string): Uint32Array => parseAddress(text) ?? new Uint32Array(4);

function surfaceOf(specs: readonly ContactSpec[]): Surface {
  const surface = new Surface(7);
  surface.at(homeOf(['192.0.2.0/24', '2001:db8:1::/64']).match);
  const batch = contacts(specs);
  surface.contacts(batch, 0, batch.count);
  return surface;
}

const seen = (surface: Surface, kind: Seen['kind'], scanners: readonly string[] = [], end = START + 1e6): Seen[] =>
  surface.seen(scanners.map(words), end).filter((one) => one.kind === kind);

const services = (surface: Surface, ...scanners: string[]): (readonly (string | number | undefined)[])[] =>
  seen(surface, 'service', scanners).map(({ address, port, state, use }) => [
    formatAddress(address, 0),
    port,
    state,
    use?.clients,
  ]);

interface Ask {
  readonly from?: string;
  readonly to?: string;
  readonly name: string;
  readonly site?: string;
  readonly reply?: number;
  readonly status?: number;
  readonly bytes?: number;
  readonly asked?: number;
  readonly at?: number;
}

function requests(asks: readonly Ask[]): RequestBatch {
  const batch = allocateRequests(Math.max(1, asks.length));
  for (const {
    from = CLIENT,
    to = SERVER,
    name,
    site = '',
    reply = Reply.answered,
    status = 200,
    bytes = 10,
    ...rest
  } of asks) {
    const row = beginRequest(batch);
    const put = (text: string): readonly [number, number] => {
      const raw = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
      return [keepText(batch, raw, 0, raw.length), raw.length];
    };
    batch.time[row] = START + (rest.at ?? row) * 1e6;
    batch.address.set([...words(from), ...(to === '' ? [0, 0, 0, 0] : words(to))], row * 8);
    batch.port[row] = to === '' ? 0 : 80;
    batch.asked[row] = rest.asked ?? Asked.path;
    batch.reply[row] = reply;
    batch.status[row] = status;
    batch.bytes[row] = bytes;
    [batch.name[row], batch.nameLength[row]] = put(name);
    [batch.site[row], batch.siteLength[row]] = put(site);
    batch.count = row + 1;
  }
  return batch;
}

function asking(asks: readonly Ask[], surface = surfaceOf([])): Surface {
  const batch = requests(asks);
  surface.requests(batch, 0, batch.count);
  return surface;
}

const names = (surface: Surface, ...scanners: string[]): (readonly (string | number | undefined)[])[] =>
  seen(surface, 'name', scanners).map(({ name, status, bytes, use }) => [name, status, bytes, use?.clients]);

test('only answers leave something: probes into the dark leave nothing', () => {
  const surface = surfaceOf([...range(500)].map((n) => ({ from: CLIENT, to: 0xc0000200 + (n % 256), port: n })));
  assert.deepEqual(surface.seen([], START), []);
  assert.deepEqual(surface.answers, { tcp: 0, udp: 0, icmp: 0 });
});

test('a service is open from its first answer to its last, whoever asked', () => {
  const answered = { to: SERVER, port: 22, outcome: Outcome.answered };
  const surface = surfaceOf([
    { ...answered, from: CLIENT, at: 5 },
    { ...answered, from: '203.0.113.77', at: 90 },
    { ...answered, from: CLIENT, at: 20 },
  ]);
  const [service] = seen(surface, 'service');
  assert.deepEqual([service.first, service.last], [START + 5e6, START + 90e6]);
  assert.deepEqual(services(surface), [[SERVER, 22, 'open', undefined]]);
  assert.equal(surface.answers.tcp, 3);
});

test('strangers that answer us are not our surface', () => {
  const surface = surfaceOf(exchange({ from: SERVER, to: '203.0.113.80', port: 443 }));
  assert.deepEqual(surface.seen([], START), []);
});

test('only a question that a closed port refuses closes a service; RST to an ACK does not', () => {
  const open = { from: CLIENT, to: SERVER, port: 22, outcome: Outcome.answered };
  const refused = { ...open, outcome: Outcome.refused, proof: Proof.closed };
  assert.equal(services(surfaceOf([open, { ...refused, method: Method.tcpAck }]))[0][2], 'open');
  assert.equal(services(surfaceOf([open, refused]))[0][2], 'closed');
  assert.equal(services(surfaceOf([open, { ...refused, proof: Proof.filtered | Proof.byRouter }]))[0][2], 'filtered');
  assert.deepEqual(services(surfaceOf([refused])), []);
});

test('hosts are known by what they answered', () => {
  const answered = { from: CLIENT, to: SERVER, outcome: Outcome.answered, protocol: 1 };
  const surface = surfaceOf([
    { ...answered, method: Method.icmpEcho, port: 8 },
    { ...answered, method: Method.icmpTimestamp, port: 13 },
    { from: CLIENT, to: SERVER, port: 1, outcome: Outcome.refused },
  ]);
  assert.deepEqual(
    seen(surface, 'host').map(({ answers }) => answers),
    [1 | 2 | 128],
  );
  assert.deepEqual(surface.answers, { tcp: 1, udp: 0, icmp: 2 });
});

test('clients are those that completed an exchange, each once, without the scanners', () => {
  const talk = (from: string, at: number): ContactSpec[] => exchange({ from, to: SERVER, port: 443, at });
  const surface = surfaceOf([
    ...talk(CLIENT, 1),
    ...talk(CLIENT, 2),
    ...talk('203.0.113.10', 3),
    ...talk('2001:db8::5', 4),
  ]);
  assert.deepEqual(services(surface), [[SERVER, 443, 'open', 3]]);
  assert.deepEqual(services(surface, CLIENT, '198.51.100.1'), [[SERVER, 443, 'open', 2]]);
});

test('use is counted over the last 30 days of the data too', () => {
  const surface = surfaceOf([
    ...exchange({ from: CLIENT, to: SERVER, port: 443, at: 0 }),
    ...exchange({ from: '203.0.113.10', to: SERVER, port: 443, at: 20 * DAY }),
  ]);
  const [{ use }] = seen(surface, 'service', [], START + 40 * DAY * 1e6);
  assert.deepEqual(use, { clients: 2, last30Days: 1, atLeast: false, last: START + 20 * DAY * 1e6 });
});

test('more clients than are kept make the figure an "at least"', () => {
  const surface = surfaceOf([...range(400)].flatMap((n) => exchange({ from: 0xcb000000 + n, to: SERVER, port: 443 })));
  const [{ use }] = seen(surface, 'service');
  assert.ok(use && use.atLeast && use.clients >= 200);
});

test('paths are kept with status and size, and used by those who were served', () => {
  const visit = [...range(4)].map((n) => ({ name: `/p${n}` }));
  const surface = asking([
    ...visit,
    { name: '/gone', reply: Reply.missed, status: 404 },
    { name: '/secret', reply: Reply.denied, status: 403, bytes: 99, from: '203.0.113.66' },
    { name: '/p0', from: '203.0.113.66', bytes: 11 },
  ]);
  assert.deepEqual(names(surface), [
    ['/p0', 200, 11, 1],
    ['/p1', 200, 10, 1],
    ['/p2', 200, 10, 1],
    ['/p3', 200, 10, 1],
    ['/secret', 403, 99, undefined],
  ]);
  assert.deepEqual(names(surface, CLIENT)[0], ['/p0', 200, 11, 0]);
  assert.deepEqual(services(surface), [[SERVER, 80, 'open', 2]]);
});

test('the same path of two sites is two things; a site of a log without addresses is one', () => {
  const surface = asking([
    { name: '/', site: 'a.example' },
    { name: '/', site: 'b.example' },
    { name: '/', site: 'A.example' },
    { name: '/', site: 'a.example', to: '' },
  ]);
  assert.deepEqual(
    seen(surface, 'name').map(({ site, port }) => [site, port]),
    [
      ['a.example', 80],
      ['b.example', 80],
      ['a.example', 0],
    ],
  );
});

test('what a service calls itself: the name of the software is worth more than a status line', () => {
  const surface = surfaceOf([{ from: CLIENT, to: SERVER, port: 80, outcome: Outcome.answered }]);
  const tell = (kind: number, text: string): void => {
    const batch = allocateAnswers(1);
    const raw = new TextEncoder().encode(text);
    batch.address.set([...words(CLIENT), ...words(SERVER)]);
    batch.time[0] = START;
    batch.targetPort[0] = 80;
    batch.protocol[0] = 6;
    batch.service[0] = SERVICES.indexOf('http');
    batch.told[0] = kind;
    batch.length[0] = raw.length;
    batch.text.set(raw);
    batch.count = 1;
    surface.texts(batch);
  };
  const banner = (): string => seen(surface, 'service')[0].banner;
  tell(Told.banner, 'HTTP/1.1 302 Found');
  assert.equal(banner(), 'HTTP/1.1 302 Found');
  tell(Told.server, 'nginx/1.22.1');
  tell(Told.banner, 'HTTP/1.1 200 OK');
  assert.equal(banner(), 'nginx/1.22.1');
  tell(Told.server, 'nginx/1.24.0');
  assert.equal(banner(), 'nginx/1.24.0');
});

test('it is bounded: what finds no room is counted', () => {
  const surface = asking([...range(5000)].map((n) => ({ name: `/${n}` })));
  for (let round = 1; round < 5; round += 1)
    asking(
      [...range(5000)].map((n) => ({ name: `/${round}/${n}` })),
      surface,
    );
  assert.equal(seen(surface, 'name').length, 1 << 14);
  assert.equal(surface.unkept, 25_000 - (1 << 14));
});

test('cut anywhere, the rows leave the same', () => {
  const specs = [...range(60)].flatMap((n) =>
    exchange({ from: 0xcb007100 + (n % 7), to: 0xc0000200 + (n % 5), port: 20 + (n % 3), at: n }),
  );
  const whole = surfaceOf(specs).seen([], START);
  const batch = contacts(specs);
  const cut = surfaceOf([]);
  for (let row = 0; row < batch.count; row += 1) cut.contacts(batch, row, row + 1);
  assert.deepEqual(cut.seen([], START), whole);
});

test('a name at two servers whose addresses differ in one word is two names', () => {
  const servers = ['2001:db8:1::a:0:1', '2001:db8:1::b:0:1'];
  const surface = asking(servers.map((to) => ({ to, name: '/status', reply: Reply.answered, status: 200 })));
  assert.deepEqual(
    seen(surface, 'name').map(({ address }) => formatAddress(address, 0)),
    servers,
  );
});
