import { blamedBy } from '../../finding/blamed.ts';
import type { Finding } from '../../finding/finding.ts';

/** Findings that another one tells of, as part of an effort that explains more. */

/** Share of its members that another campaign must have to tell of it, too. */
const NEARLY_ALL = 0.9;

/** Whether the members of a crowd are those of a team, at the same service: the team tells more of them. */
export function isPartOf(crowd: Finding, team: Finding): boolean {
  const members = new Set(blamedBy(team));
  const its = blamedBy(crowd);
  const [most] = crowd.services;
  const isSame = team.services.some(({ protocol, port }) => protocol === most?.protocol && port === most.port);
  return isSame && its.filter((address) => members.has(address)).length >= NEARLY_ALL * its.length;
}

/**
 * Scans of addresses that are no more than a member's part of a crowd or a prefix, which explains more than any of them
 * and than which of them it is: it tells of them as its members.
 */
export function isMemberOf(campaigns: readonly Finding[]): (scan: Finding) => boolean {
  const efforts = campaigns
    .filter(({ techniques }) => techniques[0] === 'T1595.001')
    .map(({ members = [], services, bits, tool }) => ({
      tool: tool?.name,
      parts: new Map(members.map(({ address, probes }) => [address, probes])),
      services: new Set(services.map(serviceKey)),
      bits: bits - Math.log2(Math.max(1, members.length)),
    }));
  return ({ source, techniques, services, bits, probes, tool }) =>
    techniques.length === 1 &&
    techniques[0] === 'T1595.001' &&
    efforts.some(
      (effort) =>
        probes <= 2 * (effort.parts.get(source?.address ?? '') ?? Number.NEGATIVE_INFINITY) + PART &&
        effort.bits >= bits &&
        (tool === null || tool.name === effort.tool) &&
        services.every((service) => effort.services.has(serviceKey(service))),
    );
}

const serviceKey = ({ protocol, port }: Finding['services'][number]): string => `${protocol}/${port}`;

/** Scans for names that are no more than a member's part of a campaign: it tells of them. */
export function isAskerOf(campaigns: readonly Finding[]): (scan: Finding) => boolean {
  const asking = campaigns.filter(({ techniques }) => techniques[0] !== 'T1595.001');
  const probes = new Map(
    asking.flatMap(({ members = [] }) => members.map((member) => [member.address, member.probes])),
  );
  return ({ techniques, source, targets }) => {
    const part = probes.get(source?.address ?? '');
    return part !== undefined && techniques[0] !== 'T1595.001' && targets.paths + targets.names <= 2 * part + PART;
  };
}

/** Names that a member may have got, or asked for besides. */
const PART = 4;
