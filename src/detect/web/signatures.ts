/**
 * Programs that can be told by what they ask for, whatever they call themselves: texts that stand in their requests by
 * default, from their sources and manuals. Compared without case.
 */
interface Signature {
  readonly tool: string;
  /** in the target or in a header */
  readonly sign: string;
}

const SIGNATURES: readonly Signature[] = [
  { tool: 'nmap', sign: '/nmaplowercheck' },
  { tool: 'nmap', sign: '/nice%20ports%2c/tri%6eity.txt%2ebak' },
  { tool: 'nmap', sign: '/nmap/folder/check' },
  { tool: 'nikto', sign: '93e4r0' },
  { tool: 'nikto', sign: '/nikto-test-' },
  { tool: 'acunetix', sign: 'acunetix' },
  { tool: 'netsparker', sign: 'r87.com' },
  { tool: 'netsparker', sign: 'netsparker' },
  { tool: 'dfind', sign: 'w00tw00t.at.isc.sans' },
  { tool: 'nessus', sign: 'nessus' },
  { tool: 'openvas', sign: 'openvas' },
  { tool: 'openvas', sign: '/vt-test-' },
  { tool: 'arachni', sign: 'arachni_' },
  { tool: 'burp', sign: 'burpcollaborator' },
  { tool: 'sqlmap', sign: '/sqlmap' },
  { tool: 'w3af', sign: 'w3af' },
  { tool: 'appscan', sign: 'appscan_fingerprint' },
  { tool: 'qualys', sign: '/qualys' },
];

/** User agents that a program sends unless told otherwise, and hardly anybody else still does. */
const DEFAULT_AGENTS: ReadonlyMap<string, string> = new Map([
  // dirb, options.h
  ['Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)', 'dirb'],
]);

/** What betrayed a program. */
export interface Betrayed {
  readonly tool: string;
  readonly sign: string;
}

/** The first program that a text betrays. */
export function betrayedBy(text: string): Betrayed | undefined {
  const lower = text.toLowerCase();
  return SIGNATURES.find(({ sign }) => lower.includes(sign));
}

/** The program whose default user agent this is, undefined: none. */
export const defaultAgentOf = (agent: string): string | undefined => DEFAULT_AGENTS.get(agent);
