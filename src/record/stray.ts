/** What one source answered that nobody was seen to ask. */
export interface Stray {
  /** who answers, four words */
  readonly source: Uint32Array;
  /** whether that is a host of ours */
  readonly own: boolean;
  /** repeats of the same answer count once */
  readonly answers: number;
  /** different addresses that got them, and how many of those had never shown life */
  readonly targets: number;
  readonly dark: number;
  /** protocol and port that most of the answers came from; port 0: it has none */
  readonly protocol: number;
  readonly port: number;
  /** by how many votes that port leads; the port that most of them went to, and by how many that one leads */
  readonly votes: number;
  readonly asking: number;
  readonly askingVotes: number;
  /** µs since 1970: the first of them */
  readonly first: number;
}
