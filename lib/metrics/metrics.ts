import { Observable, type OperatorFunction, interval, tap } from 'rxjs';
import { checkObject, duration, kindOf } from '../base/durations.ts';
import type { PoolEvent } from '../events/pool-event.ts';
import { PoolRecorder } from './pool-recorder.ts';
import type { PoolWindows } from './window-metrics.ts';
import type { Span } from './sliding-histogram.ts';

/** Durations are in milliseconds. */
export interface MetricsOptions {
  /** How long a window is, 1000; 0 or `Infinity`: one from the subscription to the end. */
  readonly windowMs?: number;
  /**
   * Longer windows that slide on with each window, multiples of `windowMs` and at most 3600 times as long; of 1000, 10 000
   * and 60 000 those that are when left out.
   */
  readonly slidingMs?: readonly number[];
}

const USUAL_SLIDING_MS = [1000, 10_000, 60_000];
const MOST_SLOTS = 3600;

/**
 * The latencies of a pool, out of its events: `pool.events$.pipe(metrics({ windowMs: 10_000 }))`.
 *
 * Emits at the end of each window, a silent one too, with what was recorded since it began: each subscription has
 * windows of its own. Completes with the events, after the last, shorter window; errors as they do. Throws a `TypeError`
 * or `RangeError` for options that make no sense.
 */
export function metrics(options: MetricsOptions = {}): OperatorFunction<PoolEvent, PoolWindows> {
  const { windowMs, spans } = resolveWindows(options);
  return (events$) => windowsOf(events$, windowMs, () => new PoolRecorder(spans));
}

/** What `recorder` records, once a window of so many milliseconds; 0: one in all. The operators of metrics end here. */
export function windowsOf<Event, Window>(
  events$: Observable<Event>,
  windowMs: number,
  newRecorder: () => { record(event: Event): void; close(overMs: number): Window },
): Observable<Window> {
  return new Observable((subscriber) => {
    const recorder = newRecorder();
    let since = performance.now();
    const close = (): void => {
      const now = performance.now();
      const window = recorder.close(now - since);
      since = now;
      subscriber.next(window);
    };
    if (windowMs > 0) subscriber.add(interval(windowMs).pipe(tap(close)).subscribe());
    subscriber.add(
      events$.subscribe({
        next: (event) => {
          recorder.record(event);
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

/** The window in milliseconds, 0 where there is one in all, and what slides. @internal */
export function resolveWindows(options: MetricsOptions): {
  readonly windowMs: number;
  readonly spans: readonly Span[];
} {
  checkObject('options', options);
  const windowMs = duration('windowMs', options.windowMs ?? 1000);
  const isMade = (ms: number): boolean => windowMs > 0 && slotsIn(ms, windowMs) !== undefined;
  const sliding: unknown = options.slidingMs ?? USUAL_SLIDING_MS.filter(isMade);
  if (!Array.isArray(sliding)) throw new TypeError(`slidingMs must be a list of milliseconds, not ${kindOf(sliding)}`);
  return { windowMs, spans: sliding.map((ms: number) => spanOf(ms, windowMs)) };
}

function spanOf(slidingMs: number, windowMs: number): Span {
  const slots = slotsIn(duration('slidingMs', slidingMs), windowMs);
  if (slots === undefined) {
    const most = `at most ${MOST_SLOTS} times as long`;
    throw new RangeError(`slidingMs must be a multiple of windowMs (${windowMs}) and ${most}, not ${slidingMs}`);
  }
  return { slots, windowMs: slidingMs };
}

function slotsIn(slidingMs: number, windowMs: number): number | undefined {
  const slots = slidingMs / windowMs;
  return Number.isInteger(slots) && slots >= 1 && slots <= MOST_SLOTS ? slots : undefined;
}
