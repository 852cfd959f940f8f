import { Observable, Subscription } from 'rxjs';
import type { WatchedPool } from '../../lib/dashboard/watched-pool.ts';

/** A pool as a dashboard sees it, and how many subscriptions it holds at the moment. */
export interface CountedPool {
  readonly pool: WatchedPool;
  readonly subscriptions: () => number;
}

export function countedPool(pool: WatchedPool): CountedPool {
  let open = 0;
  const counted = <T>(source$: Observable<T>): Observable<T> =>
    new Observable((subscriber) => {
      open++;
      const subscription = source$.subscribe(subscriber);
      subscription.add(new Subscription(() => open--));
      return subscription;
    });
  const watched: WatchedPool = {
    name: pool.name,
    get state() {
      return pool.state;
    },
    get metrics() {
      return pool.metrics;
    },
    get pressure() {
      return pool.pressure;
    },
    events$: counted(pool.events$),
    why: pool.why.bind(pool),
  };
  return { pool: watched, subscriptions: () => open };
}
