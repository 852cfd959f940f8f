import type { OperatorFunction } from 'rxjs';
import { type LatencySummary, NOTHING } from '../../metrics/latency-histogram.ts';
import { type MetricsOptions, resolveWindows, windowsOf } from '../../metrics/metrics.ts';
import { SlidingHistogram, type Span } from '../../metrics/sliding-histogram.ts';
import type { McpRequestEvent } from './request-watch.ts';

/** The requests of one method, or the calls of one tool, in one window. */
export interface RequestWindow {
  /** The method; `other` for all those beyond 64 names. */
  readonly method: string;
  /** The tool that was called; absent for other methods. */
  readonly tool?: string;
  /** From being asked for to the end, waiting and retries included, in microseconds. */
  readonly tookUs: LatencySummary;
  /** Those that failed, answers that say they are errors included. */
  readonly failed: number;
  /** Those that nobody wanted any more. */
  readonly cancelled: number;
  /** Attempts beyond the first. */
  readonly retried: number;
  /** Longer windows that end with this one. */
  readonly sliding: readonly {
    /** How long the window is, in milliseconds. */
    readonly windowMs: number;
    /** As `tookUs` of the shortest one. */
    readonly tookUs: LatencySummary;
  }[];
}

/** Methods and tools that are told apart at most; all others count as one, of the method `other`. */
const MOST_NAMES = 64;
const OTHER = { method: 'other' };

/**
 * The latencies of requests by method and tool: `pool.requests$.pipe(requestMetrics())`. Emits at the end of each window
 * what has been asked for since the longest one began, a silent window is an empty list. As `metrics` otherwise.
 */
export function requestMetrics(
  options: MetricsOptions = {},
): OperatorFunction<McpRequestEvent, readonly RequestWindow[]> {
  const { windowMs, spans } = resolveWindows(options);
  return (requests$) => windowsOf(requests$, windowMs, () => new RequestRecorder(spans));
}

/** Records requests, and tells of each window as it is closed. @internal */
export class RequestRecorder {
  readonly #spans: readonly Span[];
  readonly #named = new Map<string, NamedRecorder>();

  constructor(spans: readonly Span[] = []) {
    this.#spans = spans;
  }

  record(event: McpRequestEvent): void {
    this.#recorderOf(event).record(event);
  }

  /** Ends the window, which took so many milliseconds. */
  close(overMs: number): readonly RequestWindow[] {
    const windows: RequestWindow[] = [];
    for (const [name, recorder] of this.#named) {
      const window = recorder.close(overMs);
      if ([window, ...window.sliding].every(({ tookUs }) => tookUs.count === 0)) this.#named.delete(name);
      else windows.push(window);
    }
    return windows;
  }

  #recorderOf({ method, tool }: McpRequestEvent): NamedRecorder {
    // Only calls of tools have a tool.
    const name = tool === undefined ? `method ${method}` : `tool ${tool}`;
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const isFull = this.#named.size >= MOST_NAMES;
    if (isFull && method !== OTHER.method) return this.#recorderOf(OTHER as McpRequestEvent);
    const recorder = new NamedRecorder({ method, ...(tool !== undefined && { tool }) }, this.#spans);
    this.#named.set(name, recorder);
    return recorder;
  }
}

class NamedRecorder {
  readonly #name: Pick<RequestWindow, 'method' | 'tool'>;
  readonly #spans: readonly Span[];
  readonly #took: SlidingHistogram;
  #failed = 0;
  #cancelled = 0;
  #retried = 0;

  constructor(name: Pick<RequestWindow, 'method' | 'tool'>, spans: readonly Span[]) {
    this.#name = name;
    this.#spans = spans;
    this.#took = new SlidingHistogram(spans);
  }

  record({ tookMs, status, error, attempts }: McpRequestEvent): void {
    this.#took.record(tookMs);
    if (error !== undefined) this.#failed++;
    if (status === 'cancelled') this.#cancelled++;
    this.#retried += Math.max(0, attempts - 1);
  }

  close(overMs: number): RequestWindow {
    const { failed, cancelled, retried } = {
      failed: this.#failed,
      cancelled: this.#cancelled,
      retried: this.#retried,
    };
    [this.#failed, this.#cancelled, this.#retried] = [0, 0, 0];
    const tookUs = this.#took.close(overMs);
    const slid = this.#took.sliding();
    const sliding = this.#spans.map(({ windowMs }, i) => ({ windowMs, tookUs: slid[i] ?? NOTHING }));
    return { ...this.#name, tookUs, failed, cancelled, retried, sliding };
  }
}
