import { type Observable, ignoreElements } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import type { Pool } from './pool.ts';

/** What other rooms of this package may ask of a pool, and its users may not. @internal */
interface PoolInternals {
  /** Each event as it is committed, before anybody is told: for what counts and measures, and sends nothing. */
  readonly committed$: Observable<PoolEvent>;
  /** The same, but of leases that begin and end, and of waiters, only while somebody else hears of them. */
  readonly made$: Observable<PoolEvent>;
  /** Completes when the pool has ended, just after `state$`; costs nothing before. */
  readonly ended$: Observable<never>;
  /** How many checkouts begin later, by the delay of a retry: the state knows nothing of them. */
  delayedCheckouts(): number;
  /** Why nothing can be reached at present; `undefined` where connecting works, or was not tried. */
  lastError(): unknown;
}

/** The internals of a pool that has these parts. @internal */
export function internalsOf(
  { committed$, made$ }: Pick<PoolInternals, 'committed$' | 'made$'>,
  { ended$ }: Pick<PoolInternals, 'ended$'>,
  { delayed }: { readonly delayed: { readonly size: number } },
  supply: { readonly lastError: unknown },
): PoolInternals {
  return { committed$, made$, ended$, delayedCheckouts: () => delayed.size, lastError: () => supply.lastError };
}

const byPool = new WeakMap<object, PoolInternals>();

/** The internals of a pool; `undefined` for anything that this package has not made. @internal */
export function internals(pool: object): PoolInternals | undefined {
  return byPool.get(pool);
}

/** Answers `internals(pool)` from now on. @internal */
export function setInternals(pool: object, its: PoolInternals | undefined): void {
  if (its !== undefined) byPool.set(pool, its);
}

/**
 * The events of a pool as they are committed, for what runs no code of a user's; of something that only looks like a pool
 * the events that it tells. @internal
 */
export function committedOf(pool: Pick<Pool<unknown>, 'events$'>): Observable<PoolEvent> {
  return internals(pool)?.committed$ ?? pool.events$;
}

/**
 * The events of a pool that are made in any case, as they are committed: to hear them costs the leases nothing. Of something
 * that only looks like a pool all events. @internal
 */
export function madeOf(pool: Pick<Pool<unknown>, 'events$'>): Observable<PoolEvent> {
  return internals(pool)?.made$ ?? pool.events$;
}

/** Completes when a pool has ended; of something that only looks like a pool, when its states do. @internal */
export function endOf(pool: Pick<Pool<unknown>, 'state$'>): Observable<never> {
  return internals(pool)?.ended$ ?? pool.state$.pipe(ignoreElements());
}
