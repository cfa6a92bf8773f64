import type { Finding } from './finding.ts';

/** The addresses that a finding blames: its source, or its members. */
export const blamedBy = ({ source, members = [] }: Finding): string[] =>
  source ? [source.address] : members.map(({ address }) => address);
