import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoolEvent } from '../../lib/events/pool-event.ts';
import { MetricsSource } from '../../lib/metrics/metrics-source.ts';
import { EMPTY_WINDOW } from '../../lib/metrics/windows.ts';
import { reduce } from '../../lib/state/reduce.ts';
import { Snapshot } from '../../lib/state/snapshot.ts';
import { collect, listen } from '../support/listen.ts';
import { outcomeOf } from '../support/outcome.ts';
import { type BareEvent, checkin, checkout, logOf, opened, up } from '../support/pool-log.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

function measured() {
  const committed$ = new Subject<PoolEvent>();
  const late = { refusals: 0, invalidCheckins: 0 };
  let state = new Snapshot();
  const source = new MetricsSource({ committed$, late }, () => state, 1000);
  const happen = (...events: BareEvent[]) => {
    for (const event of logOf(events, state.version)) {
      state = reduce(state, event);
      committed$.next(event);
    }
  };
  happen(opened(), ...up(0, 1));
  return { source, committed$, late, happen };
}

const perSecond = (metrics: readonly { checkoutsPerSecond: number }[]) =>
  metrics.map(({ checkoutsPerSecond }) => checkoutsPerSecond);

describe('MetricsSource', () => {
  it('is current without a subscriber, and has no timer', () => {
    const { source, committed$, happen } = measured();
    happen(checkout(0));
    expect(source.metrics).toMatchObject({ activeConnections: 1, totalCheckouts: 1, ...EMPTY_WINDOW });
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
    expect(source.metrics).toMatchObject({ totalCheckouts: 1, ...EMPTY_WINDOW });
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
    expect(outcomeOf(source.metrics$)).toMatchObject({ completions: 1, value: EMPTY_WINDOW });
    expect(vi.getTimerCount()).toBe(0);
  });
});
