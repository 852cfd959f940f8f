import { type ConnectionRecord, type PoolState, demandOf } from '../../state/pool-state.ts';

/** What is needed to choose the connections to replace. */
interface EarlyReplacementParts {
  /** The id of the newest connection. */
  readonly lastId: number;
  /** The health checks of the connection on this slot. */
  healthOf(slot: number): { readonly isAwaited: boolean } | undefined;
}

/** After two in a row the server itself does not answer, and new connections are of no help. */
const MOST_IN_A_ROW = 2;

/**
 * Chooses unhealthy connections to replace before they have failed all their checks: when the pool is full, nothing is
 * available and there are waiters. One at a time, and the next only after a newer connection has served a request,
 * because restarts make a slow server slower.
 */
export class EarlyReplacement {
  readonly #parts: EarlyReplacementParts;
  /** A connection with a higher id has to serve a request before the next replacement; 0 while none is awaited. */
  #lastOldId = 0;
  #inARow = 0;

  constructor(parts: EarlyReplacementParts) {
    this.#parts = parts;
  }

  /** The connection to replace now, if any. */
  next(state: PoolState): ConnectionRecord | undefined {
    if (this.#lastOldId > 0 || !needsRoom(state)) return undefined;
    for (const record of state.connections) {
      // A pinned connection could not be used by other keys, and its own key gets it back, with its state, when it is
      // well again.
      const isIdle = record.status === 'idle' && record.health === 'unhealthy' && record.pin === null;
      // A running check may make it healthy again.
      if (isIdle && this.#parts.healthOf(record.slot)?.isAwaited !== true) return record;
    }
    return undefined;
  }

  /** A replacement begins. Returns whether it is one too many in a row, so that connecting has to be held back. */
  began(): boolean {
    this.#lastOldId = this.#parts.lastId;
    this.#inARow++;
    return this.#inARow >= MOST_IN_A_ROW;
  }

  /** Whether `served` has to be called. */
  get isUnderWay(): boolean {
    return this.#inARow > 0;
  }

  /** A lease of this connection has ended. `isWell`: its work did not fail. */
  served(connection: number, isWell: boolean): void {
    if (connection <= this.#lastOldId) return;
    this.#lastOldId = 0;
    if (isWell) this.#inARow = 0;
  }
}

/** Whether the queue is held up only because the pool is full. */
function needsRoom(state: PoolState): boolean {
  const { phase, circuit, size, allowed, unhealthy, closing, connecting, connections } = state;
  const isFull = phase === 'open' && circuit !== 'open' && size >= allowed;
  return (
    isFull && demandOf(state) > 0 && unhealthy > 0 && closing + connecting === 0 && connections.countAvailable() === 0
  );
}
