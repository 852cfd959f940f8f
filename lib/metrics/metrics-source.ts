import { Observable, concat, defer, map, of, share, tap } from 'rxjs';
import type { Inbox } from '../events/inbox.ts';
import type { PoolState } from '../state/pool-state.ts';
import { type PoolMetrics, type WindowMetrics, gaugesOf } from './pool-metrics.ts';
import { EMPTY_WINDOW, windowsOf } from './windows.ts';

/** What metrics are derived from, besides the state. */
export type MetricsInput = Pick<Inbox, 'committed$' | 'late'>;

/** The metrics of one pool. Without subscribers nothing is recorded and no timer runs. */
export class MetricsSource {
  /** The present metrics, then one for each window; never errors, completes with the pool. */
  readonly metrics$: Observable<PoolMetrics>;
  readonly #inbox: MetricsInput;
  readonly #current: () => PoolState;
  #window: WindowMetrics = EMPTY_WINDOW;

  constructor(inbox: MetricsInput, current: () => PoolState, windowMs: number) {
    this.#inbox = inbox;
    this.#current = current;
    const windows$ = windowsOf(inbox.committed$, windowMs).pipe(
      tap({
        next: (window) => (this.#window = window),
        // What was measured for the last subscriber would look like news to the next one.
        unsubscribe: () => (this.#window = EMPTY_WINDOW),
      }),
      map(() => this.metrics),
      share(),
    );
    this.metrics$ = defer(() => {
      const now$ = of(this.metrics);
      return current().phase === 'closed' ? now$ : concat(now$, windows$);
    });
  }

  /** The gauges of this moment and the last window. */
  get metrics(): PoolMetrics {
    return { ...gaugesOf(this.#current(), this.#inbox.late), ...this.#window };
  }
}
