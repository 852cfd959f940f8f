import { Observable, type OperatorFunction, ignoreElements, interval, tap } from 'rxjs';
import { checkObject, duration, kindOf } from '../base/durations.ts';
import type { PoolEvent } from '../events/pool-event.ts';
import { PoolRecorder } from './pool-recorder.ts';
import type { PoolWindows } from './window-metrics.ts';
import type { Span } from './sliding-histogram.ts';

/** Options of `metrics`. Durations are in milliseconds. */
export interface MetricsOptions {
  /** The length of a window. 0 or `Infinity`: a single window from the subscription to the end. Default: 1000. */
  readonly windowMs?: number;
  /**
   * Longer windows, which slide on with each window: multiples of `windowMs`, at most 3600 times as long. Default:
   * those of 1000, 10 000 and 60 000 that are such multiples.
   */
  readonly slidingMs?: readonly number[];
}

const USUAL_SLIDING_MS = [1000, 10_000, 60_000];
const MOST_SLOTS = 3600;

/**
 * An operator that measures the latencies of a pool from its events: `pool.events$.pipe(metrics({ windowMs: 10_000
 * }))`.
 *
 * Emits at the end of each window, also of an empty one, what was recorded in it. Each subscription has its own
 * windows. Completes with the events, after the last, shorter window; errors when they do. Throws a `TypeError` or
 * `RangeError` for invalid options.
 */
export function metrics(options: MetricsOptions = {}): OperatorFunction<PoolEvent, PoolWindows> {
  const { windowMs, spans } = resolveWindows(options);
  return (events$) => windowsOf(events$, windowMs, () => new PoolRecorder(spans));
}

/**
 * Emits what a recorder recorded of these events at the end of each window; `windowMs` 0: once, at the end. Completes and
 * errors as the events do.
 */
export function windowsOf<Event, Window>(
  events$: Observable<Event>,
  windowMs: number,
  newRecorder: () => WindowSource<Window> & { record(event: Event): void },
): Observable<Window> {
  return windowsFed(windowMs, newRecorder, (recorder) =>
    events$.pipe(
      tap((event) => {
        recorder.record(event);
      }),
      ignoreElements(),
    ),
  );
}

/** What has recorded something in a window. */
interface WindowSource<Window> {
  /** Ends the window, which took `overMs` milliseconds. */
  close(overMs: number): Window;
}

/**
 * The same for a recorder that is told of things otherwise: for as long as what `feed` returns is subscribed to. All
 * operators for metrics are built on this.
 */
export function windowsFed<Window, Recorder extends WindowSource<Window>>(
  windowMs: number,
  newRecorder: () => Recorder,
  feed: (recorder: Recorder) => Observable<never>,
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
      feed(recorder).subscribe({
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

/** Checks the options; returns the window in milliseconds (0: a single one) and the sliding windows. @internal */
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
