import type { PoolMetrics } from '../metrics/pool-metrics.ts';
import type { PoolState } from '../state/pool-state.ts';

/** What is exported of a pool: the names are OpenTelemetry's, and other exporters derive theirs from them. */
export interface Instrument {
  readonly name: string;
  /** As in UCUM: `s`, or what is counted in braces. */
  readonly unit: string;
  readonly description: string;
}

/** Read when it is collected. A `level` rises and falls; a `total` only rises. */
export interface CountInstrument extends Instrument {
  readonly kind: 'level' | 'total';
  /** The values by `state`, or the value alone. */
  readonly of: CountOf | Readonly<Record<string, CountOf>>;
}

/** How long something took, recorded as it ends. */
export interface TimeInstrument extends Instrument {
  /** The upper bounds of its buckets, in seconds. */
  readonly boundaries: readonly number[];
}

/** What a count is read from. */
export interface CountSource {
  readonly state: PoolState;
  readonly metrics: Pick<PoolMetrics, 'failedCheckouts' | 'invalidCheckins'>;
}

type CountOf = (source: CountSource) => number;

/** From a tenth of a millisecond, for a lease is often there at once, to the time limits of checkouts and connects. */
const CONNECTION_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** As the semantic conventions for MCP have them, and below those what an open connection makes possible. */
const OPERATION_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

const level = (name: string, unit: string, description: string, of: CountInstrument['of']): CountInstrument => ({
  kind: 'level',
  name: `mcp.client.connection.${name}`,
  unit: `{${unit}}`,
  description,
  of,
});

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
 * The shape of `db.client.connection.*` in OpenTelemetry's semantic conventions, and what a pool counts beyond that.
 * There is no `idle.max`: nothing limits how many connections may be idle.
 */
export const counts: readonly CountInstrument[] = [
  level('count', 'connection', 'Connections that are up, by whether they are leased', {
    idle: ({ state }) => state.idle,
    used: ({ state }) => state.active,
  }),
  level('idle.min', 'connection', 'Connections that are kept open without demand', ({ state }) => state.floor),
  level('max', 'connection', 'Connections at most', ({ state }) => state.maxSize),
  level('connecting', 'connection', 'Connections that are being opened', ({ state }) => state.connecting),
  level('closing', 'connection', 'Connections that are being closed', ({ state }) => state.closing),
  level('unhealthy', 'connection', 'Connections that failed their last health checks', ({ state }) => state.unhealthy),
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

/** How long things take. */
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
