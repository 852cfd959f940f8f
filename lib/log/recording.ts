/** How far a recording is. */
export interface Recording {
  /** The file that events are written to now. */
  readonly file: string;
  /** Events that are on the disk. */
  readonly events: number;
  /** Events that are not, since the disk was too slow; the log says where, and goes on with a snapshot. */
  readonly dropped: number;
  /** Files begun so far. */
  readonly files: number;
}
