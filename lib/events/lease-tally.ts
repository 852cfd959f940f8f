import type { PoolEvent } from './pool-event.ts';

/**
 * Counts and measures leases by their figures, so that no event has to be made for it. It neither throws nor sends events.
 * Durations are in milliseconds.
 */
export interface LeaseTally {
  /** A lease of this connection has begun; its checkout waited for so long. */
  leaseBegan(connection: number, waitedMs: number): void;
  /** A lease of this connection has ended; it was held for so long. */
  leaseEnded(connection: number, usedMs: number): void;
  /** Any other event, `wait` excepted. */
  record(event: PoolEvent): void;
}

/** Told when no more leases will be counted. */
interface TallyEnd {
  complete(): void;
}

/** The tallies of one pool. */
export class Tallies {
  #all: readonly LeaseTally[] = [];
  #ends: readonly TallyEnd[] = [];

  /** Adds one, until the result is called. `end` is told when the pool is over. */
  add(tally: LeaseTally, end: TallyEnd): () => void {
    this.#all = [...this.#all, tally];
    this.#ends = [...this.#ends, end];
    return () => {
      this.#all = this.#all.filter((other) => other !== tally);
      this.#ends = this.#ends.filter((other) => other !== end);
    };
  }

  leaseBegan(connection: number, waitedMs: number): void {
    for (const tally of this.#all) tally.leaseBegan(connection, waitedMs);
  }

  leaseEnded(connection: number, usedMs: number): void {
    for (const tally of this.#all) tally.leaseEnded(connection, usedMs);
  }

  /** Counts an event that was made all the same. */
  record(event: PoolEvent): void {
    if (this.#all.length === 0 || event.type === 'wait') return;
    if (event.type === 'checkout') this.leaseBegan(event.connection, event.waitedMs);
    else if (event.type === 'checkin' || event.type === 'destroy') this.leaseEnded(event.connection, event.usedMs);
    else for (const tally of this.#all) tally.record(event);
  }

  complete(): void {
    for (const end of this.#ends) end.complete();
  }
}
