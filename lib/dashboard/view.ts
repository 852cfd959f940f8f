import { capacityOf } from '../metrics/headroom.ts';
import { healthFacts } from '../metrics/health.ts';
import type { ConnectionRecord, PoolState, Totals, Waiter } from '../state/pool-state.ts';
import type { Cell, Gauges, View } from './protocol.ts';
import { markOf } from './shared/cells.ts';
import type { WatchedPool } from './watched-pool.ts';

/** Waiters that are shown one by one. */
const MOST_WAITERS = 50;

/** How the pool stands now; what came after its end counts as well. */
export function gaugesNow(pool: WatchedPool, state: PoolState = pool.state): Gauges {
  const { failedCheckouts, invalidCheckins } = pool.metrics;
  return { ...gaugesOf(state, pool.pressure), failedCheckouts, invalidCheckins };
}

/** What a state tells of the pool as a whole. */
export function gaugesOf(state: PoolState, pressure: number | null = null): Gauges {
  return {
    phase: state.phase,
    strategy: state.strategy,
    minSize: state.minSize,
    maxSize: state.maxSize,
    allowed: state.allowed,
    floor: state.floor,
    maxLeasesPerConnection: state.maxLeasesPerConnection,
    maxWaiting: state.maxWaiting,
    size: state.size,
    idle: state.idle,
    active: state.active,
    connecting: state.connecting,
    closing: state.closing,
    unhealthy: state.unhealthy,
    withheld: state.withheld,
    pinned: state.pinned,
    waiting: state.waiting,
    circuit: state.circuit,
    connectFailures: state.connectFailures,
    retryAt: state.retryAt,
    restingUntil: state.restingUntil,
    ...totalsOf(state),
    health: healthFacts(state, pressure),
    pressure,
    capacity: capacityOf(state),
  };
}

/** The whole of a state, as it is shown. */
export function viewOf(pool: number, state: PoolState, gauges: Gauges, at: number): View {
  const { version, endpoints } = state;
  const cells = [...state.connections].map(cellOf);
  return { pool, version, at, gauges, cells, waiters: firstWaiters(state), endpoints };
}

export function cellOf(record: ConnectionRecord): Cell {
  const { slot, id, status, leases, requestCount, failureCount, createdAt, lastUsedAt, endpoint } = record;
  const [since, used] = [Math.round(createdAt), Math.round(lastUsedAt)];
  const cell: Cell = [slot, id, status, markOf(record), leases, requestCount, failureCount, since, used];
  return endpoint === undefined ? cell : ([...cell, endpoint] as unknown as Cell);
}

export function firstWaiters({ waiting, waiters }: PoolState): readonly Waiter[] {
  const first: Waiter[] = [];
  if (waiting === 0) return first;
  for (const waiter of waiters) {
    first.push(waiter);
    if (first.length === MOST_WAITERS) break;
  }
  return first;
}

function totalsOf(state: PoolState): Totals {
  return {
    checkouts: state.checkouts,
    checkins: state.checkins,
    destroyed: state.destroyed,
    lost: state.lost,
    failedCheckouts: state.failedCheckouts,
    invalidCheckins: state.invalidCheckins,
    healthCheckFailures: state.healthCheckFailures,
    strategyFailures: state.strategyFailures,
    timeouts: state.timeouts,
    connects: state.connects,
    failedConnects: state.failedConnects,
    deaths: state.deaths,
    leaks: state.leaks,
    waitedMs: state.waitedMs,
  };
}
