import type { Finding, Learned } from '../finding/finding.ts';

/**
 * What to close or hide (M1056 Pre-compromise: minimise what external parties can learn). Ranked by how much the
 * answer gave away: a version, a service by name, an open port, a living host.
 */
export function adviceOn(learned: readonly Learned[]): Finding['advice'] {
  const open = learned.filter(({ state }) => state === 'open');
  const worth = (fact: Learned): number => (fact.banner ? 2 : 0) + (fact.service ? 1 : 0);
  const ranked = open.toSorted((a, b) => worth(b) - worth(a)).slice(0, 20);
  const advice = ranked.map((fact) => ({
    mitigation: 'M1056' as const,
    target: `${fact.address} ${fact.protocol}/${fact.port ?? ''}`,
    text: fact.banner
      ? 'Answers strangers and says what it runs: allow only who needs it, and hide the version.'
      : 'Answers strangers: close it, or allow only who needs it.',
  }));
  const up = learned.filter(({ state }) => state === 'up').length;
  if (up > 0)
    advice.push({
      mitigation: 'M1056',
      target: `${up} addresses`,
      text: 'Tell strangers that they exist: drop probes that no client needs at the border.',
    });
  return advice;
}
