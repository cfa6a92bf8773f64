import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/input/index.ts';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { trialContext } from '../../../src/input/trial.ts';
import { windowsDocument, windowsJson, windowsXml } from '../../../src/input/windows/index.ts';
import { readActs } from './rows.ts';

const SYSMON = 'Microsoft-Windows-Sysmon';
const SECURITY = 'Microsoft-Windows-Security-Auditing';
const UTC = '2026-11-21 23:28:03.120';
const TIME = Date.UTC(2026, 10, 21, 23, 28, 3, 120) * 1000;

const STARTED = {
  UtcTime: UTC,
  ProcessId: 4711,
  Image: 'C:\\Tools\\nmap.exe',
  CommandLine: 'nmap -sS 192.0.2.0/24',
  User: 'EX\\bob',
  ParentImage: 'C:\\Windows\\System32\\cmd.exe',
};
const CONNECTED = {
  UtcTime: UTC,
  ProcessId: '4711',
  Image: 'C:\\Tools\\nmap.exe',
  User: 'EX\\bob',
  Protocol: 'tcp',
  SourceIp: '198.51.100.7',
  SourcePort: '50123',
  DestinationIp: '192.0.2.9',
  DestinationPort: '443',
};

const dumped = (id: number, data: object, provider = SYSMON): object => ({
  Event: {
    System: {
      Provider: { '#attributes': { Name: provider } },
      EventID: id,
      TimeCreated: { '#attributes': { SystemTime: '2026-11-21T23:28:05.000000Z' } },
      Computer: 'pc7',
    },
    EventData: data,
  },
});
const lines = (...events: readonly object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

test('a process that starts: who, what, by whom, and when by its own stamp', async () => {
  const { acts, contacts, weird } = await readActs(windowsJson, lines(dumped(1, STARTED)));
  assert.deepEqual(acts, [
    {
      time: TIME,
      record: 1,
      did: 'started',
      process: 4711,
      ends: '',
      host: 'pc7',
      image: 'C:\\Tools\\nmap.exe',
      command: 'nmap -sS 192.0.2.0/24',
      user: 'EX\\bob',
      parent: 'C:\\Windows\\System32\\cmd.exe',
    },
  ]);
  assert.deepEqual([contacts, weird], [[], {}]);
});

test('a connection is a contact of this host, or of the other that began it', async () => {
  const { acts, contacts } = await readActs(
    windowsJson,
    lines(
      dumped(3, { ...CONNECTED, Initiated: true }),
      dumped(3, { ...CONNECTED, Initiated: 'false' }),
      dumped(3, {
        ...CONNECTED,
        Initiated: 'true',
        Protocol: 'udp',
        DestinationIp: '2001:db8::9',
        SourceIp: '2001:db8::7',
      }),
    ),
  );
  assert.deepEqual(
    acts.map(({ ends }) => ends),
    [
      '198.51.100.7:50123 > 192.0.2.9:443/6',
      '192.0.2.9:443 < 198.51.100.7:50123/6',
      '[2001:db8::7]:50123 > [2001:db8::9]:443/17'.replaceAll(/[[\]]/g, ''),
    ],
  );
  assert.deepEqual(contacts, [
    '198.51.100.7:50123 > 192.0.2.9:443/6 tcp-connect unknown',
    '198.51.100.7:50123 > 192.0.2.9:443/6 tcp-connect answered',
    '2001:db8::7:50123 > 2001:db8::9:443/17 udp unknown',
  ]);
});

test('a host that talks with itself, and groups of hosts, are no contacts', async () => {
  const self = { ...CONNECTED, Initiated: 'true', SourceIp: '127.0.0.1', DestinationIp: '127.0.0.1' };
  const group = { ...CONNECTED, Initiated: 'true', Protocol: 'udp', DestinationIp: '224.0.0.251' };
  const same = { ...CONNECTED, Initiated: 'true', DestinationIp: CONNECTED.SourceIp };
  const { acts, contacts } = await readActs(windowsJson, lines(dumped(3, self), dumped(3, group), dumped(3, same)));
  assert.equal(acts.length, 3);
  assert.deepEqual(contacts, []);
});

test('the security log: processes, connections let through and blocked, listeners', async () => {
  const created = {
    NewProcessId: '0x1267',
    NewProcessName: 'C:\\Tools\\nmap.exe',
    CommandLine: 'nmap -sn 192.0.2.0/24',
    SubjectUserName: 'bob',
    ParentProcessName: 'C:\\Windows\\explorer.exe',
  };
  const outward = {
    ProcessID: '4711',
    Application: '\\device\\harddiskvolume2\\tools\\nmap.exe',
    Direction: '%%14593',
    SourceAddress: '198.51.100.7',
    SourcePort: '50123',
    DestAddress: '192.0.2.9',
    DestPort: '22',
    Protocol: '6',
  };
  const inward = { ...outward, Direction: '%%14592', SourcePort: '3389', DestPort: '50999' };
  const turned = {
    ...inward,
    SourceAddress: '192.0.2.9',
    SourcePort: '50999',
    DestAddress: '198.51.100.7',
    DestPort: '3389',
  };
  const { acts, contacts } = await readActs(
    windowsJson,
    lines(
      dumped(4688, created, SECURITY),
      dumped(5156, outward, SECURITY),
      dumped(5156, inward, SECURITY),
      dumped(5156, turned, SECURITY),
      dumped(5157, outward, SECURITY),
      dumped(5152, { ...inward, Protocol: '17' }, SECURITY),
      dumped(5154, { ...outward, SourceAddress: '0.0.0.0', SourcePort: '445' }, SECURITY),
    ),
  );
  assert.deepEqual(
    acts.map(({ did, process, ends }) => `${did} ${process} ${ends}`.trim()),
    [
      'started 4711',
      'connected 4711 198.51.100.7:50123 > 192.0.2.9:22/6',
      'connected 4711 198.51.100.7:3389 < 192.0.2.9:50999/6',
      'connected 4711 198.51.100.7:3389 < 192.0.2.9:50999/6',
      'connected 4711 198.51.100.7:50123 > 192.0.2.9:22/6',
      'listened 4711 0.0.0.0:445 < :::0/6',
    ],
  );
  assert.equal(acts[0].command, 'nmap -sn 192.0.2.0/24');
  assert.deepEqual(contacts, [
    '198.51.100.7:50123 > 192.0.2.9:22/6 tcp-connect unknown',
    '192.0.2.9:50999 > 198.51.100.7:3389/6 tcp-connect answered',
    '192.0.2.9:50999 > 198.51.100.7:3389/6 tcp-connect answered',
    '198.51.100.7:50123 > 192.0.2.9:22/6 tcp-connect refused',
    '192.0.2.9:50999 > 198.51.100.7:3389/17 udp refused',
  ]);
});

test('the same event in every export is the same act', async () => {
  const winlogbeat = {
    '@timestamp': '2026-11-21T23:28:05Z',
    winlog: {
      event_id: 3,
      provider_name: SYSMON,
      computer_name: 'pc7',
      event_data: { ...CONNECTED, Initiated: 'true' },
    },
  };
  const flat = {
    EventTime: '2026-11-21 23:28:05',
    EventID: 3,
    SourceName: SYSMON,
    Hostname: 'pc7',
    ...CONNECTED,
    Initiated: 'true',
  };
  const fields = Object.entries({ ...CONNECTED, Initiated: 'true' }).map(
    ([name, text]) => `<Data Name='${name}'>${text}</Data>`,
  );
  const xml = `<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='${SYSMON}'/><EventID>3</EventID><TimeCreated SystemTime='2026-11-21T23:28:05Z'/><Computer>pc7</Computer></System><EventData>${fields.join('')}</EventData></Event></Events>`;
  const expected = await readActs(windowsJson, lines(dumped(3, { ...CONNECTED, Initiated: 'true' })));
  for (const shape of [winlogbeat, flat]) {
    const { acts, contacts } = await readActs(windowsJson, lines(shape));
    assert.deepEqual([acts, contacts], [expected.acts, expected.contacts]);
  }
  const { acts } = await readActs(windowsXml, xml);
  assert.deepEqual(acts, expected.acts);
  const pretty = JSON.stringify([dumped(3, { ...CONNECTED, Initiated: true })], null, 2);
  assert.deepEqual((await readActs(windowsDocument, pretty)).acts, expected.acts);
  for (const piece of [1, 100]) assert.deepEqual((await readActs(windowsDocument, pretty, piece)).acts, expected.acts);
});

test('a log full of what is not read is known by its shape; lines are lines, documents are documents', () => {
  const registry = dumped(13, { UtcTime: UTC, Image: 'x', TargetObject: 'HKLM\\x' });
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  assert.equal(recognise(encode(lines(registry, registry)), 'x')?.name, 'windows-json');
  assert.equal(recognise(encode(JSON.stringify(registry, null, 2)), 'x')?.name, 'windows-document');
  assert.notEqual(
    recognise(encode(lines({ timestamp: '2026-11-21T23:28:05Z', event_id: 3 })), 'x')?.name,
    'windows-json',
  );
});

test('other events of Sysmon are used, and other programs’ event 1 is not taken for a process', async () => {
  const { acts, records, weird } = await readActs(
    windowsJson,
    lines(dumped(22, { UtcTime: UTC, QueryName: 'x' }), dumped(1, STARTED, 'Microsoft-Windows-Kernel-General')),
  );
  assert.deepEqual([acts.length, records, weird], [0, 2, { 'line-of-another-program': 1 }]);
});

test('Sysmon for Linux: the events of Windows, each in a line of syslog', async () => {
  const line = (id: number, data: object): string =>
    `Nov 21 23:28:03 node1 sysmon: <Event><System><Provider Name="Linux-Sysmon"/><EventID>${id}</EventID><TimeCreated SystemTime="2026-11-21T23:28:05.000000000Z"/><Computer>pc7</Computer></System><EventData>${Object.entries(
      data,
    )
      .map(([name, value]) => `<Data Name="${name}">${value}</Data>`)
      .join('')}</EventData></Event>\n`;
  const other = 'Nov 21 23:28:03 node1 cron[7]: (root) CMD (true)\n';
  const text = `${other}${line(1, STARTED)}${line(3, CONNECTED)}${line(11, { TargetFilename: '/tmp/x' })}`;
  const { acts, weird } = await readActs(syslog, text);
  assert.deepEqual(
    acts.map(({ did, process, image, ends, time }) => [did, process, image, ends, time]),
    [
      ['started', 4711, STARTED.Image, '', TIME],
      ['connected', 4711, CONNECTED.Image, '198.51.100.7:50123 > 192.0.2.9:443/6', TIME],
    ],
  );
  assert.deepEqual(weird, { 'line-of-another-program': 1 });
});

test('what other formats would have assumed, had they been meant, is not said of the one that is', () => {
  const context = trialContext();
  const bytes = new TextEncoder().encode(
    '<Event xmlns="x"><System><Provider Name="Microsoft-Windows-Sysmon"/><EventID>1</EventID><TimeCreated SystemTime="2026-11-21T23:28:03Z"/><Computer>pc7</Computer></System></Event>\nNov 21 23:28:03 node1 sshd[7]: Failed password for root from 192.0.2.7 port 3 ssh2\n',
  );
  assert.equal(recognise(bytes, 'x', context)?.name, 'windows-xml');
  assert.deepEqual(context.dating.assumed, { year: false, zone: false, columns: false });
});
