import { Asked, beginRequest, Reply, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { parseAddress } from '../../record/address.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { keepString } from '../texts.ts';
import type { EventReader, WindowsEvent } from '../windows/event.ts';

/*
 * Logins as Windows tells them (Microsoft Learn, "Appendix L: Events to Monitor" and the pages of each event; NTSTATUS
 * values: [MS-ERREF] section 2.3; Kerberos results: RFC 4120 section 7.5.9).
 *
 *   4624, 4625        a login, a failed one: TargetUserName, IpAddress, Status, SubStatus
 *   4768, 4769, 4771  Kerberos: a ticket for a user, for a service, a failed pre-authentication: IpAddress, Status
 *   4776              NTLM: names the workstation only, no address
 *   4825              remote desktop refused to a user who may not
 *   TerminalServices-Gateway 200 … 304, RemoteConnectionManager 1149, LocalSessionManager 21, 25, RdpCoreTS 131, 140
 */
interface Kind {
  /** what the provider's name must end in; a provider that is not told passes where this is empty */
  readonly provider: string;
  readonly user: readonly string[];
  readonly address: readonly string[];
  readonly reply: number;
  readonly port: number;
  readonly traits: number;
  /** what the field `Status` and `SubStatus` make of the reply */
  readonly statuses?: ReadonlyMap<string, number>;
  /** tells of successes all day: only failures become rows */
  readonly failuresOnly?: boolean;
}

const { proven, encrypted, secretGuessed } = RequestTrait;
const RDP = 3389;
const KERBEROS = 88;
const GATEWAY_PORT = 443;

const NTSTATUS: ReadonlyMap<string, number> = new Map([['c0000064', Reply.missed]]);
/** of KDC_ERR_C_PRINCIPAL_UNKNOWN, KDC_ERR_S_PRINCIPAL_UNKNOWN */
const KDC: ReadonlyMap<string, number> = new Map([
  ['0', Reply.accepted],
  ['6', Reply.missed],
  ['7', Reply.missed],
]);
/** Statuses that say that a secret was wrong: STATUS_WRONG_PASSWORD, STATUS_LOGON_FAILURE, KDC_ERR_PREAUTH_FAILED. */
const WRONG_SECRET: ReadonlySet<string> = new Set(['c000006a', 'c000006d', '18']);

const security = { provider: '', user: ['TargetUserName'], address: ['IpAddress'], port: 0, traits: proven };
const kerberos = { ...security, port: KERBEROS, traits: 0, reply: Reply.denied, statuses: KDC };
const gateway = {
  provider: 'Gateway',
  user: ['Username'],
  address: ['IpAddress'],
  port: GATEWAY_PORT,
  traits: proven | encrypted,
};
const session = { user: ['User', 'Param1'], address: ['Address', 'Param3'], port: RDP, traits: proven };
const accepted = Reply.accepted;
const denied = Reply.denied;

const KINDS: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [4624, { ...security, reply: accepted }],
  [4625, { ...security, reply: denied, statuses: NTSTATUS }],
  [4768, kerberos],
  [4769, { ...kerberos, user: ['ServiceName'], failuresOnly: true }],
  [4771, kerberos],
  [4825, { ...security, user: ['AccountName'], address: ['ClientAddress'], port: RDP, reply: denied }],
  [200, { ...gateway, reply: accepted }],
  [201, { ...gateway, reply: denied }],
  [300, { ...gateway, reply: accepted }],
  [301, { ...gateway, reply: denied }],
  [302, { ...gateway, reply: accepted }],
  [304, { ...gateway, reply: denied }],
  [1149, { ...session, provider: 'RemoteConnectionManager', reply: accepted }],
  [21, { ...session, provider: 'LocalSessionManager', reply: accepted }],
  [25, { ...session, provider: 'LocalSessionManager', reply: accepted }],
  [131, { ...session, provider: 'RdpCoreTS', address: ['ClientIP'], user: [], reply: Reply.unknown }],
  [140, { ...session, provider: 'RdpCoreTS', address: ['IPString'], user: [], reply: denied }],
]);

class Logon implements EventReader {
  readonly #input: number;

  constructor({ input }: ReaderContext) {
    this.#input = input;
  }

  read(event: WindowsEvent, time: number, sheaf: Sheaf, record: number): number {
    const kind = KINDS.get(event.id);
    if (event.id === 4776) return Line.used;
    if (kind === undefined || !isOf(event.provider, kind.provider)) return Line.foreign;
    const address = parseAddress(hostOf(firstOf(event, kind.address)));
    const status = statusOf(event);
    const reply = kind.statuses?.get(status) ?? kind.reply;
    if (address === null || (kind.failuresOnly && reply === accepted)) return Line.used;
    const { requests: batch } = sheaf;
    const row = beginRequest(batch);
    batch.time[row] = time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    batch.address.set(address, row * 8);
    batch.port[row] = kind.port;
    batch.reply[row] = reply;
    batch.traits[row] = kind.traits | (reply === denied && WRONG_SECRET.has(status) ? secretGuessed : 0);
    const user = firstOf(event, kind.user);
    if (user !== '' && user !== '-') {
      batch.asked[row] = Asked.user;
      batch.name[row] = keepString(batch, user);
      batch.nameLength[row] = batch.textUsed - batch.name[row];
    }
    batch.site[row] = keepString(batch, event.computer);
    batch.siteLength[row] = batch.textUsed - batch.site[row];
    batch.count = row + 1;
    return Line.used;
  }
}

const isOf = (provider: string, wanted: string): boolean =>
  wanted === '' ? provider === '' || /Security/u.test(provider) : provider.includes(wanted);

const firstOf = ({ data }: WindowsEvent, names: readonly string[]): string => {
  for (const name of names) {
    const text = data.get(name);
    if (text !== undefined && text !== '') return text;
  }
  return '';
};

/** `192.0.2.7:50123`, `[2001:db8::7]:50123`, `2001:db8::7%4` without the rest. */
function hostOf(text: string): string {
  if (text.startsWith('[')) return text.slice(1, Math.max(1, text.indexOf(']')));
  const colon = text.indexOf(':');
  const host = colon >= 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
  const zone = host.indexOf('%');
  return zone < 0 ? host : host.slice(0, zone);
}

/** The status that says most, as hexadecimal digits without zeros before them. */
function statusOf({ data }: WindowsEvent): string {
  const sub = plain(data.get('SubStatus') ?? '');
  return sub === '' || sub === '0' ? plain(data.get('Status') ?? '') : sub;
}

const plain = (status: string): string => status.toLowerCase().replace(/^0x0*(?=.)/u, '');

/** Logins among the events of Windows. */
export const logon = (context: ReaderContext): EventReader => new Logon(context);
