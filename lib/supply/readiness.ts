import { closedError } from '../errors.ts';
import type { PoolState } from '../state/pool-state.ts';
import { isOutOfReach, unreachableError } from './unreachable.ts';

interface PendingReady {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The callers of `ready()` that wait for the pool. */
export class Readiness {
  readonly #store: { readonly current: PoolState };
  readonly #lastError: () => unknown;
  #waiting: PendingReady[] = [];

  constructor(store: { readonly current: PoolState }, lastError: () => unknown) {
    this.#store = store;
    this.#lastError = lastError;
  }

  /**
   * Resolves when as many connections as the floor are up, or all that are allowed if that is less; rejects when none is up and connecting fails, or there will
   * be no endpoints. Ignoring the promise causes no unhandled rejection.
   */
  wait(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    ready.catch(() => undefined);
    this.look();
    return ready;
  }

  /** Settles the promises if it is time. To be called whenever connections have come or gone. */
  look(): void {
    if (this.#waiting.length === 0) return;
    const state = this.#store.current;
    const { phase, name, idle, active, floor, allowed } = state;
    // Before the first grant nothing is allowed, and nothing is ready.
    const least = allowed === 0 ? floor : Math.min(floor, allowed);
    if (phase !== 'open') this.#reject(closedError(name));
    else if (idle + active >= least) this.#resolve();
    else if (isOutOfReach(state)) this.#reject(unreachableError(state, this.#lastError(), performance.now()));
  }

  #resolve(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve();
  }

  #reject(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}
