import { EMPTY, map } from 'rxjs';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { metrics } from '../../lib/metrics/metrics.ts';
import { marbles } from '../support/marbles.ts';
import { checkout } from '../support/metric-events.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('metrics, in marbles', () => {
  const counts = () => map(({ waitTimeUs }: { waitTimeUs: { count: number } }) => String(waitTimeUs.count));
  const values = { c: checkout(1) };

  it('counts into the window that an event falls into', () => {
    marbles(({ hot, expectObservable }) => {
      const events$ = hot('-c-(cc)---c---|', values);
      const windows = '    ----3---0---1-(0|)';
      expectObservable(events$.pipe(metrics({ windowMs: 4, slidingMs: [] }), counts())).toBe(windows);
    });
  });

  it('has a window of nothing for what is empty', () => {
    marbles(({ expectObservable }) => {
      expectObservable(EMPTY.pipe(metrics(), counts())).toBe('(0|)');
    });
  });

  it('errors in the middle of a window', () => {
    marbles(({ hot, expectObservable }) => {
      const events$ = hot('-c---c#', values);
      const windows = '    ----1-#';
      expectObservable(events$.pipe(metrics({ windowMs: 4, slidingMs: [] }), counts())).toBe(windows);
    });
  });

  it('ends when it is unsubscribed from', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const events$ = hot('-c---c-----c-', values);
      const leaving = '    ^--------!';
      const windows = '    ----1---1-';
      expectObservable(events$.pipe(metrics({ windowMs: 4, slidingMs: [] }), counts()), leaving).toBe(windows);
      expectSubscriptions(events$.subscriptions).toBe(leaving);
    });
  });
});
