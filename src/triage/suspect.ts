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
}
