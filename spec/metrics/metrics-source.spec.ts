import { type Observable, Subject, ignoreElements, tap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LeaseTally } from '../../lib/events/lease-tally.ts';
import type { PoolEvent } from '../../lib/events/pool-event.ts';
import { MetricsSource } from '../../lib/metrics/metrics-source.ts';
import { resolveWindows } from '../../lib/metrics/metrics.ts';
import { PoolRecorder } from '../../lib/metrics/pool-recorder.ts';
import { reduce } from '../../lib/state/reduce.ts';
import { Snapshot } from '../../lib/state/snapshot.ts';
import { collect, listen } from '../support/listen.ts';
import { outcomeOf } from '../support/outcome.ts';
import { type BareEvent, checkin, checkout, health, logOf, on, opened, up, wait } from '../support/pool-log.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const silence = new PoolRecorder(resolveWindows({}).spans).close(1000);

/** Nothing of these streams comes within another telling. */
const inTurn = <T>(stream$: Observable<T>): Observable<T> => stream$;

function measured() {
  const committed$ = new Subject<PoolEvent>();
  const late = { refusals: 0, invalidCheckins: 0 };
  let state = new Snapshot();
  const events$ = new Subject<PoolEvent>();
  const options = { metricsWindowMs: 1000, checkoutTimeoutMs: 1000 };
  const tallied = (tally: LeaseTally) =>
    committed$.pipe(
      tap((event) => tally.record(event)),
      ignoreElements(),
    );
  const source = new MetricsSource({ tallied, events$, late, inTurn }, () => state, options);
  const happen = (...events: BareEvent[]) => {
    for (const event of logOf(events, state.version)) {
      state = reduce(state, event);
      committed$.next(event);
      events$.next(event);
    }
  };
  happen(opened(), ...up(0, 1));
  return { source, committed$, events$, late, happen };
}

const perSecond = (metrics: readonly { checkoutsPerSecond: number }[]) =>
  metrics.map(({ checkoutsPerSecond }) => checkoutsPerSecond);

describe('MetricsSource', () => {
  it('is current without a subscriber, and has no timer', () => {
    const { source, committed$, happen } = measured();
    happen(checkout(0));
    expect(source.metrics).toMatchObject({ activeConnections: 1, totalCheckouts: 1, ...silence });
    expect([committed$.observed, vi.getTimerCount()]).toEqual([false, 0]);
  });

  it('begins with the present metrics, then has one a window', () => {
    const { source, happen } = measured();
    happen(checkout(0));
    const metrics = collect(source.metrics$);
    expect(metrics).toMatchObject([{ totalCheckouts: 1, checkoutsPerSecond: 0 }]);
    happen(checkin(0), checkout(1), checkin(1));
    vi.advanceTimersByTime(1000);
    vi.advanceTimersByTime(1000);
    expect(metrics).toMatchObject([
      { totalCheckouts: 1, activeConnections: 1, checkoutsPerSecond: 0 },
      { totalCheckouts: 2, activeConnections: 0, checkoutsPerSecond: 1, useTimeUs: { max: 3000 } },
      { totalCheckouts: 2, activeConnections: 0, checkoutsPerSecond: 0, useTimeUs: { max: 0 } },
    ]);
  });

  it('has the last window for whoever reads while somebody is subscribed', () => {
    const { source, happen } = measured();
    collect(source.metrics$);
    happen(checkout(0));
    vi.advanceTimersByTime(1500);
    expect(source.metrics).toMatchObject({ checkoutsPerSecond: 1, waitTimeUs: { max: 2000 } });
  });

  it('replays it to later subscribers, who share the windows that follow', () => {
    const { source, happen } = measured();
    const first = collect(source.metrics$);
    happen(checkout(0));
    vi.advanceTimersByTime(1000);
    const second = collect(source.metrics$);
    happen(checkin(0), checkout(0), checkin(0), checkout(0));
    vi.advanceTimersByTime(1000);
    expect([perSecond(first), perSecond(second)]).toEqual([
      [0, 1, 2],
      [1, 2],
    ]);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('forgets the last window, and stops, when nobody is subscribed any more', () => {
    const { source, committed$, happen } = measured();
    const subscription = listen(source.metrics$, () => undefined);
    happen(checkout(0));
    vi.advanceTimersByTime(1000);
    subscription.unsubscribe();
    expect(source.metrics).toMatchObject({ totalCheckouts: 1, ...silence });
    expect([committed$.observed, vi.getTimerCount()]).toEqual([false, 0]);
    happen(checkin(0), checkout(0));
    expect(perSecond(collect(source.metrics$))).toEqual([0]);
  });

  it('completes with the pool, after a last window', () => {
    const { source, committed$, happen } = measured();
    const outcome = outcomeOf(source.metrics$);
    happen(checkout(0));
    vi.advanceTimersByTime(500);
    committed$.complete();
    expect(outcome).toMatchObject({ values: 2, completions: 1, value: { checkoutsPerSecond: 2 } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('completes at once for whoever subscribes after the end', () => {
    const { source, committed$ } = measured();
    committed$.complete();
    expect(outcomeOf(source.metrics$)).toMatchObject({ completions: 1, value: silence });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has connects that were under way before anybody subscribed, and the endpoints of those that were up', () => {
    const { source, happen } = measured();
    happen({ type: 'connecting', ...on(5), endpoint: 'a' });
    const metrics = collect(source.metrics$);
    happen({ type: 'up', ...on(5) }, checkout(5));
    vi.advanceTimersByTime(1000);
    expect(metrics[1]).toMatchObject({
      connectTimeUs: { count: 1, max: 10_000 },
      endpoints: [{ endpoint: 'a', connectTimeUs: { count: 1 }, waitTimeUs: { count: 1 } }],
    });
  });

  it('has sliding windows too', () => {
    const { source, happen } = measured();
    const metrics = collect(source.metrics$);
    happen(checkout(0));
    vi.advanceTimersByTime(2000);
    expect(metrics[2]?.sliding.map(({ windowMs, waitTimeUs }) => [windowMs, waitTimeUs.count])).toEqual([
      [1000, 0],
      [10_000, 1],
      [60_000, 1],
    ]);
  });

  it('tells the pressure and the capacity, now and when they change, to each subscriber', () => {
    const { source, events$, happen } = measured();
    happen(checkout(0));
    const [pressure, capacity] = [collect(source.pressure$), collect(source.capacity$)];
    happen(checkin(0), checkout(0), checkout(1), wait(1), health(0, true));
    expect(pressure).toEqual([0.0005, 0, 0.0005, 0.001, 0.505]);
    expect(capacity).toEqual([1, 2, 1, 0]);
    expect(outcomeOf(source.capacity$)).toMatchObject({ values: 1, value: 0, completions: 0 });
    const ended = outcomeOf(source.pressure$);
    events$.complete();
    expect(ended).toMatchObject({ values: 1, completions: 1 });
  });
});
