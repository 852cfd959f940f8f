import { EMPTY, Subscription, defer } from 'rxjs';
import type { ConnectionRecord } from '../../state/pool-state.ts';
import type { Notice } from '../connector.ts';
import { type HealthListener, HealthMonitor } from './health-monitor.ts';
import { SpreadTimer } from './spread-timer.ts';
import type { SupplyOptions } from '../supply-parts.ts';
import { messageOf } from '../../base/thrown.ts';

/** Callbacks for a connection while it is up. */
interface ConnectionMonitorListener extends HealthListener {
  noticed(notice: Notice): void;
  /** The connection has reached its lifetime. */
  aged(): void;
}

/** The running monitor of one connection. */
export interface ConnectionMonitor {
  /** Its health checks; absent where they are off. */
  readonly health: HealthMonitor | undefined;
  /** Ends the monitor. */
  readonly subscription: Subscription;
}

/** Monitors one connection while it is up: its health, its notices and its lifetime. */
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
      // Untyped code may emit anything; the log must get text.
      if (notice?.note !== undefined)
        listener.noticed({ note: messageOf(notice.note), retire: notice.retire === true });
    },
    // An error of the notices, or of the user's function, says nothing of the connection.
    error: () => undefined,
  });
}

/**
 * A timer for the lifetime, which is drawn for each connection, so that connections opened together do not end
 * together.
 */
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
