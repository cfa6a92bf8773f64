import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pcap as pcapInput } from '../../../src/input/capture/pcap.ts';
import { pcapng } from '../../../src/input/capture/pcapng.ts';
import { netflow, netflowIn } from '../../../src/input/flow/netflow.ts';
import { recognise } from '../../../src/input/index.ts';
import { Proof } from '../../../src/record/contact.ts';
import { bytes, ethernet, ip4, pcap, tcp, u16, u32, udp } from '../../support/packets.ts';
import {
  AGO,
  COMMON,
  captured,
  common,
  type Element,
  EXPORTED,
  type Flow,
  ipfix,
  options,
  options9,
  sample,
  set,
  sflow,
  template,
  u64,
  v5,
  v9,
  xdr,
} from './messages.ts';
import { read } from './rows.ts';

const captures = netflowIn(pcapInput);
const A = '192.0.2.7';
const B = '203.0.113.10';
const PROBE: Flow = { from: A, to: B, ports: [44298, 23] };
const RESET: Flow = { from: B, to: A, ports: [23, 44298], flags: 0x14 };
const REFUSED = `${A}:44298 > ${B}:23/6 tcp-syn refused`;
const UNANSWERED = `${A}:44298 > ${B}:23/6 tcp-syn unanswered`;
const UNKNOWN = `${A}:44298 > ${B}:23/6 tcp-syn unknown`;
const START = EXPORTED * 1e6 - AGO * 1000;
const MILLIS: readonly Element[] = [...COMMON, [152, 8], [153, 8]];
const millis = (flow: Flow): ReturnType<typeof bytes> => bytes(common(flow), u64(START / 1000), u64(START / 1000));

/** Data of one template that has these elements besides the common ones. */
const ipfixOf = (elements: readonly Element[], ...records: readonly ReturnType<typeof bytes>[]) =>
  ipfix([set(2, template(400, elements)), set(400, ...records)]);

describe('versions', () => {
  test('5, 9 and IPFIX tell the same, times included', async () => {
    const five = v5([PROBE, RESET]);
    const uptimes: readonly Element[] = [...COMMON, [22, 4], [21, 4]];
    const at = u32(3_600_000 - AGO);
    const data = [PROBE, RESET].map((flow) => bytes(common(flow), at, at));
    const nine = v9([set(0, template(256, uptimes)), set(256, ...data)]);
    const ten = ipfixOf(MILLIS, millis(PROBE), millis(RESET));
    for (const message of [five, nine, ten]) {
      const told = await read(captures, captured(message));
      assert.deepEqual(told.contacts, [REFUSED]);
      assert.deepEqual(told.times, [START]);
      assert.deepEqual(told.proofs, [Proof.closed]);
      assert.deepEqual(told.weird, {});
      assert.deepEqual(await read(netflow, message), told);
    }
  });

  test('1 and 7', async () => {
    const head = (version: number) => bytes(u16(version), u16(1), u32(3_600_000), u32(EXPORTED), u32(0));
    const start = v5([PROBE]).subarray(24, 60);
    const one = bytes(head(1), start, u16(0), 6, 0, 2, new Uint8Array(11));
    const seven = bytes(head(7), u32(1), u32(0), start, 0, 2, 6, 0, new Uint8Array(12));
    for (const message of [one, seven]) {
      const told = await read(netflow, message);
      assert.deepEqual(told.contacts, [UNANSWERED]);
      assert.deepEqual(told.times, [START]);
    }
  });

  test('files of messages in pieces of any size, through damage', async () => {
    const file = bytes(v5([PROBE]), new Uint8Array(100).fill(0xee), ipfixOf(MILLIS, millis(RESET)), v5([RESET]));
    for (const piece of [1, 7, 64, file.length]) {
      const told = await read(netflow, file, piece);
      assert.deepEqual(told.contacts, [REFUSED]);
      assert.deepEqual(told.weird, { 'export-version-unsupported': 1 });
      assert.equal(told.records, 4);
    }
    const cut = await read(netflow, file.subarray(0, file.length - 20));
    assert.deepEqual(cut.weird, { 'export-version-unsupported': 1, 'export-set-malformed': 1 });
  });
});

describe('templates', () => {
  const data = set(256, millis(PROBE));
  const layout = set(2, template(256, MILLIS));

  test('data waits for its template, of the same exporter and domain', async () => {
    const told = await read(captures, captured(ipfix([data]), ipfix([layout])));
    assert.deepEqual(told.contacts, [UNANSWERED]);
    for (const other of [captured(ipfix([data]), ipfix([layout], 2)), captured(ipfix([data]), [ipfix([layout]), B])]) {
      const { contacts, weird, records } = await read(captures, other);
      assert.deepEqual([contacts, weird, records], [[], { 'export-template-unknown': 1 }, 1]);
    }
  });

  test('exporters of version 6 addresses are told apart', async () => {
    const other = set(2, template(256, [[8, 4]]));
    const from = (last: number): string => `2001:db8::${last}`;
    const file = captured([ipfix([layout]), from(1)], [ipfix([other]), from(2)], [ipfix([data]), from(1)]);
    assert.deepEqual((await read(captures, file)).contacts, [UNANSWERED]);
  });

  test('withdrawn, one and all', async () => {
    const withdrawn = [template(256, []), template(2, [])];
    for (const body of withdrawn) {
      const told = await read(captures, captured(ipfix([layout, set(2, body), data])));
      assert.deepEqual([told.contacts, told.weird], [[], { 'export-template-unknown': 1 }]);
    }
    const kept = await read(captures, captured(ipfix([layout, set(3, template(3, []), u16(0)), data])));
    assert.deepEqual(kept.contacts, [UNANSWERED]);
  });

  test('fields of variable length, of enterprises, and of none', async () => {
    const elements: readonly Element[] = [[82, 65535], [100, 65535, 6871], [210, 0], ...MILLIS];
    const long = bytes(255, u16(300), new Uint8Array(300));
    const record = bytes(3, new Uint8Array(3), long, millis(PROBE));
    const told = await read(captures, captured(ipfixOf(elements, record, record)));
    assert.deepEqual(told.contacts, [UNANSWERED]);
    assert.equal(told.records, 2);
    const broken = await read(captures, captured(ipfixOf(elements, record.subarray(0, 200))));
    assert.deepEqual(broken.weird, { 'export-set-malformed': 1 });
  });

  test('what waits, and what is kept, has a bound', async () => {
    const waiting = Array.from({ length: 300 }, (_, at) => set(300 + at, millis(PROBE)));
    const told = await read(captures, captured(ipfix(waiting)));
    assert.deepEqual(told.weird, { 'export-template-unknown': 300 });
    const many = Array.from({ length: 5 }, (_, domain) =>
      ipfix([set(2, ...Array.from({ length: 1000 }, (__, at) => template(300 + at, [[8, 4]])))], domain),
    );
    assert.deepEqual((await read(netflow, bytes(...many))).weird, { 'export-templates-forgotten': 1 });
  });

  test('malformed: no fields of any length, cut, too many', async () => {
    const bad = [template(256, [[8, 0]]), bytes(u16(256), u16(3), u16(8), u16(4)), bytes(u16(256), u16(9000), u32(0))];
    for (const body of bad) {
      const { weird } = await read(captures, captured(ipfix([set(2, body)])));
      assert.deepEqual(weird, { 'export-template-malformed': 1 });
    }
  });
});

describe('records', () => {
  const timed = async (elements: readonly Element[], ...values: readonly ReturnType<typeof bytes>[]) =>
    (await read(captures, captured(ipfixOf([...COMMON, ...elements], bytes(common(PROBE), ...values))))).times;
  const NTP = 2_208_988_800;

  test('all elements of time', async () => {
    const seconds = u32(EXPORTED - 9);
    assert.deepEqual(
      await timed(
        [
          [150, 4],
          [151, 4],
        ],
        seconds,
        seconds,
      ),
      [(EXPORTED - 9) * 1e6],
    );
    assert.deepEqual(await timed([[152, 8]], u64(START / 1000)), [START]);
    const ntp = bytes(u32(EXPORTED + NTP), u32(2 ** 31));
    assert.deepEqual(await timed([[154, 8]], ntp), [(EXPORTED + 0.5) * 1e6]);
    assert.deepEqual(await timed([[156, 8]], ntp), [(EXPORTED + 0.5) * 1e6]);
    assert.deepEqual(await timed([[158, 4]], u32(2_500_000)), [(EXPORTED - 2.5) * 1e6]);
    const init = u64((EXPORTED - 3600) * 1000);
    assert.deepEqual(
      await timed(
        [
          [160, 8],
          [22, 4],
        ],
        init,
        u32(1_234_567),
      ),
      [(EXPORTED - 3600) * 1e6 + 1_234_567_000],
    );
    assert.deepEqual(await timed([[323, 8]], u64(START / 1000)), [START]);
    assert.deepEqual(await timed([]), [EXPORTED * 1e6]);
  });

  test('a start of uptime told by options, and a wrapped uptime', async () => {
    const told = [
      set(
        3,
        options(500, 1, [
          [149, 4],
          [160, 8],
        ]),
      ),
      set(500, u32(1), u64((EXPORTED - 3600) * 1000)),
    ];
    const flows = [set(2, template(400, [...COMMON, [22, 4]])), set(400, common(PROBE), u32(1000))];
    const { times } = await read(captures, captured(ipfix([...told, ...flows])));
    assert.deepEqual(times, [(EXPORTED - 3599) * 1e6]);
    const wrapped = v5([{ ...PROBE, ago: 3_600_000 + 1000 }]);
    assert.deepEqual((await read(netflow, wrapped)).times, [(EXPORTED - 3601) * 1e6]);
  });

  test('times that cannot be', async () => {
    for (const time of [u64(1), u64(2 ** 60)]) {
      const file = captured(ipfixOf([...COMMON, [152, 8]], bytes(common(PROBE), time)));
      assert.deepEqual((await read(captures, file)).weird, { 'flow-time-impossible': 1 });
    }
  });

  test('both directions in one record: reverse elements', async () => {
    const elements: readonly Element[] = [...MILLIS, [2, 4, 29305], [1, 4, 29305], [6, 1, 29305]];
    const reverse = (packets: number, size: number, flags: number) => bytes(u32(packets), u32(size), flags);
    const of = async (flow: Flow, back: ReturnType<typeof bytes>) =>
      (await read(captures, captured(ipfixOf(elements, bytes(millis(flow), back))))).contacts;
    assert.deepEqual(await of(PROBE, reverse(1, 40, 0x14)), [REFUSED]);
    assert.deepEqual(await of(PROBE, reverse(0, 0, 0)), [UNANSWERED]);
    const talk: Flow = { ...PROBE, flags: 0x1b, packets: 6, bytes: 900 };
    assert.deepEqual(await of(talk, reverse(5, 2000, 0x1b)), [`${A}:44298 > ${B}:23/6 tcp-connect answered`]);
    const turned: readonly Element[] = [...elements, [239, 1]];
    const said = bytes(millis({ ...talk, from: B, to: A, ports: [23, 44298] }), reverse(5, 2000, 0x1b), 2);
    const { contacts } = await read(captures, captured(ipfixOf(turned, said)));
    assert.deepEqual(contacts, [`${A}:44298 > ${B}:23/6 tcp-connect answered`]);
  });

  test('a firewall that denies', async () => {
    const elements: readonly Element[] = [...MILLIS, [233, 1]];
    const told = await read(captures, captured(ipfixOf(elements, bytes(millis(PROBE), 3))));
    assert.deepEqual(told.contacts, [REFUSED]);
    assert.deepEqual(told.proofs, [Proof.filtered]);
  });

  test('IPv6, reduced lengths, ICMP types in elements of their own', async () => {
    const six: readonly Element[] = [
      [27, 16],
      [28, 16],
      [4, 1],
      [178, 1],
      [179, 1],
      [2, 2],
      [152, 8],
    ];
    const ends = ['2001:db8::7', '2001:db8:50::1'].map((name) => ip6Bytes(name));
    const record = bytes(ends[0], ends[1], 58, 128, 0, u16(2), u64(START / 1000));
    const { contacts } = await read(captures, captured(ipfixOf(six, record)));
    assert.deepEqual(contacts, ['2001:db8::7:0 > 2001:db8:50::1:128/58 icmp-echo unanswered']);
  });

  test('no addresses', async () => {
    const told = await read(
      captures,
      captured(
        ipfixOf(
          [
            [56, 6],
            [80, 6],
          ],
          new Uint8Array(12),
        ),
      ),
    );
    assert.deepEqual([told.weird, told.records], [{ 'flow-without-addresses': 1 }, 1]);
  });
});

const ip6Bytes = (name: string) => {
  const [left, right] = name.split('::').map((side) => side.split(':').map((word) => Number.parseInt(word, 16)));
  const middle = Array<number>(8 - left.length - right.length).fill(0);
  return bytes(...[...left, ...middle, ...right].map((word) => u16(word)));
};

describe('sampling: silence is not known', () => {
  test('told in the header, in options, in the record', async () => {
    const layout = template(400, MILLIS);
    const data = set(400, millis(PROBE));
    const nine = v9([
      set(
        1,
        options9(500, 1, [
          [1, 4],
          [34, 4],
          [35, 1],
        ]),
      ),
      set(500, u32(1), u32(100), bytes(2)),
    ]);
    const ten = ipfix([
      set(
        3,
        options(500, 1, [
          [302, 1],
          [305, 4],
          [306, 4],
        ]),
      ),
      set(500, u32(1).subarray(3), u32(1), u32(99)),
    ]);
    const own = ipfixOf([...MILLIS, [34, 4]], bytes(millis(PROBE), u32(10)));
    const files = [
      captured(v5([PROBE], 100)),
      captured(nine, v9([set(0, layout), data])),
      captured(ten, ipfix([set(2, layout), data])),
      captured(own),
    ];
    for (const file of files) assert.deepEqual((await read(captures, file)).contacts, [UNKNOWN]);
    const none = captured(nine, v9([set(0, layout), data], 2));
    assert.deepEqual((await read(captures, none)).contacts, [UNANSWERED]);
  });
});

describe('sflow', () => {
  const frame = (flags: number) => ethernet(ip4(tcp({ from: 44298, to: 23, flags }), { source: A, target: B }));
  const header = (whole: Uint8Array, protocol = 1) =>
    xdr(1, u32(protocol), u32(whole.length + 4), u32(4), u32(whole.length), bytes(whole));

  test('packet headers, counters passed over', async () => {
    const counters = xdr(2, new Uint8Array(40));
    const told = await read(captures, captured(sflow(counters, sample(256, header(frame(2))))));
    assert.deepEqual(told.contacts, [UNKNOWN]);
    assert.deepEqual(told.times, [EXPORTED * 1e6]);
    assert.deepEqual([told.records, told.weird], [1, {}]);
    const every = await read(captures, captured(sflow(sample(1, header(frame(2))))));
    assert.deepEqual(every.contacts, [UNANSWERED]);
  });

  test('headers without Ethernet; addresses and ports; expanded samples', async () => {
    const packet = ip4(udp({ from: 5000, to: 161, payload: bytes(1, 2) }), { source: A, target: B });
    const named = xdr(
      3,
      u32(60),
      u32(6),
      bytes(192, 0, 2, 7),
      bytes(203, 0, 113, 10),
      u32(44298),
      u32(23),
      u32(2),
      u32(0),
    );
    const expanded = xdr(3, u32(1), u64(2), u32(9), u32(0), u32(0), u64(1), u64(2), u32(1), named);
    const told = await read(captures, captured(sflow(sample(9, header(packet, 11)), expanded)));
    assert.deepEqual(told.contacts.sort(), [UNKNOWN, `${A}:5000 > ${B}:161/17 udp unknown`]);
  });

  test('malformed samples and headers are counted', async () => {
    const cut = sflow(sample(9, header(frame(2)))).slice(0, 100);
    assert.deepEqual((await read(captures, captured(cut))).weird, { 'export-sample-malformed': 1 });
    const odd = await read(captures, captured(sflow(sample(9, header(bytes(1, 2, 3))))));
    assert.deepEqual([odd.weird, odd.records], [{ 'link-header-cut': 1 }, 1]);
  });
});

describe('recognised', () => {
  const syn = ethernet(ip4(tcp({ flags: 2 })));
  const named = (file: Uint8Array): string | undefined => recognise(file, 'x')?.name;

  test('captures of exports, and captures that hold a few', () => {
    const exports = captured(v5([PROBE]), v5([RESET]), ipfixOf(MILLIS, millis(PROBE)));
    assert.equal(named(exports), 'netflow-pcap');
    assert.equal(named(captured(sflow())), 'netflow-pcap');
    const packet = ethernet(ip4(udp({ from: 9, to: 2055, payload: v5([PROBE]) })));
    assert.equal(named(pcap([packet, syn, syn])), 'pcap');
    assert.equal(named(pcap([packet, packet, syn])), 'netflow-pcap');
    assert.equal(named(pcap([])), 'pcap');
    assert.equal(netflowIn(pcapng).recognise(exports, 'x'), 0);
  });

  test('files of messages', () => {
    assert.equal(named(v5([PROBE])), 'netflow');
    assert.equal(named(v9([set(0, template(256, COMMON))])), 'netflow');
    assert.equal(named(ipfixOf(MILLIS, millis(PROBE))), 'netflow');
    assert.equal(named(bytes(u16(5), u16(2000), new Uint8Array(3000))), undefined);
  });

  test('what is no export in a capture of exports is counted', async () => {
    const other = ethernet(ip4(udp({ from: 9, to: 53, payload: bytes(1, 2, 3) })));
    const file = pcap([
      ethernet(ip4(udp({ to: 2055, payload: v5([PROBE]) }))),
      other,
      syn,
      ethernet(ip4(tcp({ flags: 16 }))),
    ]);
    const told = await read(captures, file);
    assert.deepEqual([told.weird['datagram-not-export'], told.records], [3, 4]);
  });
});

describe('hostile', () => {
  test('any damage is counted or read, nothing is thrown, records are few', async () => {
    const whole = captured(
      v9([set(0, template(256, COMMON)), set(256, common(PROBE))]),
      ipfixOf([[82, 65535], ...MILLIS], bytes(1, 0, millis(PROBE))),
      sflow(sample(9, xdr(1, u32(1), u32(60), u32(4), u32(54), bytes(ethernet(ip4(tcp({ flags: 2 }))))))),
    );
    const flips = [4, 255, 1, 128];
    for (let at = 24; at < whole.length; at += 2) {
      const damaged = whole.slice();
      damaged[at] ^= flips[at % 4];
      const { records } = await read(captures, damaged);
      assert.ok(records < 100, `${records} records with byte ${at} damaged`);
    }
  });
});
