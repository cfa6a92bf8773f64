import { thousandths } from '../../finding/canonical.ts';
import type { RareFlow } from '../../detect/rare.ts';
import type { Sighting, SightingRow } from '../../correlate/process/sightings.ts';
import { describe } from '../../correlate/process/sightings.ts';
import type { AccountRow, Finding } from '../../finding/finding.ts';
import { timeText } from '../../finding/time.ts';
import { formatAddress } from '../../record/address.ts';
import { protocolName, TCP } from '../../record/protocols.ts';
import { mix } from '../../table/hash.ts';
import { noScan } from './anomaly.ts';
import { idOf } from './features.ts';
import type { ReportContext } from './context.ts';

const DAY = 86_400e6;

/** Something odd about a process → a finding: a scan of our own where its fan-out reaches the bar, else an anomaly. */
export function sightingOf(sighting: Sighting, bar: number, context: ReportContext): Finding {
  const { kind, host, address, rows, first, last, blocks } = sighting;
  const [sample] = rows[0].samples;
  const bits = rows.reduce((sum, row) => sum + row.bits, 0);
  const scans = kind === 'fan-out' && bits >= bar;
  const discovers = kind === 'fan-out' || kind === 'scanner';
  const seconds = (last - first) / 1e6;
  const probes = blocks.reduce((sum, { targets }) => sum + targets, 0);
  const who = describe({ ...sighting, hostName: host });
  return {
    ...noScan(),
    kind: scans ? 'scan' : 'anomaly',
    techniques: discovers ? ['T1046'] : [],
    id: idOf('process', wordsOf(sighting), first),
    source: { address: address ? formatAddress(address, 0) : host || context.inputs[sample.input], proven: true },
    firstSeen: timeText(first),
    lastSeen: timeText(last),
    bits,
    bar: thousandths(bar),
    decidedBy: 'process',
    account: rows.map((row) => accountRow(row, context)),
    shape: scans ? shapeOf(sighting) : null,
    methods: scans ? ['tcp-connect'] : [],
    probes: Math.max(probes, rows[0].times),
    targets: targetsOf(sighting),
    services: servicesOf(sighting),
    rate: seconds > 0 ? probes / seconds : 0,
    related: discovers ? [{ technique: 'T1046', why: who }] : [],
    triage: {
      class: 'background',
      targetedness: 0,
      priority: scans ? 60 : 25,
      reasons: [who],
      rejected: kind === 'fan-out' ? ['a watcher: it would come back to the same targets again and again'] : [],
    },
    inputs: inputsOf(rows, context),
    caveats: scans ? [] : ['Below the bar: something to know, no alarm.'],
  };
}

/** Four words that tell this sighting from others of its host at the same time. */
function wordsOf({ kind, host, image, process, address }: Sighting): number[] {
  let hash = mix(process, kind.length);
  for (const char of `${kind} ${host} ${image}`) hash = mix(hash, char.codePointAt(0) ?? 0);
  return address ? [address[0], address[1], hash, address[3]] : [0, 0, hash, 0];
}

function accountRow({ reason, bits, times, samples }: SightingRow, { inputs }: ReportContext): AccountRow {
  const evidence = samples.map(({ input, record, time }) => ({ input: inputs[input], record, time: timeText(time) }));
  return { stream: 'process', bits, reason, contacts: times, evidence };
}

function inputsOf(rows: readonly SightingRow[], { inputs }: ReportContext): string[] {
  const numbers = new Set(rows.flatMap(({ samples }) => samples.map(({ input }) => input)));
  return [...numbers].sort((a, b) => a - b).map((input) => inputs[input]);
}

const shapeOf = ({ blocks }: Sighting): Finding['shape'] => {
  const ports = blocks.some(({ byPort }) => byPort);
  if (ports && blocks.some(({ byPort }) => !byPort)) return 'block-scan';
  return ports ? 'port-scan' : 'address-scan';
};

function targetsOf({ blocks }: Sighting): Finding['targets'] {
  const most = (byPort: boolean): number[] => blocks.filter((b) => b.byPort === byPort).map(({ targets }) => targets);
  const hosts = most(false).length;
  const addresses = hosts > 0 ? most(false).reduce((sum, targets) => sum + targets, 0) : most(true).length;
  return { addresses, ports: Math.max(0, ...most(true), ...servicePorts(blocks).map(() => 1)), paths: 0, names: 0 };
}

const servicePorts = (blocks: Sighting['blocks']): number[] => [
  ...new Set(blocks.filter(({ byPort }) => !byPort).map(({ port }) => port)),
];

function servicesOf({ blocks }: Sighting): Finding['services'] {
  const probesAt = (port: number): number =>
    blocks.reduce((sum, block) => (!block.byPort && block.port === port ? sum + block.targets : sum), 0);
  const services = servicePorts(blocks).map((port) => ({ protocol: protocolName(TCP), port, probes: probesAt(port) }));
  return services.sort((a, b) => b.probes - a.probes || a.port - b.port).slice(0, 100);
}

/** What was rare of a flow, as a sentence without its full stop. */
export function rareText({ source, target, outward, protocol, port, byNetwork, age, total, odds }: RareFlow): string {
  const service = `${protocolName(protocol)}/${port}`;
  const [from, to] = [formatAddress(source, 0), formatAddress(target, 0)];
  const what = outward ? `${from} uses ${service} (of ${to})` : `${to} serves ${service} (to ${from})`;
  const whose = byNetwork ? 'neither it nor its network' : 'it';
  const days = (age / DAY).toFixed(1);
  return `${what}, which ${whose} hardly ever did: profile of ${days} d and ${total} contacts, new were ${odds}`;
}

/** Rare flows of one source → a finding below the bar. The rarest counts; the others have no bits of their own. */
export function rareOf(flows: readonly RareFlow[], bar: number, context: ReportContext): Finding {
  const sorted = flows.toSorted((a, b) => b.bits - a.bits || a.time - b.time);
  const [rarest] = sorted;
  const bits = thousandths(Math.max(0, Math.min(rarest.bits, bar - 1)));
  const first = Math.min(...flows.map(({ time }) => time));
  const last = Math.max(...flows.map(({ time }) => time));
  const services = new Map(flows.map((flow) => [`${protocolName(flow.protocol)}/${flow.port}`, flow]));
  return {
    ...noScan(),
    id: idOf('rare', rarest.source, first),
    source: { address: formatAddress(rarest.source, 0), proven: false },
    firstSeen: timeText(first),
    lastSeen: timeText(last),
    bits,
    bar: thousandths(bar),
    decidedBy: 'rare',
    account: sorted.map((flow, at) => ({
      stream: 'rare',
      bits: at === 0 ? bits : 0,
      reason: rareText(flow),
      contacts: 1,
      evidence: [{ input: context.inputs[flow.input], record: flow.record, time: timeText(flow.time) }],
    })),
    probes: flows.length,
    targets: {
      addresses: new Set(flows.map(({ target }) => target.join())).size,
      ports: new Set(flows.map(({ port }) => port)).size,
      paths: 0,
      names: 0,
    },
    services: [...services.values()].map(({ protocol, port }) => ({
      protocol: protocolName(protocol),
      port,
      probes: 1,
    })),
    rate: 0,
    triage: {
      class: 'background',
      targetedness: 0,
      priority: 5,
      reasons: [`a flow as rare as ${rarest.odds} in this network: a new service, or somebody who looks around`],
      rejected: [],
    },
    inputs: [...new Set(flows.map(({ input }) => input))].sort((a, b) => a - b).map((input) => context.inputs[input]),
    caveats: ['Below the bar: something to know, no alarm.'],
  };
}
