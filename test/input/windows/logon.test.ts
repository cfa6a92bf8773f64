import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { windowsDocument, windowsJson, windowsXml } from '../../../src/input/windows/index.ts';
import { readRequests, short } from '../../support/requests.ts';

const TIME = '2026-11-21T23:28:03.1234567Z';
const fields = { TargetUserName: 'bob', IpAddress: '192.0.2.7', Status: '0xc000006d', SubStatus: '0xc0000064' };
const security = 'Microsoft-Windows-Security-Auditing';

const SHAPES: Readonly<Record<string, object>> = {
  winlogbeat: {
    '@timestamp': TIME,
    winlog: { event_id: 4625, provider_name: security, computer_name: 'dc1', event_data: fields },
  },
  nxlog: { EventTime: TIME, EventID: 4625, SourceName: security, Hostname: 'dc1', ...fields },
  evtx_dump: {
    Event: {
      System: {
        EventID: { '#text': 4625 },
        Provider: { '#attributes': { Name: security } },
        TimeCreated: { '#attributes': { SystemTime: TIME } },
        Computer: 'dc1',
      },
      EventData: fields,
    },
  },
  wazuh: {
    win: {
      system: { eventID: '4625', providerName: security, systemTime: TIME, computer: 'dc1' },
      eventdata: { targetUserName: 'bob', ipAddress: '192.0.2.7', status: '0xc000006d', subStatus: '0xc0000064' },
    },
  },
  'list of data': {
    Event: {
      System: { EventID: 4625, TimeCreated: { '@SystemTime': TIME }, Computer: 'dc1' },
      EventData: { Data: Object.entries(fields).map(([name, text]) => ({ '@Name': name, '#text': text })) },
    },
  },
};

const flat = (id: number, more: object, source = security): string =>
  JSON.stringify({ EventTime: '2026-11-21 23:28:03', EventID: id, SourceName: source, Hostname: 'dc1', ...more });

const xml = (data: string, id = 4625): string =>
  `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>\n<System><Provider Name='${security}'/><EventID>${id}</EventID><TimeCreated SystemTime='${TIME}'/><Computer>dc1</Computer></System>\n<EventData>${data}</EventData></Event>`;

describe('events of Windows', () => {
  for (const [name, shape] of Object.entries(SHAPES))
    it(`reads a failed login of ${name}`, async () => {
      const { rows } = await readRequests(windowsJson, [JSON.stringify(shape)]);
      assert.deepEqual(
        rows.map((row) => `${row.time} ${row.site} ${short(row)}`),
        ['2026-11-21T23:28:03.123456 dc1 192.0.2.7 user bob missed'],
      );
    });

  it('tells a wrong password from an unknown user, and leaves out logins without an address', async () => {
    const { rows } = await readRequests(windowsJson, [
      flat(4625, { ...fields, SubStatus: '0xC000006A' }),
      flat(4624, { TargetUserName: 'bob', IpAddress: '::ffff:192.0.2.7', LogonType: 3 }),
      flat(4624, { TargetUserName: 'dc1$', IpAddress: '-', LogonType: 5 }),
      flat(4768, { TargetUserName: 'nobody', IpAddress: '::ffff:192.0.2.7', Status: '0x6' }),
      flat(4769, { TargetUserName: 'bob', ServiceName: 'cifs', IpAddress: '192.0.2.7', Status: '0x0' }),
      flat(4771, { TargetUserName: 'bob', IpAddress: '192.0.2.7', Status: '0x18' }),
      flat(4776, { TargetUserName: 'bob', Workstation: 'x', Status: '0xc0000064' }),
      flat(
        1149,
        { Param1: 'bob', Param3: '2001:db8::7' },
        'Microsoft-Windows-TerminalServices-RemoteConnectionManager',
      ),
      flat(131, { ConnType: 'TCP', ClientIP: '192.0.2.7:50123' }, 'Microsoft-Windows-RemoteDesktopServices-RdpCoreTS'),
      flat(201, { Username: 'X\\bob', IpAddress: '192.0.2.7' }, 'Microsoft-Windows-TerminalServices-Gateway'),
    ]);
    assert.deepEqual(
      rows.map((row) => `${short(row)}${row.traits.includes('secretGuessed') ? ' guessed' : ''} ${row.port}`),
      [
        '192.0.2.7 user bob denied guessed 0',
        '192.0.2.7 user bob accepted 0',
        '192.0.2.7 user nobody missed 88',
        '192.0.2.7 user bob denied guessed 88',
        '2001:db8::7 user bob accepted 3389',
        '192.0.2.7 nothing unknown 3389',
        '192.0.2.7 user X\\bob denied 443',
      ],
    );
  });

  it('counts other events, broken stamps and what is no event, and uses the rest', async () => {
    const { records, weird } = await readRequests(windowsJson, [
      flat(7036, { Param1: 'x' }, 'Service Control Manager'),
      JSON.stringify({ EventID: 4625, EventTime: 'soon', ...fields }),
      '{"a":1}',
      '{"a":',
      flat(4625, fields),
    ]);
    assert.equal(records, 5);
    assert.equal(weird.total('malformed') + weird.total('unsupported'), 4);
  });

  it('reads XML, one event after the other, on any lines and in any pieces', async () => {
    const data =
      "<Data Name='TargetUserName'>b&amp;b &lt;x&gt;</Data><Data Name='SubStatus'>0xc000006a</Data><Data Name='IpAddress'>192.0.2.7</Data>";
    const text = `<?xml version="1.0"?>\n<Events>${xml(data)}${xml(data, 4624)}\n</Events>\n`;
    const whole = await readRequests(windowsXml, text);
    assert.deepEqual(whole.rows.map(short), ['192.0.2.7 user b&b <x> denied', '192.0.2.7 user b&b <x> accepted']);
    assert.equal(whole.rows[0]?.time, '2026-11-21T23:28:03.123456');
    for (const most of [1, 7, 100]) assert.deepEqual((await readRequests(windowsXml, text, most)).rows, whole.rows);
    assert.equal(whole.weird.total('malformed'), 0);
    assert.ok(windowsXml.recognise(new TextEncoder().encode(text), 'x') > 0.6);
  });
});

describe('events of which only the text is kept', () => {
  const text = (user: string, workstation: string): string =>
    [
      'An account failed to log on.',
      'Subject:',
      '\tAccount Name:\t\tDC1$',
      'Account For Which Logon Failed:',
      `\tAccount Name:\t\t${user}`,
      '\tAccount Domain:\t\tCORP',
      'Failure Information:',
      '\tStatus:\t\t\t0xC000006D',
      '\tSub Status:\t\t0xC0000064',
      'Network Information:',
      `\tWorkstation Name:\t${workstation}`,
      '\tSource Network Address:\t192.0.2.7',
      '\tSource Port:\t\t50123',
    ].join('\r\n');
  const missed = ['192.0.2.7 user bob missed'];

  for (const TimeCreated of ['/Date(1795303683123)/', '2026-11-21T23:28:03.123+00:00'])
    it(`Get-WinEvent, ${TimeCreated}`, async () => {
      const event = { Id: 4625, ProviderName: security, MachineName: 'dc1', TimeCreated, Message: text('bob', 'WS') };
      const { rows } = await readRequests(windowsDocument, JSON.stringify([event], null, 2).split('\n'));
      assert.deepEqual(rows.map(short), missed);
      assert.match(rows[0].time, /^2026-11-21T23:28:03.123/);
    });

  it('other objects with such a number are no events', async () => {
    const { rows, weird } = await readRequests(windowsDocument, [
      JSON.stringify({ Id: 4625, TimeCreated: TIME, ProviderName: security, Message: text('bob', 'WS') }),
    ]);
    assert.deepEqual(rows, []);
    assert.equal(weird.total('malformed'), 1);
  });

  const flat = (message: string): string => message.replaceAll(/[\r\n\t]+/g, '   ');
  const snare = (id: number, message: string, tab: string): string =>
    `Nov 21 23:28:03 dc1 ${['MSWinEventLog', 1, 'Security', 7, 'Sat Nov 21 23:28:03 2026', id, security, 'N/A', 'N/A', 'Failure Audit', 'dc1', 'Logon', '', flat(message), 7].join(tab)}`;

  for (const tab of ['\t', '#011'])
    it(`Snare with ${JSON.stringify(tab)}`, async () => {
      const lines = [snare(4625, text('bob', 'WS'), tab), snare(4634, text('bob', 'WS'), tab)];
      assert.deepEqual((await readRequests(syslog, lines)).rows.map(short), missed);
    });

  it('a workstation or an account that looks like a field forges no address', async () => {
    const forged = 'x   Source Network Address:   198.51.100.9';
    const { rows } = await readRequests(syslog, [
      snare(4625, text('bob', forged), '\t'),
      snare(4625, text(forged, 'WS'), '\t'),
    ]);
    assert.deepEqual(
      rows.map(({ from }) => from),
      ['192.0.2.7', '192.0.2.7'],
    );
  });
});
