import { Observable, defer, distinctUntilChanged, map, of, share, tap } from 'rxjs';
import type { Inbox } from '../events/inbox.ts';
import { nowAndLater } from '../events/now-and-later.ts';
import type { PoolState } from '../state/pool-state.ts';
import { capacityOf, pressureOf } from './headroom.ts';
import { type PoolHealth, healthMark, healthOf, isSameHealth } from './health.ts';
import { resolveWindows, windowsFed } from './metrics.ts';
import { type PoolMetrics, gaugesOf } from './pool-metrics.ts';
import { PoolRecorder } from './pool-recorder.ts';
import type { PoolWindows } from './window-metrics.ts';

/** What metrics need of the inbox, besides the state. */
type MetricsInput = Pick<Inbox, 'tallied' | 'events$' | 'inTurn' | 'late'>;

/** Durations in milliseconds; 0 means off. */
interface MetricsSourceOptions {
  readonly metricsWindowMs: number;
  readonly checkoutTimeoutMs: number;
}

/** The metrics of one pool. While there are no subscribers nothing is recorded and no timer runs. */
export class MetricsSource {
  /** The present metrics, then new ones at the end of each window. Never errors; completes with the pool. */
  readonly metrics$: Observable<PoolMetrics>;
  /** The pressure (see `pressureOf`), 0 to 1: the present value and each change. Completes with the pool. */
  readonly pressure$: Observable<number>;
  /** The capacity (see `capacityOf`): the present value and each change. Completes with the pool. */
  readonly capacity$: Observable<number>;
  /** The health (see `healthOf`): the present one, then each that differs. Completes with the pool. */
  readonly health$: Observable<PoolHealth>;
  readonly #inbox: MetricsInput;
  readonly #current: () => PoolState;
  readonly #checkoutTimeoutMs: number;
  #windows: PoolWindows;

  constructor(inbox: MetricsInput, current: () => PoolState, options: MetricsSourceOptions) {
    this.#inbox = inbox;
    this.#current = current;
    this.#checkoutTimeoutMs = options.checkoutTimeoutMs;
    const { windowMs, spans } = resolveWindows({ windowMs: options.metricsWindowMs });
    const silence = new PoolRecorder(spans).close(0);
    this.#windows = silence;
    const newRecorder = (): PoolRecorder => new PoolRecorder(spans, current());
    const windows$ = windowsFed<PoolWindows, PoolRecorder>(windowMs, newRecorder, (to) => inbox.tallied(to)).pipe(
      tap({
        next: (windows) => (this.#windows = windows),
        // Old windows, measured for the last subscriber, would look like new ones to the next.
        unsubscribe: () => (this.#windows = silence),
      }),
      map(() => this.metrics),
      share(),
    );
    const metrics$ = nowAndLater(() => this.metrics, windows$, inbox);
    this.metrics$ = defer(() => (current().phase === 'closed' ? of(this.metrics) : metrics$));
    this.pressure$ = this.#live(() => this.pressure);
    this.capacity$ = this.#live(() => this.capacity);
    const marks$ = nowAndLater(() => this.#mark(), inbox.events$.pipe(map(() => this.#mark())), inbox);
    this.health$ = marks$.pipe(
      distinctUntilChanged(isSameHealth),
      map(() => this.health),
    );
  }

  /** The present gauges and the last windows. */
  get metrics(): PoolMetrics {
    return { ...gaugesOf(this.#current(), this.#inbox.late), ...this.#windows };
  }

  /** The present pressure, 0 to 1. */
  get pressure(): number {
    return pressureOf(this.#current(), this.#checkoutTimeoutMs);
  }

  /** The present capacity. */
  get capacity(): number {
    return capacityOf(this.#current());
  }

  /** The present health. */
  get health(): PoolHealth {
    return healthOf(this.#current(), this.pressure, performance.now());
  }

  #mark(): ReturnType<typeof healthMark> {
    return healthMark(this.#current(), this.pressure);
  }

  #live(now: () => number): Observable<number> {
    return nowAndLater(now, this.#inbox.events$.pipe(map(now)), this.#inbox).pipe(distinctUntilChanged());
  }
}
