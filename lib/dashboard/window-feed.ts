import { Subscription, tap } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import { RequestRecorder, type RequestWindow } from '../mcp/requests/request-metrics.ts';
import { resolveWindows, windowsOf } from '../metrics/metrics.ts';
import { PoolRecorder } from '../metrics/pool-recorder.ts';
import type { PoolWindows } from '../metrics/window-metrics.ts';
import type { LatencySummary } from '../metrics/latency-histogram.ts';
import type { PoolState } from '../state/pool-state.ts';
import { eventsInBursts } from './event-bursts.ts';
import type { Second, SecondCounts, WindowPoint } from './protocol.ts';
import { SecondSeries } from './second-series.ts';
import { heatOf } from './shared/heat.ts';
import type { WatchedPool } from './watched-pool.ts';

/** Windows of a second that are kept for whoever opens a page later. */
const MOST_POINTS = 180;

/**
 * What happens in a pool, second by second, from `begin` to `end`, and the last seconds from before. However long the
 * windows of the pool's own metrics are: somebody who looks wants to see it now.
 */
export class WindowFeed {
  readonly #pool: WatchedPool;
  readonly #onSecond: () => void;
  readonly #series = new SecondSeries();
  #recorder: PoolRecorder | undefined;
  /** When the window began: above 20 000 checkouts a second not every one is heard of. */
  #before: PoolState;
  #isFirst = true;
  #points: WindowPoint[] = [];
  #count = 0;
  /** Where the pool tells of requests; closed with each window of the metrics, so that both tell of the same time. */
  #requests: RequestRecorder | undefined;
  #since = 0;
  #subscription: Subscription | undefined;

  /** `onSecond` is called when a second has ended. */
  constructor(pool: WatchedPool, onSecond: () => void = () => undefined) {
    this.#pool = pool;
    this.#onSecond = onSecond;
    this.#before = pool.state;
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
    const newRecorder = (): PoolRecorder => (this.#recorder = new PoolRecorder(spans, this.#pool.state));
    this.#before = this.#pool.state;
    this.#isFirst = true;
    this.#since = performance.now();
    this.#requests = requests$ && new RequestRecorder();
    this.#subscription.add(requests$?.pipe(tap((request) => this.#requests?.record(request))).subscribe());
    const windows$ = windowsOf<PoolEvent, PoolWindows>(eventsInBursts(this.#pool), windowMs, newRecorder);
    this.#subscription.add(windows$.pipe(tap(this.#take.bind(this))).subscribe());
  }

  end(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#requests = undefined;
    this.#recorder = undefined;
  }

  /** The seconds of the last minute. */
  get lastMinute(): readonly Second[] {
    return this.#series.after(performance.now() - 60_000);
  }

  /** The seconds of the last hour. */
  get seconds(): readonly Second[] {
    return this.#series.after(-Infinity);
  }

  /** The points after so many, those that are kept. */
  after(count: number): readonly WindowPoint[] {
    return count >= this.#count ? [] : this.#points.slice(Math.max(0, this.#points.length - (this.#count - count)));
  }

  #take(windows: PoolWindows): void {
    const at = performance.now();
    const { state } = this.#pool;
    const overMs = at - this.#since;
    const checkoutsPerSecond = (1000 * (state.checkouts - this.#before.checkouts)) / overMs;
    const exact = { ...windows, checkoutsPerSecond };
    const second = this.#secondOf(at, exact);
    this.#series.add(second);
    this.#points.push({ ...pointOf(at, state, exact, this.#requests?.close(overMs)), second });
    this.#since = at;
    this.#count++;
    if (this.#points.length > MOST_POINTS) this.#points.shift();
    // What slides is of interest while it is new; of three minutes it would be most of what a page begins with.
    const before = this.#points.at(-2);
    if (before !== undefined) this.#points[this.#points.length - 2] = { ...before, sliding: [] };
    this.#onSecond();
  }

  #secondOf(at: number, { checkoutsPerSecond, waitTimeUs, useTimeUs, healthCheckTimeUs }: PoolWindows): Second {
    const [before, state] = [this.#before, this.#pool.state];
    const begins = this.#isFirst;
    this.#before = state;
    this.#isFirst = false;
    return {
      at: Math.round(at),
      ...(begins && { begins }),
      checkouts: Math.round(10 * checkoutsPerSecond) / 10,
      ...{ waitP50: measured(waitTimeUs, 'p50'), waitP99: measured(waitTimeUs, 'p99') },
      ...{ useP50: measured(useTimeUs, 'p50'), useP99: measured(useTimeUs, 'p99') },
      ...{ size: state.size, active: state.active, waiting: state.waiting },
      counts: countsOf(before, state, healthCheckTimeUs.count),
      uses: heatOf(this.#recorder?.lastUses?.counts() ?? []),
    };
  }
}

function measured(summary: LatencySummary, which: 'p50' | 'p99'): number | null {
  return summary.count === 0 ? null : summary[which];
}

function countsOf(before: PoolState, state: PoolState, checks: number): SecondCounts {
  return {
    failedCheckouts: state.failedCheckouts - before.failedCheckouts,
    connects: state.connects - before.connects,
    failedConnects: state.failedConnects - before.failedConnects,
    deaths: state.deaths - before.deaths,
    healthCheckFailures: state.healthCheckFailures - before.healthCheckFailures,
    leaks: state.leaks - before.leaks,
    checks,
  };
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
