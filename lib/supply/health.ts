import { EMPTY, Observable, type ObservableInput, Subscription, exhaustMap, filter, from, map, timer } from 'rxjs';
import { messageOf } from '../errors.ts';
import type { ConnectionRecord } from '../state/pool-state.ts';
import { giveUpAfter } from './give-up-after.ts';
import { letGo } from './let-go.ts';
import type { SupplyOptions } from './supply-parts.ts';

/** The outcome of one check; `error` is empty where it is healthy, and `tookMs` absent where no check was made. */
export interface HealthOutcome {
  readonly healthy: boolean;
  readonly error: string;
  readonly tookMs?: number;
}

/** How one connection is checked. */
export interface HealthOptions {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly check: () => ObservableInput<unknown>;
  /** The connection's record as it is now. */
  readonly record: () => ConnectionRecord | undefined;
}

/** Failed checks in a row after which a connection is replaced, if it is unhealthy by then. */
const GIVE_UP_AFTER = 3;

/** A use that long ago says as much as a check. */
const RECENT_MS = 500;

/**
 * The checks of one idle connection: one outcome an interval, beginning at a phase of its own so that the checks of a
 * pool spread over the interval. Skipped while the connection is in use and right after it was of use; a checkout during
 * the check makes its outcome void. Never errors nor completes.
 */
export function healthChecks({ intervalMs, timeoutMs, check, record }: HealthOptions): Observable<HealthOutcome> {
  const isDue = (now: ConnectionRecord | undefined): now is ConnectionRecord => {
    if (now?.status !== 'idle') return false;
    const idleMs = performance.now() - now.lastUsedAt;
    // After a request that timed out, its use says nothing good.
    return now.requestCount === 0 || now.failureCount > 0 || idleMs >= Math.min(RECENT_MS, intervalMs);
  };
  return timer(phaseOf(record()?.id ?? 0) * intervalMs, intervalMs).pipe(
    map(record),
    filter(isDue),
    exhaustMap(({ requestCount }) =>
      outcomeOf(check, timeoutMs).pipe(filter(() => record()?.requestCount === requestCount)),
    ),
  );
}

/** The checks of a connection as the options want them; none where they are off. */
export function healthOf<C>(
  connection: C,
  { connector, healthCheckIntervalMs: intervalMs, healthCheckTimeoutMs: timeoutMs }: SupplyOptions<C>,
  record: () => ConnectionRecord | undefined,
): Observable<HealthOutcome> {
  if (connector.check === undefined || intervalMs === 0) return EMPTY;
  return healthChecks({ intervalMs, timeoutMs, check: () => connector.check?.(connection) ?? EMPTY, record });
}

/** Whether a connection has failed so many checks that it is to be replaced. */
export function isHopeless(record: ConnectionRecord | undefined, unhealthyAfter: number): boolean {
  return record !== undefined && record.failureCount >= Math.max(GIVE_UP_AFTER, unhealthyAfter);
}

/** Its first value, its end or its error decides, and after so long its silence; its teardown may throw. */
function outcomeOf(check: () => ObservableInput<unknown>, timeoutMs: number): Observable<HealthOutcome> {
  return new Observable((subscriber) => {
    const checking = new Subscription();
    const since = performance.now();
    const finish = (error: string): void => {
      if (checking.closed) return;
      letGo(checking);
      subscriber.next({ healthy: error === '', error, tookMs: performance.now() - since });
      subscriber.complete();
    };
    const pass = (): void => {
      finish('');
    };
    const fail = (error: unknown): void => {
      finish(messageOf(error) || 'the check failed');
    };
    // What a stalled event loop has not heard yet must not count as silence, so the `timeout` of RxJS will not do.
    if (timeoutMs > 0) {
      const late = (): void => {
        finish(`the check took longer than ${timeoutMs} ms`);
      };
      checking.add(giveUpAfter(timeoutMs, late));
    }
    try {
      checking.add(from(check()).subscribe({ next: pass, error: fail, complete: pass }));
    } catch (error) {
      fail(error);
    }
    return () => {
      letGo(checking);
    };
  });
}

/** A number in (0, 1] for each id; multiples of the golden ratio stay as far apart as they can. */
function phaseOf(id: number): number {
  return 1 - ((id * 0.6180339887498949) % 1);
}
