import type { PoolEvent, PoolState } from '../../../lib/index.ts';

/** Some invariants of a kind, checked from outside; every method throws where one does not hold. */
export interface Rule {
  /** An event, in the order of the versions, and the states around it. */
  after?(event: PoolEvent, before: PoolState, after: PoolState): void;
  /** A tick has ended: nothing is under way but what waits for time to pass. */
  atRest?(state: PoolState): void;
  /** The pool is closed. */
  atEnd?(state: PoolState): void;
}
