import { thousandths } from '../../finding/canonical.ts';
import type { Anomaly } from '../../detect/syntax.ts';
import { BITS, type WrongPort } from '../../detect/wrong-port.ts';
import type { Finding } from '../../finding/finding.ts';
import { timeText } from '../../finding/time.ts';
import { formatAddress } from '../../record/address.ts';
import { idOf } from './features.ts';
import type { ReportContext } from './context.ts';

/** What every anomaly has in common: it is no scan, and nothing was learned. */
export const noScan = () =>
  ({
    kind: 'anomaly',
    techniques: [],
    status: 'open',
    shape: null,
    methods: [],
    order: null,
    tool: null,
    wordlist: null,
    learned: [],
    advice: [],
    followedBy: [],
    related: [],
  }) satisfies Partial<Finding>;

/** A source of packets that no stack builds → a finding. */
export function anomalyOf(anomaly: Anomaly, context: ReportContext): Finding {
  const seconds = (anomaly.last - anomaly.first) / 1e6;
  const { hosts, contacts } = anomaly;
  const inputs = new Set(anomaly.rows.flatMap(({ samples }) => samples.map(({ input }) => input)));
  return {
    ...noScan(),
    id: idOf('syntax', anomaly.source, anomaly.first),
    source: { address: formatAddress(anomaly.source, 0), proven: false },
    firstSeen: timeText(anomaly.first),
    lastSeen: timeText(anomaly.last),
    bits: anomaly.bits,
    bar: thousandths(anomaly.bar),
    decidedBy: 'syntax',
    account: anomaly.rows.map(({ reason, bits, contacts: many, samples }) => ({
      stream: 'syntax',
      bits,
      reason,
      contacts: many,
      evidence: samples.map(({ input, record, time }) => ({
        input: context.inputs[input],
        record,
        time: timeText(time),
      })),
    })),
    probes: contacts,
    targets: { addresses: hosts, ports: 0, paths: 0, names: 0 },
    services: [],
    rate: seconds > 0 ? contacts / seconds : 0,
    triage: {
      class: 'background',
      targetedness: 0,
      priority: 20,
      reasons: anomaly.rows.filter(({ bits }) => bits > 0).map(({ reason }) => reason),
      rejected: [
        `a broken way to one host: it happened towards ${hosts} of them`,
        'an altered capture: others are not odd in the same way',
      ],
    },
    inputs: [...inputs].sort((a, b) => a - b).map((input) => context.inputs[input]),
    caveats: ['The address is claimed, not proven: it could be forged.'],
  };
}

/** A server that speaks something else than its port is registered for → a finding below the bar. */
export function wrongPortOf(wrong: WrongPort, bar: number, context: ReportContext): Finding {
  const { target, port, registered, service, banner, time, answers } = wrong;
  const input = context.inputs[wrong.input];
  const text = banner === '' ? '' : `: ${banner}`;
  return {
    ...noScan(),
    id: idOf('port', [target[0], target[1] ^ port, target[2], target[3]], time),
    source: { address: formatAddress(target, 0), proven: true },
    firstSeen: timeText(time),
    lastSeen: timeText(time),
    bits: BITS,
    bar: thousandths(bar),
    decidedBy: 'protocol',
    account: [
      {
        stream: 'protocol',
        bits: BITS,
        reason: `speaks ${service} on tcp/${port}, which is registered for ${registered}${text}`,
        contacts: answers,
        evidence: [{ input, record: wrong.record, time: timeText(time) }],
      },
    ],
    probes: answers,
    targets: { addresses: 1, ports: 1, paths: 0, names: 0 },
    services: [{ protocol: 'tcp', port, probes: answers }],
    rate: 0,
    triage: {
      class: 'background',
      targetedness: 0,
      priority: 5,
      reasons: [`${service} on a port registered for ${registered}: a service that was moved there, or one that hides`],
      rejected: [],
    },
    inputs: [input],
    caveats: ['Below the bar: something to know, no alarm.'],
  };
}
