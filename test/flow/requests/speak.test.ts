import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bytes, type Frame } from '../../support/packets.ts';
import { IP4, IP6, observe } from '../observed.ts';
import { FOUND, GET, MISSED, short, Talk, told } from './talk.ts';

for (const ends of [IP4, IP6])
  test(`a request tells who asked whom for what, and how it was answered (${ends.name})`, () => {
    const asked =
      'GET /a/b?c=d HTTP/1.1\r\nhOsT:  WWW.a.example:8080 \r\nUser-agent: x/1 (y)\r\nreferer: http://b.example/\r\n\r\n';
    const { frames } = new Talk({ ends, to: 8080 }).says(asked).hears(FOUND);
    assert.deepEqual(told(frames), [
      {
        source: ends.source,
        server: ends.target,
        port: 8080,
        seconds: 0.03,
        record: 4,
        asked: 'path',
        reply: 'answered',
        verb: 'GET',
        status: 200,
        bytes: 3,
        traits: ['agentTold', 'refererTold', 'proven'],
        name: '/a/b?c=d',
        site: 'www.a.example',
        agent: 'x/1 (y)',
        referer: 'http://b.example/',
      },
    ]);
  });

describe('one connection, several requests', () => {
  const again = 'GET /b HTTP/1.1\r\nHost: a.example\r\n\r\n';
  const both = ['GET /a 200 3 answered', 'GET /b 404 2 missed'];

  test('one after the other', () => {
    const { frames } = new Talk().says(GET).hears(FOUND).says(again).hears(MISSED);
    assert.deepEqual(short(frames), both);
    assert.deepEqual(
      told(frames).map(({ record }) => record),
      [4, 6],
    );
  });

  test('all at once, and all answered at once', () => {
    assert.deepEqual(short(new Talk().says(GET + again).hears(FOUND + MISSED).frames), both);
  });

  test('in whatever pieces', () => {
    const talk = new Talk();
    for (const byte of GET + again) talk.says(byte);
    for (const byte of FOUND + MISSED) talk.hears(byte);
    assert.deepEqual(short(talk.frames), both);
    assert.deepEqual(
      told(talk.frames).map(({ record }) => record),
      [4, 4 + GET.length],
    );
  });

  test('in whatever batches', () => {
    const { frames } = new Talk().says(GET).hears(FOUND).says(again).hears(MISSED);
    for (const batches of [[1], [2, 3], [5, 1]]) assert.deepEqual(told(frames, { batches }), told(frames));
  });

  test('sent twice they are one', () => {
    const { frames } = new Talk().says(GET).repeats().hears(FOUND).repeats().says(again).repeats().hears(MISSED);
    assert.deepEqual(short(frames), both);
  });

  test('more than are waited for: the reply of one that was given up is not another one’s', () => {
    const numbers = Array.from({ length: 262 }, (_, n) => n);
    const talk = new Talk();
    for (const n of numbers) talk.says(`GET /${n} HTTP/1.1\r\n\r\n`);
    for (const n of numbers) talk.hears(`HTTP/1.1 200 x\r\nContent-Length: ${n}\r\n\r\n${'x'.repeat(n)}`);
    const expected = numbers.map((n) => (n < 6 ? `GET /${n} 0 ? unknown` : `GET /${n} 200 ${n} answered`));
    assert.deepEqual(short(talk.frames), expected);
  });
});

describe('the size of a body', () => {
  const sizeOf = (...parts: readonly string[]): string => {
    const talk = new Talk().says(GET);
    for (const part of parts) talk.hears(part);
    return short(talk.says(GET).hears(MISSED).frames).join(', ');
  };
  const rest = ', GET /a 404 2 missed';

  test('is what the chunks hold, however they are cut', () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    const expected = `GET /a 200 30 answered${rest}`;
    assert.equal(sizeOf(`${head}1E;x=y\r\n${'z'.repeat(30)}\r\n0\r\n\r\n`), expected);
    assert.equal(
      sizeOf(head, '1', '0\r', `\n${'z'.repeat(16)}\r`, `\ne\r\n${'z'.repeat(9)}`, 'zzzzz\r\n0\r\na: b\r\n\r', '\n'),
      expected,
    );
  });

  test('is not known when chunks are missing', () => {
    const talk = new Talk().says(GET).hears('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab');
    talk.hears('cde\r\n4\r\n', false).hears('more\r\n0\r\n\r\n').says(GET).hears(MISSED);
    assert.deepEqual(short(talk.frames), ['GET /a 200 ? answered', 'GET /a 404 2 missed']);
  });

  test('lasts until the end where nothing tells it', () => {
    const talk = new Talk().says(GET).hears('HTTP/1.0 200 OK\r\n\r\nabc').hears('def', false).hears('ghi');
    assert.deepEqual(short(talk.breaksOff().frames), ['GET /a 200 9 answered']);
  });

  test('is nothing after HEAD and where there is no content', () => {
    const talk = new Talk().says('HEAD /a HTTP/1.1\r\n\r\n').hears('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n');
    talk.says(GET).hears('HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n').says(GET).hears(MISSED);
    assert.deepEqual(short(talk.frames), ['HEAD /a 200 0 answered', 'GET /a 304 0 answered', 'GET /a 404 2 missed']);
  });

  test('is passed over without being read, seen or not', () => {
    const talk = new Talk().says(GET).hears('HTTP/1.1 200 OK\r\nContent-Length: 80\r\n\r\n').hears(FOUND);
    talk
      .hears('x'.repeat(80 - FOUND.length), false)
      .says(GET)
      .hears(MISSED);
    assert.deepEqual(short(talk.frames), ['GET /a 200 80 answered', 'GET /a 404 2 missed']);
  });
});

describe('a request’s body', () => {
  const post = (size: number): string => `POST /a HTTP/1.1\r\nContent-Length: ${size}\r\n\r\n`;

  test('is no request, whatever it says', () => {
    const talk = new Talk().says(post(GET.length)).says(GET).hears(FOUND).says(GET).hears(MISSED);
    assert.deepEqual(short(talk.frames), ['POST /a 200 3 answered', 'GET /a 404 2 missed']);
  });

  test('that is left out because the head was refused is not waited for', () => {
    const talk = new Talk().says(post(1000)).hears(MISSED).says(GET).hears(FOUND);
    assert.deepEqual(short(talk.frames), ['POST /a 404 2 missed', 'GET /a 200 3 answered']);
  });
});

test('a provisional response is not the answer; after a change of protocol nothing is read', () => {
  const talk = new Talk().says(GET).hears('HTTP/1.1 100 Continue\r\n\r\n').hears('HTTP/1.1 101 Switching\r\n\r\n');
  assert.deepEqual(short(talk.says(GET).hears(FOUND).frames), ['GET /a 101 0 unknown']);
  const tunnel = new Talk().says('CONNECT b.example:443 HTTP/1.1\r\n\r\n').hears('HTTP/1.1 200 OK\r\n\r\n');
  assert.deepEqual(short(tunnel.says(GET).hears(FOUND).frames), ['CONNECT b.example:443 200 0 answered']);
});

describe('requests that break the grammar', () => {
  const bad = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n';
  const cases: readonly [string, string][] = [
    ['GET / HTTP/9.8\r\n\r\n', 'GET / 400 0 malformed brokenLine'],
    ['GET / JUNK/1.0\r\n\r\n', 'GET / JUNK/1.0 400 0 malformed brokenLine'],
    ['get / http/1.0\r\n\r\n', 'other / 400 0 malformed brokenLine'],
    ['GET /\r\n', 'GET / 400 0 malformed brokenLine'],
    ['GET /a b HTTP/1.1\r\n\r\n', 'GET /a b 400 0 malformed brokenLine'],
    ['GET a HTTP/1.1\r\n\r\n', 'GET a 400 0 malformed brokenLine'],
    ['JUNK / HTTP/1.1\r\n\r\n', 'other / 400 0 malformed'],
    ['FOO bar\r\n\r\n', 'other bar 400 0 malformed brokenLine'],
    ['\r\n\r\n', '- - 400 0 malformed brokenLine'],
    ['\x16\x03\x01\x00\x05hello', '- - 400 0 malformed brokenLine'],
  ];
  for (const [asked, expected] of cases)
    test(JSON.stringify(asked), () => assert.deepEqual(short(new Talk().says(asked).hears(bad).frames), [expected]));

  test('once HTTP is spoken anything counts', () => {
    const talk = new Talk()
      .says(GET)
      .hears(FOUND)
      .says(bytes(1, 2, 3, 10))
      .hears(bad);
    assert.deepEqual(short(talk.frames), ['GET /a 200 3 answered', '- \x01\x02\x03 400 0 malformed brokenLine']);
  });
});

test('what is not answered in HTTP was no request, unless it was certainly one', () => {
  assert.deepEqual(short(new Talk({ to: 11211 }).says('get key\r\n').hears('END\r\n').frames), []);
  assert.deepEqual(
    short(new Talk({ to: 21 }).hears('220 hello\r\n').says('CWD /pub\r\n').hears('250 ok\r\n').frames),
    [],
  );
  assert.deepEqual(
    short(new Talk({ to: 554 }).says('OPTIONS / RTSP/1.0\r\n\r\n').hears('RTSP/1.0 200\r\n').frames),
    [],
  );
  assert.deepEqual(short(new Talk({ to: 22 }).says(GET).hears('SSH-2.0-x\r\n').frames), ['GET /a 0 ? unknown']);
});

describe('what is missing', () => {
  test('an answer: told when the flow ends, or at the end of all data', () => {
    const { frames } = new Talk().says(GET);
    assert.deepEqual(short(frames), ['GET /a 0 ? unknown']);
    const early = observe(new Talk().says(GET).breaksOff().frames, { clocks: [20, 21] });
    assert.equal(early.requests.length, 1);
  });

  test('the server’s whole direction', () => {
    const { frames } = new Talk().says(GET).says(GET).says('GET /b HTTP/1.1\r\nHo');
    assert.deepEqual(short(frames.filter((_, at) => at !== 1)), [
      'GET /a 0 ? unknown',
      'GET /a 0 ? unknown',
      'GET /b 0 ? unknown',
    ]);
  });

  test('the beginning of the connection', () => {
    assert.deepEqual(short(new Talk().says(GET).hears(FOUND).frames.slice(3)), ['GET /a 200 3 answered']);
  });

  test('a segment of the client or of the server', () => {
    const talk = new Talk().says(GET).hears(FOUND).says(GET, false).hears(MISSED, false).says(GET).hears(FOUND);
    assert.deepEqual(short(talk.frames), ['GET /a 200 3 answered', 'GET /a 200 3 answered']);
    const lost = new Talk().says(GET).hears(FOUND, false).says(GET).hears(MISSED);
    assert.deepEqual(short(lost.frames).length, 2);
  });
});

describe('whose answer it is', () => {
  const asked = (n: number): string => `GET /${n} HTTP/1.1\r\n\r\n`;
  const answer = (n: number): string => `HTTP/1.1 200 OK\r\nContent-Length: ${n}\r\n\r\n${'x'.repeat(n)}`;

  test('an answer that overtakes its request on the way is still its own', () => {
    const { frames } = new Talk().says(asked(1)).hears(answer(1)).says(asked(2)).hears(answer(2)).swaps();
    const late = new Talk({ from: 40001 }).says(asked(3)).hears(answer(3)).swaps().says(asked(4)).hears(answer(4));
    assert.deepEqual(short(frames), ['GET /1 200 1 answered', 'GET /2 200 2 answered']);
    assert.deepEqual(short(late.frames), ['GET /3 0 ? unknown', 'GET /4 200 4 answered']);
  });

  test('a request, or an answer, that the capture missed', () => {
    const request = new Talk().says(asked(1)).hears(answer(1)).says(asked(2), false).hears(answer(2));
    assert.deepEqual(short(request.says(asked(3)).hears(answer(3)).frames), [
      'GET /1 200 1 answered',
      'GET /3 200 3 answered',
    ]);
    const missed = new Talk().says(asked(1)).hears(answer(1), false).says(asked(2)).hears(answer(2));
    assert.deepEqual(short(missed.frames), ['GET /1 0 ? unknown', 'GET /2 200 2 answered']);
  });

  test('whatever is lost or changes places, nobody gets the answer of another', () => {
    const step = fc.record({ says: fc.boolean(), hears: fc.boolean(), swaps: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const talk = new Talk();
        for (const [n, { says, hears, swaps }] of steps.entries()) {
          talk.says(asked(n), says).hears(answer(n), hears);
          if (says && hears && swaps) talk.swaps();
        }
        for (const { name, status, bytes: size } of told(talk.frames))
          assert.ok(status === 0 || (status === 200 && `/${size}` === name), `${name} ${status} ${size}`);
      }),
    );
  });
});

test('a head that never ends is told as far as it came', () => {
  const talk = new Talk().says('GET /a HTTP/1.1\r\nUser-Agent: slow\r\n');
  for (let n = 0; n < 100; n += 1) talk.says(`X-${n}: ${'y'.repeat(60)}\r\n`);
  const [only, ...others] = told(talk.frames);
  assert.equal(others.length, 0);
  assert.deepEqual([only.name, only.agent, only.reply], ['/a', 'slow', 'unknown']);
});

test('long texts are cut, the name last', () => {
  const agent = 'u'.repeat(600);
  const target = `/${'t'.repeat(3000)}`;
  const [only] = told(new Talk().says(`GET ${target} HTTP/1.1\r\nUser-Agent: ${agent}\r\n\r\n`).hears(FOUND).frames);
  assert.deepEqual([only.agent, only.name], [agent.slice(0, 255), target.slice(0, 1024 - 255)]);
});

/** Requests of many connections at once, nobody answers. */
const flood = (count: number): Frame[] => {
  const talks = Array.from({ length: count }, (_, n) => new Talk({ from: 1024 + n }).says(GET).frames);
  return [0, 1, 2, 3].flatMap((step) => talks.map((frames) => frames[step]));
};

test('more requests than can wait: none is lost', () => {
  const frames = flood(3000);
  const { requests, shards } = observe(frames, { capacity: 8192, batches: [500] });
  assert.equal(requests.length, 3000);
  assert.equal(new Set(requests.map(({ record }) => record)).size, 3000);
  assert.ok(shards.every(({ unheard }) => unheard === 0));
});

test('more requests than a batch has room for: what does not fit comes with the next', () => {
  const line = `GET /${'x'.repeat(900)} HTTP/1.1\r\n\r\n`;
  const talks = Array.from({ length: 600 }, (_, n) => new Talk({ from: 1024 + n }).says(line).hears(FOUND).frames);
  const frames = talks.flatMap((all) => all.slice(0, 4)).concat(talks.flatMap((all) => all.slice(4)));
  assert.equal(observe(frames, { batches: [2400, 600] }).requests.length, 600);
});
