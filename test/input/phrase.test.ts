import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Found, Phrase } from '../../src/input/phrase.ts';
import { formatAddress } from '../../src/record/address.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a phrase finds in a line; undefined when it does not fit. */
function match(pattern: string, line: string): { name: string; source: string; count: number } | undefined {
  const bytes = bytesOf(line);
  const found = new Found();
  if (!new Phrase(pattern).match(bytes, 0, bytes.length, found)) return undefined;
  const name = new TextDecoder().decode(bytes.subarray(found.name, found.nameEnd));
  return { name, source: found.sourceTold ? formatAddress(found.address, 0) : '', count: found.count };
}

describe('phrase', () => {
  it('fits to the end of the line, unless it ends in any text', () => {
    assert.equal(match('user {name} from {source}', 'user bob from 192.0.2.7 more'), undefined);
    assert.deepEqual(match('user {name} from {source}{…}', 'user bob from 192.0.2.7 more')?.source, '192.0.2.7');
    assert.equal(match('gone {count} times', 'gone x times'), undefined);
    assert.equal(match('gone {count} times', 'gone 17 times')?.count, 17);
  });

  it('takes the last address that fits, whatever name the other side chose', () => {
    const found = match(
      'user {name} from {source} port {port}',
      'user x from 198.51.100.1 port 1 from 192.0.2.7 port 22',
    );
    assert.deepEqual(found, { name: 'x from 198.51.100.1 port 1', source: '192.0.2.7', count: 0 });
  });

  it('reads addresses with ports, brackets, zones and a dot behind them', () => {
    assert.equal(match('{source}:{port} said', '192.0.2.7:4711 said')?.source, '192.0.2.7');
    assert.equal(match('[{source}]:{port}', '[2001:db8::7]:4711')?.source, '2001:db8::7');
    assert.equal(match('from {source}: {…}', 'from 2001:db8::7: 11: Bye')?.source, '2001:db8::7');
    assert.equal(match('from {source}', 'from fe80::1%eth0')?.source, 'fe80::1');
    assert.equal(match('from {source}.', 'from 192.0.2.7.')?.source, '192.0.2.7');
    assert.equal(match('from {source}', 'from ::ffff:192.0.2.7')?.source, '192.0.2.7');
    assert.equal(match('from {source}', 'from 192.0.2.777'), undefined);
  });

  it('knows a host that has a name from one that is an address', () => {
    assert.equal(match('rhost={host}', 'rhost=host.example.net')?.source, '');
    assert.equal(match('rhost={host}', 'rhost=192.0.2.7')?.source, '192.0.2.7');
  });

  it('finds any name in front of the address that the program wrote', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (name) => {
        const found = match('user {name} from {source} port {port}', `user ${name} from 192.0.2.7 port 22`);
        assert.equal(found?.source, '192.0.2.7');
      }),
    );
  });

  it('takes linear time on lines made to be tried again and again', () => {
    const line = `user ${' from 192.0.2.7 port'.repeat(50_000)} x`;
    assert.equal(match('user {name} from {source} port {port}', line), undefined);
  });
});
