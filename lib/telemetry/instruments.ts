import type { PoolMetrics } from '../metrics/pool-metrics.ts';
import type { PoolState } from '../state/pool-state.ts';
import { type HealthStatus, supplyHealth } from '../state/supply-health.ts';

/** One exported quantity. The names are OpenTelemetry's; other exporters derive theirs from them. */
export interface Instrument {
  readonly name: string;
  /** The unit in UCUM notation: `s`, or what is counted in braces. */
  readonly unit: string;
  readonly description: string;
}

/** A count, read when metrics are collected. A `level` rises and falls; a `total` only rises. */
export interface CountInstrument extends Instrument {
  readonly kind: 'level' | 'total';
  /** One value for each `state` label, or a single value. */
  readonly of: CountOf | Readonly<Record<string, CountOf>>;
}

/** A duration, recorded when it ends. */
export interface TimeInstrument extends Instrument {
  /** The upper bounds of its buckets, in seconds. */
  readonly boundaries: readonly number[];
}

/** The data that counts are read from. */
export interface CountSource {
  readonly state: PoolState;
  readonly metrics: Pick<PoolMetrics, 'failedCheckouts' | 'invalidCheckins'>;
}

type CountOf = (source: CountSource) => number;

/** From 0.1 ms, since a lease is often available at once, up to the timeouts of checkouts and connects. */
const CONNECTION_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/**
 * The boundaries of OpenTelemetry's semantic conventions for MCP, plus lower ones, since an open connection makes
 * requests fast.
 */
const OPERATION_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

const level = (name: string, unit: string, description: string, of: CountInstrument['of']): CountInstrument => ({
  kind: 'level',
  name: `mcp.client.connection.${name}`,
  unit: `{${unit}}`,
  description,
  of,
});

/** 1 for a pool of this health; 0 for one that is being closed, which is meant to serve nobody. */
const isOfHealth =
  (status: HealthStatus): CountOf =>
  ({ state }) =>
    state.phase === 'open' && supplyHealth(state) === status ? 1 : 0;

const total = (name: string, unit: string, description: string, of: CountOf): CountInstrument => ({
  ...level(name, unit, description, of),
  kind: 'total',
});

const time = (name: string, description: string, boundaries: readonly number[]): TimeInstrument => ({
  name: `mcp.client.${name}`,
  unit: 's',
  description,
  boundaries,
});

/**
 * The counts: modelled on `db.client.connection.*` in OpenTelemetry's semantic conventions, plus what only this pool
 * counts. There is no `idle.max`: nothing limits how many connections may be idle.
 */
export const counts: readonly CountInstrument[] = [
  level('count', 'connection', 'Connections that are up, by whether they are leased', {
    idle: ({ state }) => state.idle,
    used: ({ state }) => state.active,
  }),
  level('idle.min', 'connection', 'Connections that are kept open without demand', ({ state }) => state.floor),
  level('max', 'connection', 'Connections at most', ({ state }) => state.maxSize),
  level('allowed', 'connection', 'Connections that are allowed at present', ({ state }) => state.allowed),
  level('connecting', 'connection', 'Connections that are being opened', ({ state }) => state.connecting),
  level('closing', 'connection', 'Connections that are being closed', ({ state }) => state.closing),
  level('unhealthy', 'connection', 'Connections that failed their last health checks', ({ state }) => state.unhealthy),
  level('health', 'pool', 'Open pools, by whether they can serve', {
    ok: isOfHealth('ok'),
    degraded: isOfHealth('degraded'),
    down: isOfHealth('down'),
  }),
  level(
    'open_circuits',
    'pool',
    'Pools whose circuit is open: connecting fails, and is tried only now and then',
    (of) => (of.state.circuit === 'open' ? 1 : 0),
  ),
  level('pending_requests', 'request', 'Checkouts in the queue', ({ state }) => state.waiting),
  total('checkouts', 'checkout', 'Leases that began', ({ state }) => state.checkouts),
  total('checkins', 'checkin', 'Leases that were checked in', ({ state }) => state.checkins),
  total('destroyed', 'lease', 'Leases whose holders had the connection closed', ({ state }) => state.destroyed),
  total('lost', 'lease', 'Leases whose connection died or was closed by force', ({ state }) => state.lost),
  total('leaks', 'lease', 'Leases that were held for too long', ({ state }) => state.leaks),
  total(
    'failed_checkouts',
    'checkout',
    'Checkouts that ended in a timeout, a refusal, a failed connect or a closed pool',
    ({ metrics }) => metrics.failedCheckouts,
  ),
  total('invalid_checkins', 'checkin', 'Checkins of leases that were over', ({ metrics }) => metrics.invalidCheckins),
  total('timeouts', 'timeout', 'Checkouts that timed out', ({ state }) => state.timeouts),
  total('connects', 'connection', 'Connects that succeeded', ({ state }) => state.connects),
  total('failed_connects', 'connection', 'Connects that failed', ({ state }) => state.failedConnects),
  total('deaths', 'connection', 'Connections that died by themselves', ({ state }) => state.deaths),
  total('health_check_failures', 'check', 'Health checks that failed', ({ state }) => state.healthCheckFailures),
  total('strategy_failures', 'failure', 'Failures of the strategy', ({ state }) => state.strategyFailures),
];

/** The durations. */
export const times: Readonly<Record<'create' | 'wait' | 'use' | 'operation', TimeInstrument>> = {
  create: time('connection.create_time', 'The time to open a connection, its warming included', CONNECTION_SECONDS),
  wait: time('connection.wait_time', 'The time from the request of a lease to the lease', CONNECTION_SECONDS),
  use: time('connection.use_time', 'The time from a lease to its end', CONNECTION_SECONDS),
  operation: time(
    'operation.duration',
    'The time from the request to its answer or failure, waiting and retries included',
    OPERATION_SECONDS,
  ),
};

/** The duration of the requests of a gateway's clients. */
export const served: TimeInstrument = {
  name: 'mcp.server.operation.duration',
  unit: 's',
  description: 'The time from a request of a client to its answer',
  boundaries: OPERATION_SECONDS,
};
