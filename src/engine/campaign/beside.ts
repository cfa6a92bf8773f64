import type { Finding } from '../../finding/finding.ts';
import { counted } from '../../triage/trial.ts';

/**
 * Scans at the service of a campaign that began in its time. Each is found by itself, and nothing joins it to the
 * campaign but what it looks for and when, which strangers share, too: so none is called a member, both say that the
 * other is there, and how many such scans there are at other times lets a person judge.
 */
export function tellBeside(campaigns: readonly Finding[], scans: readonly Finding[]): void {
  for (const campaign of campaigns) {
    if (campaign.techniques[0] !== SCANNING) continue;
    const place = placeOf(campaign);
    const alike = scans.filter((scan) => scan.techniques[0] === SCANNING && placeOf(scan) === place);
    const beside = alike.filter(({ firstSeen }) => firstSeen >= campaign.firstSeen && firstSeen <= campaign.lastSeen);
    if (place === '' || beside.length === 0) continue;
    relate(campaign, textOf(place, beside, alike.length - beside.length));
    for (const scan of beside) relate(scan, `${campaign.id} looked for ${place} at the same time: it may belong to it`);
  }
}

const SCANNING = 'T1595.001';
const SHOWN = 3;

/** The service that was tried most, '' none. */
const placeOf = ({ services: [most] }: Finding): string => (most ? `${most.protocol}/${most.port}` : '');

const relate = (finding: Finding, why: string): void => {
  finding.related.push({ technique: SCANNING, why });
};

function textOf(place: string, beside: readonly Finding[], others: number): string {
  const ids = beside.slice(0, SHOWN).map(({ id }) => id);
  const more = beside.length > SHOWN ? ` and ${beside.length - SHOWN} more` : '';
  return `${counted(beside.length, 'scan')} at ${place} began in its time and may belong to it (${others} did at other times): ${ids.join(', ')}${more}`;
}
