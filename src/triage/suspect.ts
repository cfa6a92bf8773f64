/** What triage reads of a source over the bar: plain figures, whatever kept them. */
export interface Suspect {
  /** distinct addresses and services that it tried */
  readonly addresses: number;
  readonly services: number;
  /** contacts, and how many of them were answered, missed, or steps of a traceroute */
  readonly probes: number;
  readonly answered: number;
  readonly missed: number;
  readonly traced: number;
  /** contacts that became a real exchange */
  readonly exchanged: number;
  /** came back to what had answered, and exchanged data with it */
  readonly cameBack: boolean;
  /** µs between its first and its last contact */
  readonly lasted: number;
  /** distinct paths, hosts, DNS names and users that it asked for */
  readonly names: number;
  /** of those, how many are not there */
  readonly namesMissed: number;
  /** distinct paths that only somebody asks for who looks for weaknesses */
  readonly pointed: number;
  /** the crawler that it calls itself in nearly all requests, '' none */
  readonly crawler: string;
}
