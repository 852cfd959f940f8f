import { EMPTY, Subscription, defer } from 'rxjs';
import type { ConnectionRecord } from '../../state/pool-state.ts';
import type { Notice } from '../connector.ts';
import { type HealthListener, HealthMonitor } from './health-monitor.ts';
import { SpreadTimer } from './spread-timer.ts';
import type { SupplyOptions } from '../supply-parts.ts';
import { messageOf } from '../../base/thrown.ts';

/** Who hears what becomes of a connection while it is up. */
export interface ConnectionMonitorListener extends HealthListener {
  noticed(notice: Notice): void;
  /** It has lived long enough. */
  aged(): void;
}

/** What looks after one connection while it is up. */
export interface ConnectionMonitor {
  /** Its checks; absent where they are off. */
  readonly health: HealthMonitor | undefined;
  /** Ends all of it. */
  readonly subscription: Subscription;
}

/** Looks after one connection for as long as it is up: its health, its notices and its age. */
export function connectionMonitor<C>(
  connection: C,
  options: SupplyOptions<C>,
  record: () => ConnectionRecord | undefined,
  listener: ConnectionMonitorListener,
): ConnectionMonitor {
  const health = healthMonitorOf(connection, options, record, listener);
  const subscription = new Subscription(() => {
    health?.stop();
  });
  subscription.add(noticesOf(connection, options, listener));
  subscription.add(lifetimeOf(options, listener));
  return { health, subscription };
}

function healthMonitorOf<C>(
  connection: C,
  { connector, healthCheckIntervalMs: intervalMs, healthCheckTimeoutMs: timeoutMs, random }: SupplyOptions<C>,
  record: () => ConnectionRecord | undefined,
  listener: HealthListener,
): HealthMonitor | undefined {
  if (connector.check === undefined || intervalMs === 0) return undefined;
  const check = (): ReturnType<NonNullable<typeof connector.check>> => connector.check?.(connection) ?? EMPTY;
  return new HealthMonitor({ intervalMs, timeoutMs, check, record, random }, listener);
}

function noticesOf<C>(
  connection: C,
  { connector }: SupplyOptions<C>,
  listener: ConnectionMonitorListener,
): Subscription {
  return defer(() => connector.notices?.(connection) ?? EMPTY).subscribe({
    next: (notice: Partial<Notice> | undefined) => {
      // From untyped code it may be anything; what goes into the log is text.
      if (notice?.note !== undefined)
        listener.noticed({ note: messageOf(notice.note), retire: notice.retire === true });
    },
    // A connection is not worse for it, nor for a function that throws.
    error: () => undefined,
  });
}

/** Drawn for each connection, so that those opened together do not end together. */
function lifetimeOf<C>(
  { maxLifetimeMs, random }: SupplyOptions<C>,
  listener: ConnectionMonitorListener,
): Subscription | undefined {
  const { minMs, maxMs } = maxLifetimeMs;
  if (maxMs === 0) return undefined;
  const timer = new SpreadTimer(random);
  timer.set(performance.now() + minMs + random() * (maxMs - minMs), () => {
    listener.aged();
  });
  return new Subscription(() => {
    timer.clear();
  });
}
