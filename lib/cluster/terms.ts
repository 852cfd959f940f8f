/**
 * What a pool does when Redis cannot be asked. `hold`: it keeps what it has, and goes down to an equal share of the cap when
 * its lease is over; it never grows. `static`: it may have `cap / expectedReplicas` when its lease is over. `closed`: it may
 * have nothing when its lease is over.
 */
export type OnEngineDown = 'hold' | 'static' | 'closed';

/** What all owners of one cap have agreed on; durations are in milliseconds. */
export interface Terms {
  /** Connections at most, over all owners. */
  readonly cap: number;
  /** How long an owner that is not heard of keeps its share, by the clock of Redis. */
  readonly ttlMs: number;
  readonly onEngineDown: OnEngineDown;
  /** How many pools there are expected to be; only `static` needs it. */
  readonly expectedReplicas: number;
  /** What an owner may have that could not join yet. */
  readonly bootstrapShare: number;
}

/**
 * How long an owner may rely on a share, as a part of `ttlMs`, from the instant at which it sent its request. Clocks that
 * differ by a tenth leave a sixth of `ttlMs` in which to close connections.
 */
const VALID_FOR = 0.75;

/** An owner asks so many times within `ttlMs`, so that two requests may be lost. */
const CALLS_IN_TTL = 4;

/** Owners whose wants change ask more often than that, but no more than so many times within `ttlMs`. */
const MOST_CALLS_IN_TTL = 100;

/** For how many milliseconds an owner may rely on what it was granted. */
export function validForMs({ ttlMs }: Terms): number {
  return VALID_FOR * ttlMs;
}

/** How many milliseconds lie between two calls. */
export function callEveryMs({ ttlMs }: Terms): number {
  return ttlMs / CALLS_IN_TTL;
}

/** How many milliseconds lie between two calls at least, whatever changes. */
export function callNoSoonerThanMs({ ttlMs }: Terms): number {
  return ttlMs / MOST_CALLS_IN_TTL;
}
