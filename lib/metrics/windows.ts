import { Observable, interval, tap } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import { LatencyWindow } from './latency-window.ts';
import type { WindowMetrics } from './pool-metrics.ts';

/** The window before the first one. */
export const EMPTY_WINDOW: WindowMetrics = windowOf(new LatencyWindow(), new LatencyWindow(), 1);

/**
 * One `WindowMetrics` each `windowMs` milliseconds, over the checkouts and checkins of just that window; 0: one in all.
 * The last, shorter one comes with the completion of the events.
 */
export function windowsOf(events$: Observable<PoolEvent>, windowMs: number): Observable<WindowMetrics> {
  return new Observable((subscriber) => {
    const waits = new LatencyWindow();
    const uses = new LatencyWindow();
    let since = performance.now();
    const close = (): void => {
      const now = performance.now();
      const metrics = windowOf(waits, uses, now - since);
      since = now;
      waits.clear();
      uses.clear();
      subscriber.next(metrics);
    };
    if (windowMs > 0) subscriber.add(interval(windowMs).pipe(tap(close)).subscribe());
    subscriber.add(
      events$.subscribe({
        next: (event) => {
          if (event.type === 'checkout') waits.record(event.waitedMs);
          else if (event.type === 'checkin' || event.type === 'destroy') uses.record(event.usedMs);
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          close();
          subscriber.complete();
        },
      }),
    );
  });
}

function windowOf(waits: LatencyWindow, uses: LatencyWindow, ms: number): WindowMetrics {
  return {
    checkoutsPerSecond: ms > 0 ? (1000 * waits.total) / ms : 0,
    waitTimeUs: waits.percentiles(),
    useTimeUs: uses.percentiles(),
  };
}
