/** What has become of the calls of a crowd. */
export interface Tally {
  /** Answered as they had to be. */
  answered: number;
  /** Given up by their client. */
  cancelled: number;
  /** Failed, by what the error says. */
  readonly failed: Map<string, number>;
  /** Whatever was told to somebody whom it was not for, or makes no sense where it came: none must be. */
  readonly strange: string[];
  /** The processes that have answered lately. */
  readonly processes: Set<number>;
}

/** Nothing has happened yet. */
export function newTally(): Tally {
  return { answered: 0, cancelled: 0, failed: new Map(), strange: [], processes: new Set() };
}

/** A call has failed. */
export function countFailure({ failed }: Tally, reason: string): void {
  failed.set(reason, (failed.get(reason) ?? 0) + 1);
}
