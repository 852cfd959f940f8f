/**
 * A reactive pool of connections of any kind: `createPool`, the operators that work with it, strategies and metrics.
 *
 * @module rx-mcp-pool
 */

export type { CheckoutOptions } from './checkout/checkout-options.ts';
export type { ConnectionAccount } from './why/connection-account.ts';
export type { LeaseAccount } from './why/lease-account.ts';
export { type CodelOptions, type QueueDiscipline, codel } from './checkout/queue/codel.ts';
export type { Lease } from './checkout/lease.ts';
export type { Revocation } from './checkout/revocation.ts';
export type { FailedAttempt, Followed, Retry, RetryPolicy, RequestStatus } from './requests/retry.ts';
export type { UseOptions, Work } from './requests/use-once.ts';
export {
  type Project,
  type Requestable,
  type WithConnectionOptions,
  withConnection,
} from './requests/with-connection.ts';
export type { Pool } from './pool/pool.ts';
export { PoolError, type PoolErrorCode, type PoolErrorData, type WaitAccount } from './errors.ts';
export type { Allowance, AllowanceMode } from './events/allowance.ts';
export type {
  Checking as CheckingEvent,
  ConnectFailed as ConnectFailedEvent,
  Connecting as ConnectingEvent,
  ConnectionEvent,
  ConnectionInfo,
  Down as DownEvent,
  Health as HealthEvent,
  Notice as NoticeEvent,
  Removed as RemovedEvent,
  Retire as RetireEvent,
  Up as UpEvent,
} from './events/connection-event.ts';
export type {
  EndpointBack as EndpointBackEvent,
  EndpointEvent,
  EndpointListed as EndpointListedEvent,
  EndpointSetAside as EndpointSetAsideEvent,
  EndpointUnlisted as EndpointUnlistedEvent,
  EndpointsEnded as EndpointsEndedEvent,
  EndpointsFailed as EndpointsFailedEvent,
  Rested as RestedEvent,
  Resting as RestingEvent,
} from './events/endpoint-event.ts';
export type {
  Allowed as AllowanceEvent,
  Checkin as CheckinEvent,
  Checkout as CheckoutEvent,
  Circuit as CircuitEvent,
  CircuitStatus,
  Closed as ClosedEvent,
  Destroy as DestroyEvent,
  Drain as DrainEvent,
  InvalidCheckin as InvalidCheckinEvent,
  Leak as LeakEvent,
  Leave as LeaveEvent,
  Opened as OpenedEvent,
  PoolEvent,
  Refuse as RefuseEvent,
  Resize as ResizeEvent,
  StrategyFailed as StrategyFailedEvent,
  Sweep as SweepEvent,
  Wait as WaitEvent,
} from './events/pool-event.ts';
export type { PoolHealth } from './metrics/health.ts';
export type { HealthStatus } from './state/supply-health.ts';
export type { LatencySummary } from './metrics/latency-histogram.ts';
export { type MetricsOptions, metrics } from './metrics/metrics.ts';
export type { PoolMetrics } from './metrics/pool-metrics.ts';
export type { EndpointWindows, PoolWindows, SlidingWindow, WindowMetrics, Windows } from './metrics/window-metrics.ts';
export { createPool } from './pool/reactive-pool.ts';
export {
  type ConnectionRecord,
  type ConnectionStatus,
  type Connections,
  type NextRequest,
  type Phase,
  type PoolState,
  type PoolStateJson,
  type Totals,
  type Waiter,
  type Waiters,
  isAvailable,
} from './state/pool-state.ts';
export type { LogEntry, LogGap, LogSnapshot } from './state/log-entry.ts';
export type { EndpointRecord } from './state/endpoint-record.ts';
export { replay } from './state/replay.ts';
export { leastLoaded } from './strategies/least-loaded.ts';
export { type PeakEwmaOptions, peakEwma } from './strategies/peak-ewma.ts';
export { powerOfTwoChoices } from './strategies/power-of-two-choices.ts';
export { random } from './strategies/random.ts';
export { roundRobin } from './strategies/round-robin.ts';
export { sticky } from './strategies/sticky.ts';
export type { BuiltInStrategy, Choose, Strategy } from './strategies/strategy.ts';
export type { ConnectContext, Endpoint } from './supply/endpoints/endpoint.ts';
export type { AllowancePort, AllowedPool, PoolAllowance } from './supply/sizing/allowance.ts';
export { sharedAllowance } from './supply/sizing/shared-allowance.ts';
export type { CloseResult, Notice } from './supply/connector.ts';
export { type BackoffOptions } from './base/durations.ts';
export { type PoolOptions } from './pool/pool-options.ts';
