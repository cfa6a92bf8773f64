import type { Finding, Summary } from '../finding/finding.ts';
import { protocolName } from '../record/protocols.ts';
import { COMMON } from '../triage/silence.ts';
import type { Judge } from './judge.ts';

const SERVICES_SHOWN = 10;

/** Probes that a service must have got to be called new. */
const NEW = 3;
const TOOLS_SHOWN = 10;

/** Background radiation, for the summary: what stayed under the bar, and what of it did not. */
export function noiseOf({ noise }: Judge, findings: readonly Finding[]): Summary['noise'] {
  const common = findings.filter(({ kind, triage }) => kind !== 'anomaly' && COMMON.includes(triage.class));
  const known = common.filter(({ triage }) => triage.class === 'known-scanner').length;
  const byTool = Map.groupBy(
    common.filter(({ tool }) => tool !== null),
    ({ tool }) => tool?.name ?? '',
  );
  const tools = [...byTool].map(([name, its]) => ({ name, findings: its.length }));
  return {
    sources: noise.sources,
    probes: noise.probes,
    topServices: noise.services(SERVICES_SHOWN).map(serviceOf),
    newServices: noise.newServices(SERVICES_SHOWN, NEW).map(serviceOf),
    tools: tools.sort((a, b) => b.findings - a.findings || (a.name < b.name ? -1 : 1)).slice(0, TOOLS_SHOWN),
    knownScanners: { findings: known, share: common.length > 0 ? known / common.length : 0 },
  };
}

const serviceOf = ([key, probes]: readonly [number, number]): Summary['noise']['topServices'][number] => ({
  protocol: protocolName(key >>> 16),
  port: key & 0xffff,
  probes,
});
