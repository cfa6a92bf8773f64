import { Outcome, Proof } from '../../record/contact.ts';
import { Did } from '../../record/execution.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { nothingAssumed, type ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import type { EventReader, WindowsEvent } from '../windows/event.ts';
import { type Act, addressOf, portOf, processOf, TRANSPORTS, tell } from './tell.ts';

/*
 * Processes as Windows tells of them (Microsoft Learn: "Sysmon v15", events 1 and 3; "Audit Process Creation", 4688;
 * "Audit Filtering Platform Connection" and "… Packet Drop", 5152 … 5157).
 *
 *   Sysmon 1     UtcTime, ProcessId, Image, CommandLine, User, ParentImage, ParentProcessId
 *   Sysmon 3     UtcTime, ProcessId, Image, User, Protocol, Initiated, SourceIp, SourcePort, DestinationIp, DestinationPort
 *                source is who began: this host when Initiated is true, else the other
 *   4688         NewProcessId, NewProcessName, CommandLine, SubjectUserName, ParentProcessName, ProcessId (of the parent)
 *   5154         a process listens: SourceAddress, SourcePort, Protocol
 *   5156, 5157   a connection was let through, was blocked: ProcessID, Application, Direction %%14592 (in) | %%14593 (out),
 *                SourceAddress, SourcePort, DestAddress, DestPort, Protocol; the source is this host in either direction
 *   5152         a packet was dropped: the same fields
 *
 * Of inward events some versions have it the other way about: there the end with the lower port is this host's.
 */
const INWARD = '%%14592';
/** Ports that Windows gives to clients begin here. */
const DYNAMIC = 49_152;

type Handler = (event: WindowsEvent, base: Pick<Act, 'time' | 'record' | 'host'>) => Act;

const SYSMON: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [
    1,
    ({ data }, base) => ({
      ...base,
      did: Did.started,
      process: processOf(data.get('ProcessId') ?? ''),
      image: data.get('Image') ?? '',
      command: data.get('CommandLine') ?? '',
      user: data.get('User') ?? '',
      parent: data.get('ParentImage') ?? '',
      parentProcess: processOf(data.get('ParentProcessId') ?? ''),
    }),
  ],
  [
    3,
    ({ data }, base) => {
      const opened = data.get('Initiated')?.toLowerCase() !== 'false';
      const source = addressOf(data.get('SourceIp') ?? '');
      const target = addressOf(data.get('DestinationIp') ?? '');
      const sourcePort = portOf(Number(data.get('SourcePort')));
      const targetPort = portOf(Number(data.get('DestinationPort')));
      return {
        ...base,
        did: Did.connected,
        process: processOf(data.get('ProcessId') ?? ''),
        image: data.get('Image') ?? '',
        user: data.get('User') ?? '',
        own: opened ? source : target,
        ownPort: opened ? sourcePort : targetPort,
        peer: opened ? target : source,
        peerPort: opened ? targetPort : sourcePort,
        protocol: TRANSPORTS.get(data.get('Protocol')?.toLowerCase() ?? '') ?? 0,
        opened,
        accepted: !opened,
      };
    },
  ],
]);

const SECURITY: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [
    4688,
    ({ data }, base) => ({
      ...base,
      did: Did.started,
      process: processOf(data.get('NewProcessId') ?? ''),
      image: data.get('NewProcessName') ?? '',
      command: data.get('CommandLine') ?? '',
      user: data.get('SubjectUserName') ?? '',
      parent: data.get('ParentProcessName') ?? '',
      parentProcess: processOf(data.get('ProcessId') ?? ''),
    }),
  ],
  [5152, (event, base) => ({ ...filtered(event, base), did: 0, outcome: Outcome.refused, proof: Proof.filtered })],
  [5154, (event, base) => ({ ...filtered(event, base), did: Did.listened, peer: null, peerPort: 0, opened: false })],
  [5156, (event, base) => filtered(event, base)],
  [5157, (event, base) => ({ ...filtered(event, base), outcome: Outcome.refused, proof: Proof.filtered })],
]);

function filtered({ data }: WindowsEvent, base: Pick<Act, 'time' | 'record' | 'host'>): Act {
  const inward = data.get('Direction') === INWARD || data.get('Direction') === 'Inbound';
  const [one, other] = [addressOf(data.get('SourceAddress') ?? ''), addressOf(data.get('DestAddress') ?? '')];
  const [onePort, otherPort] = [portOf(Number(data.get('SourcePort'))), portOf(Number(data.get('DestPort')))];
  const turned = inward && onePort >= DYNAMIC && otherPort < DYNAMIC;
  return {
    ...base,
    did: Did.connected,
    process: processOf(data.get('ProcessID') ?? data.get('ProcessId') ?? ''),
    image: data.get('Application') ?? '',
    own: turned ? other : one,
    ownPort: turned ? otherPort : onePort,
    peer: turned ? one : other,
    peerPort: turned ? onePort : otherPort,
    protocol: TRANSPORTS.get(data.get('Protocol') ?? '') ?? 0,
    opened: !inward,
    accepted: inward,
  };
}

class Processes implements EventReader {
  readonly #input: number;
  readonly #stamps: Stamps;

  constructor({ input, dating }: ReaderContext) {
    this.#input = input;
    this.#stamps = new Stamps({ ...dating, zone: 0, assumed: nothingAssumed() });
  }

  read(event: WindowsEvent, time: number, sheaf: Sheaf, record: number): number {
    const isSysmon = event.provider.includes('Sysmon');
    const isSecurity = event.provider === '' || /security/iu.test(event.provider);
    const handler = isSysmon ? SYSMON.get(event.id) : isSecurity ? SECURITY.get(event.id) : undefined;
    // Sysmon tells of files, registry and much else.
    if (handler === undefined) return isSysmon ? Line.used : Line.foreign;
    const base = { time: this.#utc(event.data.get('UtcTime')) ?? time, record, host: event.computer };
    tell(sheaf, this.#input, handler(event, base));
    return Line.used;
  }

  /** Sysmon's own stamp, which is in UTC whatever exported the event made of its time. */
  #utc(text: string | undefined): number | undefined {
    if (text === undefined) return undefined;
    return this.#stamps.isoText(text) ? this.#stamps.time : undefined;
  }
}

/** Processes among the events of Windows. */
export const processes = (context: ReaderContext): EventReader => new Processes(context);
