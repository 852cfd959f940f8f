import type { Observable } from 'rxjs';
import type { Allowance } from '../../events/allowance.ts';

/**
 * A bound on connections that several pools share: whoever has this port asks for a share of it. `sharedAllowance` is the
 * one for the pools of one process.
 */
export interface AllowancePort {
  /** Called once by each pool, when it opens. */
  open(pool: AllowedPool): PoolAllowance;
}

/** What a pool tells of itself to those who share a bound with it. */
export interface AllowedPool {
  /** The name of the pool. */
  readonly name: string;
  /**
   * Since when nobody has a lease, waits for one or has a connection kept for a key, in milliseconds of the monotonic clock;
   * `Infinity` while somebody does. Asked rather than told, since each checkout changes it.
   */
  idleSince(): number;
}

/** The share of one pool. A pool connects after it was granted, and gives back after connections are closed. */
export interface PoolAllowance {
  /**
   * What the pool is granted, each time that changes; the pool subscribes once, just after `open`. It may have no connection
   * before the first grant. What is granted last stays when this completes or errors; an error is reported.
   */
  readonly allowance$: Observable<Allowance>;
  /**
   * Told by the pool when one of the two has changed; both are 0 at first.
   *
   * @param wanted How many connections it could use.
   * @param held How many there are: being opened, up, and being closed until nothing is left of them.
   */
  want(wanted: number, held: number): void;
  /** The pool has ended and holds nothing; it is called once, and nothing is called after it. */
  close(): void;
}
