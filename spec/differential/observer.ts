import type { Pool } from '../../lib/index.ts';

/** What observers know of a pool. */
export type Observed = Pick<Pool<unknown>, 'state' | 'state$' | 'events$' | 'metrics$' | 'pressure$' | 'capacity$'>;

/** Somebody who observes a pool and changes nothing in it. */
export interface Observer {
  /** All that was seen, in words. */
  readonly seen: readonly string[];
  /** The state as JSON, as far as this one has been told; `undefined`: nothing is known of it. */
  state(): string | undefined;
  /** Comes, or goes. */
  turn(): void;
  /** The pool has ended: throws where something is wrong with what was seen. */
  end(): void;
}

/** An observer that sees nothing, for others to do better. */
export class Blind implements Observer {
  readonly seen: string[] = [];

  state(): string | undefined {
    return undefined;
  }

  turn(): void {
    // Stays.
  }

  end(): void {
    // There is nothing to be wrong.
  }
}
