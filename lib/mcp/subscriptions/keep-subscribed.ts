import { EMPTY, type Observable, defer, filter, of, retry, takeUntil, throwError, timer } from 'rxjs';
import { PoolError } from '../../errors.ts';
import { isLasting } from '../failures/lasting-failure.ts';
import { RetryPace } from './retry-pace.ts';
import type { Topic } from './server-subscription.ts';
import { type SubscriptionHost, subscribeOnConnection } from './subscribe-on-connection.ts';
import { messageOf } from '../../base/thrown.ts';

/**
 * Emits the topic's value whenever the server tells of it, for as long as the pool is open. When the connection with
 * the subscription is gone, another connection subscribes, and the value is emitted once more, because something may
 * have been missed. Failures that pass are waited out. Completes with the pool; errors when the server cannot or will
 * not tell of the topic, or connecting is of no use.
 */
export function keepSubscribed<T>(host: SubscriptionHost, topic: Topic<T>): Observable<T> {
  return defer(() => {
    const pace = new RetryPace();
    const missed$ = defer(() => (pace.begun() ? of(topic.value) : EMPTY));
    return subscribeOnConnection(host, topic, missed$).pipe(
      retry({ delay: (error: unknown) => (isLasting(error) ? ending(error) : pause(host, pace.ended())) }),
    );
  });
}

/** Emits after so many milliseconds; completes without a value, and leaves no timer, when the pool is being closed. */
function pause({ pool }: SubscriptionHost, ms: number): Observable<unknown> {
  if (pool.state.phase !== 'open') return EMPTY;
  return timer(ms).pipe(takeUntil(pool.events$.pipe(filter(({ type }) => type === 'drain'))));
}

/** How it ends when trying again is of no use: a closed pool completes the stream, anything else is its error. */
function ending(error: unknown): Observable<never> {
  if (error instanceof PoolError && error.code === 'POOL_CLOSED') return EMPTY;
  return throwError(() => (error instanceof Error ? error : new Error(messageOf(error))));
}
