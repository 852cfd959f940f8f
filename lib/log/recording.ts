/** The progress of a recording. */
export interface Recording {
  /** The file that is being written. */
  readonly file: string;
  /** How many events were written to the disk. */
  readonly events: number;
  /**
   * How many events were dropped because the disk was too slow. The log has a gap entry and then a snapshot in their
   * place.
   */
  readonly dropped: number;
  /** How many files were begun so far. */
  readonly files: number;
}
