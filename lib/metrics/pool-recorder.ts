import type { LatencyHistogram } from './latency-histogram.ts';
import type { LeaseTally } from '../events/lease-tally.ts';
import type { Checkin, Checkout, Destroy, PoolEvent } from '../events/pool-event.ts';
import type { PoolState } from '../state/pool-state.ts';
import type { EndpointWindows, PoolWindows } from './window-metrics.ts';
import type { Span } from './sliding-histogram.ts';
import { WindowRecorder } from './window-recorder.ts';

/** The limit of endpoints with latencies of their own; those of further endpoints count only in the pool's. */
const MOST_ENDPOINTS = 64;

/** What has to be remembered of a connection, because later events do not carry it. */
interface SeenConnection {
  readonly endpoint: string | undefined;
  readonly since: number;
}

/** Records latencies, for the pool and for each endpoint: from events, or from the figures of leases. */
export class PoolRecorder implements LeaseTally {
  readonly #spans: readonly Span[];
  readonly #pool: WindowRecorder;
  readonly #endpoints = new Map<string, WindowRecorder>();
  /** The connections that are being opened; in a pool with endpoints all connections. */
  readonly #seen = new Map<number, SeenConnection>();

  /** `state` is the state before the first event; it tells of the connections that exist already. */
  constructor(spans: readonly Span[], state?: PoolState) {
    this.#spans = spans;
    this.#pool = new WindowRecorder(spans);
    for (const { id, endpoint, status, createdAt } of state?.connections ?? []) {
      if (endpoint !== undefined || status === 'connecting') this.#seen.set(id, { endpoint, since: createdAt });
    }
  }

  record(event: PoolEvent): void {
    if (event.type === 'checkout') this.leaseBegan(event.connection, event.waitedMs);
    else if (event.type === 'checkin' || event.type === 'destroy') this.leaseEnded(event.connection, event.usedMs);
    else this.#recordRare(event);
  }

  leaseBegan(connection: number, waitedMs: number): void {
    this.#note(connection, 'waits', waitedMs);
  }

  leaseEnded(connection: number, usedMs: number): void {
    this.#note(connection, 'uses', usedMs);
  }

  /** How long each lease took that ended in the window that was closed last; `undefined` before the first. */
  get lastUses(): LatencyHistogram | undefined {
    return this.#pool.uses.last;
  }

  /** Ends the present window, which took `overMs` milliseconds, and returns its latencies. */
  close(overMs: number): PoolWindows {
    const endpoints: EndpointWindows[] = [];
    for (const [endpoint, recorder] of this.#endpoints) endpoints.push({ endpoint, ...recorder.close(overMs) });
    for (const windows of endpoints) if (isSilent(windows)) this.#endpoints.delete(windows.endpoint);
    return { ...this.#pool.close(overMs), endpoints };
  }

  #recordRare(event: Exclude<PoolEvent, Checkout | Checkin | Destroy>): void {
    const { type } = event;
    if (type === 'connecting') this.#seen.set(event.connection, { endpoint: event.endpoint, since: event.at });
    else if (type === 'up') this.#cameUp(event.connection, event.at);
    else if (type === 'health' && event.tookMs !== undefined) this.#note(event.connection, 'checks', event.tookMs);
    else if (type === 'connectFailed' || type === 'down' || type === 'removed') this.#seen.delete(event.connection);
  }

  #cameUp(connection: number, at: number): void {
    const seen = this.#seen.get(connection);
    if (seen === undefined) return;
    this.#note(connection, 'connects', at - seen.since);
    if (seen.endpoint === undefined) this.#seen.delete(connection);
  }

  #note(connection: number, what: 'waits' | 'uses' | 'connects' | 'checks', ms: number): void {
    this.#pool[what].record(ms);
    if (this.#seen.size === 0) return;
    const endpoint = this.#seen.get(connection)?.endpoint;
    if (endpoint !== undefined) this.#recorderOf(endpoint)?.[what].record(ms);
  }

  #recorderOf(endpoint: string): WindowRecorder | undefined {
    const known = this.#endpoints.get(endpoint);
    if (known !== undefined || this.#endpoints.size >= MOST_ENDPOINTS) return known;
    const recorder = new WindowRecorder(this.#spans);
    this.#endpoints.set(endpoint, recorder);
    return recorder;
  }
}

/** Whether all windows are empty. The endpoint may have left the list then, and its recorder is dropped. */
function isSilent({ sliding, ...window }: EndpointWindows): boolean {
  return [window, ...sliding].every(
    ({ waitTimeUs, useTimeUs, connectTimeUs, healthCheckTimeUs }) =>
      waitTimeUs.count + useTimeUs.count + connectTimeUs.count + healthCheckTimeUs.count === 0,
  );
}
