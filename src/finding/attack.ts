/**
 * What MITRE ATT&CK 18.1 (Enterprise, modified 2025-10-24) says about the techniques that a finding can name.
 * Source: MITRE ATT&CK, © The MITRE Corporation, reproduced under the ATT&CK terms of use
 * (attack.mitre.org/resources/legal-and-branding/terms-of-use). Ids and names only; the words around them are ours.
 */

export interface Technique {
  readonly name: string;
  /** The tactic it serves. */
  readonly tactic: string;
  /** STIX id of the attack-pattern, where an output needs it. */
  readonly stix?: string;
  /** Detection strategy and analytic of ATT&CK 18. */
  readonly detection?: { readonly strategy: string; readonly name: string; readonly analytic: string };
  /** Data components to watch for it, and its mitigations; absent for techniques that a finding only points to. */
  readonly components?: readonly string[];
  readonly mitigations?: readonly string[];
}

export const ATTACK_VERSION = '18.1';

export const TACTICS: Readonly<Record<string, string>> = {
  TA0043: 'Reconnaissance',
  TA0001: 'Initial Access',
  TA0006: 'Credential Access',
  TA0007: 'Discovery',
};

/** Data components, and the data source that held them before version 18. */
export const COMPONENTS: Readonly<Record<string, string>> = {
  DC0078: 'Network Traffic Flow',
  DC0085: 'Network Traffic Content',
  DS0029: 'Network Traffic',
};

export const MITIGATIONS: Readonly<Record<string, { readonly name: string; readonly stix: string }>> = {
  M1056: { name: 'Pre-compromise', stix: 'course-of-action--78bb71be-92b4-46de-acd6-5f998fedf1cc' },
  M1042: {
    name: 'Disable or Remove Feature or Program',
    stix: 'course-of-action--eb88d97c-32f1-40be-80f0-d61a4b0b4b31',
  },
  M1032: { name: 'Multi-factor Authentication', stix: 'course-of-action--b045d015-6bed-4490-bd38-56b41ece59a0' },
  M1035: {
    name: 'Limit Access to Resource Over Network',
    stix: 'course-of-action--1dcaeb21-9348-42ea-950a-f842aaf1ae1f',
  },
  M1051: { name: 'Update Software', stix: 'course-of-action--e5d930e9-775a-40ad-9bdb-b941d8dfe86b' },
};

export const TECHNIQUES: Readonly<Record<string, Technique>> = {
  T1595: {
    name: 'Active Scanning',
    tactic: 'TA0043',
    stix: 'attack-pattern--67073dde-d720-45ae-83da-b12d5e73ca3b',
    detection: { strategy: 'DET0830', name: 'Detection of Active Scanning', analytic: 'AN1962' },
    components: ['DC0078', 'DC0085'],
    mitigations: ['M1056'],
  },
  'T1595.001': {
    name: 'Scanning IP Blocks',
    tactic: 'TA0043',
    stix: 'attack-pattern--db8f5003-3b20-48f0-9b76-123e44208120',
    detection: { strategy: 'DET0817', name: 'Detection of Scanning IP Blocks', analytic: 'AN1949' },
    components: ['DC0085', 'DC0078'],
    mitigations: ['M1056'],
  },
  'T1595.002': {
    name: 'Vulnerability Scanning',
    tactic: 'TA0043',
    stix: 'attack-pattern--5502c4e9-24ef-4d5f-8ee9-9e906c2f82c4',
    detection: { strategy: 'DET0867', name: 'Detection of Vulnerability Scanning', analytic: 'AN1999' },
    components: ['DC0085', 'DC0078'],
    mitigations: ['M1056'],
  },
  'T1595.003': {
    name: 'Wordlist Scanning',
    tactic: 'TA0043',
    stix: 'attack-pattern--bed04f7d-e48a-4e76-bd0f-4c57fe31fc46',
    detection: { strategy: 'DET0868', name: 'Detection of Wordlist Scanning', analytic: 'AN2000' },
    components: ['DC0085'],
    mitigations: ['M1042', 'M1056'],
  },
  T1046: { name: 'Network Service Discovery', tactic: 'TA0007' },
  T1190: { name: 'Exploit Public-Facing Application', tactic: 'TA0001' },
  T1133: { name: 'External Remote Services', tactic: 'TA0001' },
  T1078: { name: 'Valid Accounts', tactic: 'TA0001' },
  T1110: { name: 'Brute Force', tactic: 'TA0006' },
};

/** Name of a technique; of its parent when the sub-technique is not listed; empty when neither is. */
export function techniqueName(id: string): string {
  return (TECHNIQUES[id] ?? TECHNIQUES[id.split('.')[0] ?? ''])?.name ?? '';
}
