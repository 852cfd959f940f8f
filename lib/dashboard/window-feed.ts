import { Subscription, tap } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import { RequestRecorder, type RequestWindow } from '../mcp/requests/request-metrics.ts';
import { resolveWindows, windowsOf } from '../metrics/metrics.ts';
import { PoolRecorder } from '../metrics/pool-recorder.ts';
import type { PoolWindows } from '../metrics/window-metrics.ts';
import type { PoolState } from '../state/pool-state.ts';
import { eventsInBursts } from './event-bursts.ts';
import type { WindowPoint } from './protocol.ts';
import type { WatchedPool } from './watched-pool.ts';

/** Windows of a second that are kept for whoever opens a page later. */
const MOST_POINTS = 180;

/**
 * What happens in a pool, second by second, while somebody watches, and the last seconds from before. However long the
 * windows of the pool's own metrics are: somebody who looks wants to see it now.
 */
export class WindowFeed {
  readonly #pool: WatchedPool;
  #points: WindowPoint[] = [];
  #count = 0;
  /** Where the pool tells of requests; closed with each window of the metrics, so that both tell of the same time. */
  #requests: RequestRecorder | undefined;
  #since = 0;
  /** How many there had been when the window began: above 20 000 a second not every one is heard of. */
  #checkouts = 0;
  #subscription: Subscription | undefined;

  constructor(pool: WatchedPool) {
    this.#pool = pool;
  }

  /** How many there were so far: where a reader begins who has seen all of these. */
  get count(): number {
    return this.#count;
  }

  begin(): void {
    if (this.#subscription !== undefined) return;
    this.#subscription = new Subscription();
    const { requests$ } = this.#pool;
    const { windowMs, spans } = resolveWindows({});
    const newRecorder = (): PoolRecorder => new PoolRecorder(spans, this.#pool.state);
    this.#since = performance.now();
    this.#checkouts = this.#pool.state.checkouts;
    this.#requests = requests$ && new RequestRecorder();
    this.#subscription.add(requests$?.pipe(tap((request) => this.#requests?.record(request))).subscribe());
    const windows$ = windowsOf<PoolEvent, PoolWindows>(eventsInBursts(this.#pool), windowMs, newRecorder);
    this.#subscription.add(windows$.pipe(tap(this.#take.bind(this))).subscribe());
  }

  end(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#requests = undefined;
  }

  /** The points after so many, those that are kept. */
  after(count: number): readonly WindowPoint[] {
    return count >= this.#count ? [] : this.#points.slice(Math.max(0, this.#points.length - (this.#count - count)));
  }

  #take(windows: PoolWindows): void {
    const at = performance.now();
    const { state } = this.#pool;
    const overMs = at - this.#since;
    const checkoutsPerSecond = (1000 * (state.checkouts - this.#checkouts)) / overMs;
    this.#points.push(pointOf(at, state, { ...windows, checkoutsPerSecond }, this.#requests?.close(overMs)));
    this.#since = at;
    this.#checkouts = state.checkouts;
    this.#count++;
    if (this.#points.length > MOST_POINTS) this.#points.shift();
    // What slides is of interest while it is new; of three minutes it would be most of what a page begins with.
    const before = this.#points.at(-2);
    if (before !== undefined) this.#points[this.#points.length - 2] = { ...before, sliding: [] };
  }
}

function pointOf(
  at: number,
  { active, size, waiting }: PoolState,
  { checkoutsPerSecond, waitTimeUs, useTimeUs, connectTimeUs, healthCheckTimeUs, sliding }: PoolWindows,
  requests: readonly RequestWindow[] | undefined,
): WindowPoint {
  const latencies = { checkoutsPerSecond, waitTimeUs, useTimeUs, connectTimeUs, healthCheckTimeUs, sliding };
  return { at, active, size, waiting, ...latencies, ...(requests !== undefined && { requests }) };
}
