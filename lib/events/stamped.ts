/** What every event carries. */
export interface Stamped {
  /** The instant, in milliseconds of the monotonic clock (`performance.now()`). */
  readonly at: number;
  /** The version of the state that this event made; the first event makes version 1. */
  readonly version: number;
}
