/** A target of ours that many sources missed, each of them once or twice. */
export interface Gone {
  /** the target, four words */
  readonly target: Uint32Array;
  readonly protocol: number;
  readonly port: number;
  /** sources that missed it, and those of them that had used it, or that used something else of ours */
  readonly sources: number;
  readonly engaged: number;
  /** whether it answered before */
  readonly wasOpen: boolean;
  /** the first few who missed it, four words each */
  readonly first: readonly Uint32Array[];
  /** times that they came in all, retries among them */
  readonly tries: number;
  /** its share of all sources that missed this service anywhere */
  readonly share: number;
}
