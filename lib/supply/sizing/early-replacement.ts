import { type ConnectionRecord, type PoolState, demandOf } from '../../state/pool-state.ts';

/** What it takes to know which connections may go. */
export interface EarlyReplacementParts {
  /** The id of the connection that was opened last. */
  readonly lastId: number;
  /** The checks of the connection on this slot. */
  healthOf(slot: number): { readonly isAwaited: boolean } | undefined;
}

/** Two in a row show that it is the server that does not answer, and that new connections are of no help. */
const MOST_IN_A_ROW = 2;

/**
 * Which unhealthy connections make room for new ones before they have failed all their checks: when the pool is full,
 * nothing can be leased and somebody waits. One at a time, and the next only after a connection that came later has
 * served a request, for a server that is slow gets slower by restarts.
 */
export class EarlyReplacement {
  readonly #parts: EarlyReplacementParts;
  /** Of connections with higher ids one has to serve a request before the next may go; 0 while none has to. */
  #after = 0;
  #inARow = 0;

  constructor(parts: EarlyReplacementParts) {
    this.#parts = parts;
  }

  /** The connection that is to go now, if any. */
  next(state: PoolState): ConnectionRecord | undefined {
    if (this.#after > 0 || !needsRoom(state)) return undefined;
    for (const record of state.connections) {
      // One that is kept for a key is of no use to others, and whose state it holds will have it back when it is well.
      const isIdle = record.status === 'idle' && record.health === 'unhealthy' && record.pin === null;
      // A check that is under way may bring it back.
      if (isIdle && this.#parts.healthOf(record.slot)?.isAwaited !== true) return record;
    }
    return undefined;
  }

  /** One goes. Returns whether that makes so many in a row that connecting is to be held back. */
  began(): boolean {
    this.#after = this.#parts.lastId;
    this.#inARow++;
    return this.#inARow >= MOST_IN_A_ROW;
  }

  /** Whether `served` has anything to tell. */
  get isUnderWay(): boolean {
    return this.#after > 0 || this.#inARow > 0;
  }

  /** A lease of this connection has ended; `isWell`: its work did not fail. */
  served(connection: number, isWell: boolean): void {
    if (connection <= this.#after) return;
    this.#after = 0;
    if (isWell) this.#inARow = 0;
  }
}

/** Whether somebody waits for nothing but a place in the pool. */
function needsRoom(state: PoolState): boolean {
  const { phase, circuit, size, maxSize, unhealthy, closing, connecting, connections } = state;
  const isFull = phase === 'open' && circuit !== 'open' && size >= maxSize;
  return (
    isFull && demandOf(state) > 0 && unhealthy > 0 && closing + connecting === 0 && connections.countAvailable() === 0
  );
}
