import { EMPTY, type Observable, map, tap } from 'rxjs';
import { describe, it } from 'vitest';
import { MetricsSource } from '../../lib/metrics/metrics-source.ts';
import { marbles } from '../support/marbles.ts';
import { type BareEvent, checkin, checkout, following, health, opened, stateAfter, up } from '../support/pool-log.ts';

/** What happens at each letter. */
const happenings: Readonly<Record<string, BareEvent>> = {
  o: checkout(0),
  p: checkout(1),
  i: checkin(0),
  h: health(1, true),
  d: { type: 'drain' },
};
const pressures = { '0': 0, '1': 0.25, '2': 0.5, f: 1 };
const capacities = { '0': 0, '1': 1, '2': 2 };

/** Nothing of these streams comes within another telling. */
const inTurn = <T>(stream$: Observable<T>): Observable<T> => stream$;

/** The source of a pool of two, to which this happens. */
function sourceOf(happenings$: Observable<BareEvent>): MetricsSource {
  let state = stateAfter(opened({ maxSize: 2 }), ...up(0, 1));
  const happen = (event: BareEvent): void => {
    state = following(state, event);
  };
  const events$ = happenings$.pipe(tap(happen)) as Observable<never>;
  const input = { tallied: () => EMPTY, events$, late: { refusals: 0, invalidCheckins: 0 }, inTurn };
  return new MetricsSource(input, () => state, { metricsWindowMs: 0, checkoutTimeoutMs: 1000 });
}

describe('in marbles', () => {
  const pool = '    -o-h-p-i-d|';

  it('pressure$ emits at once and whenever it changes, and completes with the pool', () => {
    marbles(({ hot, expectObservable }) => {
      const pressure = '01---2-1-f|';
      expectObservable(sourceOf(hot(pool, happenings)).pressure$).toBe(pressure, pressures);
    });
  });

  it('capacity$ emits at once and whenever it changes, and completes with the pool', () => {
    marbles(({ hot, expectObservable }) => {
      const capacity = '21---0-1-0|';
      expectObservable(sourceOf(hot(pool, happenings)).capacity$).toBe(capacity, capacities);
    });
  });

  it('health$ emits at once and when the status changes, not with each lease, and completes with the pool', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const health = '  k--------d|';
      const events$ = hot(pool, happenings);
      const status$ = sourceOf(events$).health$.pipe(map(({ status }) => status));
      expectObservable(status$).toBe(health, { k: 'ok', d: 'down' });
      const left$ = hot(pool, happenings);
      const leaving = ' ^-----!';
      expectObservable(sourceOf(left$).health$.pipe(map(({ status }) => status)), leaving).toBe('k------', { k: 'ok' });
      expectSubscriptions(left$.subscriptions).toBe(leaving);
    });
  });

  it('both hold nothing on to the pool when they are unsubscribed from', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pressed$ = hot(pool, happenings);
      const able$ = hot(pool, happenings);
      const leaving = ' ^-----!';
      const pressure = '01---2-';
      const capacity = '21---0-';
      expectObservable(sourceOf(pressed$).pressure$, leaving).toBe(pressure, pressures);
      expectObservable(sourceOf(able$).capacity$, leaving).toBe(capacity, capacities);
      expectSubscriptions(pressed$.subscriptions).toBe(leaving);
      expectSubscriptions(able$.subscriptions).toBe(leaving);
    });
  });
});
