import type { AllowanceMode } from '../events/allowance.ts';
import type { ConnectionInfo } from '../events/connection-event.ts';
import type { CircuitStatus } from '../events/pool-event.ts';
import type { EndpointRecord } from './endpoint-record.ts';

/** `draining` from the call of `close()`, `closed` when every connection is gone. */
export type Phase = 'open' | 'draining' | 'closed';

/** A connection that takes no more leases is `closing`, whether or not it still has some. */
export type ConnectionStatus = 'connecting' | 'idle' | 'active' | 'closing';

/** What the state knows of one connection. Instants are milliseconds of the monotonic clock. */
export interface ConnectionRecord {
  /** The id of the connection; never used twice. */
  readonly id: number;
  /** Its place in the state; reused after the connection is gone, while an `id` is not. */
  readonly slot: number;
  /** The stage of its life: see `ConnectionStatus`. */
  readonly status: ConnectionStatus;
  /** The result of its last health checks; an unhealthy connection gets no leases. */
  readonly health: 'healthy' | 'unhealthy';
  /** Leases held at present, at most `maxLeasesPerConnection`. */
  readonly leases: number;
  /** Leases so far, including the present ones. */
  readonly requestCount: number;
  /** `requestCount` plus a head start: a new connection starts with the smallest `load` of the others. */
  readonly load: number;
  /** Failed health checks in a row. */
  readonly failureCount: number;
  /** Whether it gets no leases for now because of a health check that cannot be cancelled. */
  readonly checking: boolean;
  /**
   * How long its leases were held lately, in milliseconds: an average, see `peakEwma`. 0 before the first lease has
   * ended, and where the strategy uses no latencies.
   */
  readonly latencyMs: number;
  /** When `latencyMs` was updated last; 0 before the first time. */
  readonly latencyAt: number;
  /** Whether it gets no leases for now because its endpoint rests or is set aside. */
  readonly withheld: boolean;
  /**
   * The label of the key that it is kept for, which no other key may use; null where it is kept for none. The label is
   * generated and tells nothing of the key itself.
   */
  readonly pin: string | null;
  /** The id of its endpoint; absent where the pool has no endpoints. */
  readonly endpoint?: string;
  /** When its connect began. */
  readonly createdAt: number;
  /** When a lease of it last began or ended; before the first one, when it came up. */
  readonly lastUsedAt: number;
  /** What is known of the connection since it came up, its server's version say; null where its maker says nothing. */
  readonly info: ConnectionInfo | null;
}

/**
 * The connections of a state, in the order of their slots, with the queries that strategies need. They are fast at any
 * size.
 */
export interface Connections extends Iterable<ConnectionRecord> {
  /** One more than the highest slot in use; lower ones may be free. */
  readonly slots: number;
  /** The connection on this slot; `undefined` where there is none. */
  get(slot: number): ConnectionRecord | undefined;
  /** The first available connection at or after `slot`, around the end. Constant time. */
  nextAvailable(slot: number): ConnectionRecord | undefined;
  /** The available connection with the fewest leases and, among these, the least load. */
  leastLoaded(): ConnectionRecord | undefined;
  /** How many connections can be leased now. */
  countAvailable(): number;
  /** The available connection with index `n`, in the order of the slots and counted from 0. */
  nthAvailable(n: number): ConnectionRecord | undefined;
  /** The connection that is kept for a key, until it is closing and its last lease has ended. */
  pinnedTo(pin: string): ConnectionRecord | undefined;
}

/** A checkout that is served next. */
export interface NextRequest {
  /** The key of the checkout; absent if it named none. */
  readonly key?: string;
  /** Checkouts of a higher priority are served first. */
  readonly priority: number;
  /** When `checkout` was called, in milliseconds of the monotonic clock. */
  readonly since: number;
}

/** A checkout in the queue. */
export interface Waiter extends NextRequest {
  /** The id of the waiter; never used twice. */
  readonly id: number;
}

/**
 * The queue of a state: higher priorities first, then round robin over the keys (waiters without a key count as one),
 * then first come first served. Iterates in the order in which the waiters will be served if nobody else joins.
 */
export interface Waiters extends Iterable<Waiter> {
  /** How many wait. */
  readonly length: number;
  /** The waiter that is served next; `undefined` where nobody waits. */
  readonly first: Waiter | undefined;
  /** The waiter with this key, or without one, that is served first. */
  firstOf(key: string | undefined): Waiter | undefined;
  /** The first waiter of each key of each priority, in the order in which they will be served. */
  firstOfEach(): Iterable<Waiter>;
  /** The place of this waiter in the queue, 1 for the first; 0 when it does not wait. */
  placeOf(waiter: Waiter): number;
  /** The place of this waiter among those with its key, or without one. */
  placeInKey(waiter: Waiter): number;
}

/** Counters since the pool was opened; they never fall. */
export interface Totals {
  /** Leases that began. */
  readonly checkouts: number;
  /** Leases that were checked in. */
  readonly checkins: number;
  /** Leases ended by `destroy()`. */
  readonly destroyed: number;
  /** Leases whose connection died or was closed by force. */
  readonly lost: number;
  /** Checkouts that ended in a timeout, a refusal, a failed connect or the close of the pool. */
  readonly failedCheckouts: number;
  /** Checkins of leases that were over already. */
  readonly invalidCheckins: number;
  /** Health checks that failed. */
  readonly healthCheckFailures: number;
  /** How often the strategy's operator errored or completed. */
  readonly strategyFailures: number;
  /** Checkouts that timed out; they count as failed, too. */
  readonly timeouts: number;
  /** Connects that succeeded. */
  readonly connects: number;
  /** Connects that failed. */
  readonly failedConnects: number;
  /** Connections that died by themselves. */
  readonly deaths: number;
  /** Leases that were held for longer than `leakAfterMs`. */
  readonly leaks: number;
  /** The waiting time of all checkouts together, in milliseconds. */
  readonly waitedMs: number;
}

/**
 * The pool at one version: plain data that never changes once it was handed out. `connections` and `waiters` can be
 * iterated any number of times; `toJSON()` is complete.
 */
export interface PoolState extends Totals {
  /** The number of events so far: the first event makes version 1. */
  readonly version: number;
  /** The pool's name. */
  readonly name: string;
  /** The strategy's name; `custom` for one that is not built in. */
  readonly strategy: string;
  /** Whether the pool accepts checkouts: see `Phase`. */
  readonly phase: Phase;
  /** The option `minSize`. */
  readonly minSize: number;
  /** The option `maxSize`: the limit of connections. */
  readonly maxSize: number;
  /**
   * How many connections there may be at present: `maxSize`, or less where the pool shares a bound with others
   * (`allowance`); then 0 before the first grant.
   */
  readonly allowed: number;
  /** By what right: see `AllowanceMode`; null where the pool shares no bound, and before the first grant. */
  readonly allowedBy: AllowanceMode | null;
  /** How many connections the pool keeps open even without demand; `minSize` until a `resize`. */
  readonly floor: number;
  /** The option `maxLeasesPerConnection`: leases of one connection at once. */
  readonly maxLeasesPerConnection: number;
  /** The option `unhealthyAfter`: failed checks in a row that make a connection unhealthy. */
  readonly unhealthyAfter: number;
  /** The option `maxWaiting`: the limit of waiters; further checkouts are refused. */
  readonly maxWaiting: number;
  /** `idle + active + connecting + closing`. */
  readonly size: number;
  /** Connections that are up and not leased. */
  readonly idle: number;
  /** Connections that are leased. */
  readonly active: number;
  /** Connections that are being opened. */
  readonly connecting: number;
  /** Connections that take no more leases and are being closed. */
  readonly closing: number;
  /** Idle and active connections that failed their last health checks. */
  readonly unhealthy: number;
  /** Healthy idle and active connections that get no leases for now because their endpoint rests or is set aside. */
  readonly withheld: number;
  /** Whether connections are pinned: each is kept for the key of its first lease, and for no other. */
  readonly hasPins: boolean;
  /** Idle and active connections that are kept for a key. */
  readonly pinned: number;
  /** Keys with waiters but without a connection; 0 where connections are not pinned. */
  readonly unpinnedKeys: number;
  /** Whether the pool has `endpoints$`. */
  readonly hasEndpoints: boolean;
  /** The listed endpoints, in the order in which they were listed. */
  readonly endpoints: readonly EndpointRecord[];
  /** Whether the list of endpoints is final: `endpoints$` completed or errored. */
  readonly endpointsEnded: boolean;
  /** Connections that were retired in favour of another endpoint and not yet replaced there; 0 or 1. */
  readonly moving: number;
  /** Until when a pool without endpoints rests because its server asked for it; else 0. */
  readonly restingUntil: number;
  /** Checkouts in the queue. */
  readonly waiting: number;
  /** Since when the queue has not been empty, in milliseconds of the monotonic clock; 0 while it is empty. */
  readonly waitingSince: number;
  /** Connections above the floor of the last `resize` that still have to be closed. */
  readonly surplus: number;
  /** The smallest number of idle connections since the last `sweep`: so many were never needed. */
  readonly lowIdle: number;
  /** The same for the three intervals between sweeps before that, the latest first. */
  readonly lowIdleBefore: readonly number[];
  /** Connects that failed since the last one that succeeded. */
  readonly connectFailures: number;
  /** Whether the pool may connect. */
  readonly circuit: CircuitStatus;
  /** When the next connect may be tried, while the circuit is `open`; else 0. */
  readonly retryAt: number;
  /**
   * Why connecting last failed, a connection last died or a health check last failed, as text; empty before the first
   * time, and once connecting works and every connection is healthy.
   */
  readonly lastError: string;
  /** Since when the supply is as well as it is (see `Pool.health`), in milliseconds of the monotonic clock. */
  readonly healthSince: number;
  /** How long a connect takes, in milliseconds: a mean that favours the latest ones; 0 before the first. */
  readonly connectMs: number;
  /** How long a lease is held, in milliseconds: a mean that favours the latest ones; 0 before the first has ended. */
  readonly useMs: number;
  /** When a lease last ended; 0 before the first. */
  readonly returnedAt: number;
  /** When a connection last came up; 0 before the first. */
  readonly upAt: number;
  /** Time constant of each connection's average latency, in milliseconds; 0 where the strategy uses no latencies. */
  readonly latencyDecayMs: number;
  /** How many leases had ended when a connection last came up. */
  readonly endedBefore: number;
  /** How many connections were up before the pool last grew. */
  readonly grownFrom: number;
  /** The value of `useMs` before the pool last grew, in milliseconds. */
  readonly grownFromUseMs: number;
  /** The state of the pool's random numbers, advanced by each checkout. */
  readonly seed: number;
  /** The slot after the one leased last. */
  readonly cursor: number;
  /** The checkout that is served next; `undefined` when nobody waits. */
  readonly next: NextRequest | undefined;
  /** The queue, in the order in which it will be served. */
  readonly waiters: Waiters;
  /** A record for each connection. */
  readonly connections: Connections;
  /** The whole state as plain data; `replay` takes it as `initial`. */
  toJSON(): PoolStateJson;
}

/** A `PoolState` as it comes out of `JSON.parse(JSON.stringify(state))`. */
export interface PoolStateJson extends Omit<PoolState, 'toJSON' | 'next' | 'waiters' | 'connections'> {
  /** The checkout that is served next; absent when nobody waits. */
  readonly next?: NextRequest;
  /** The queue, in the order in which it will be served. */
  readonly waiters: readonly Waiter[];
  /** A record for each connection, in the order of their slots. */
  readonly connections: readonly ConnectionRecord[];
}

/** Whether any checkout may lease this connection now: it is serving and kept for no key. */
export function isAvailable(state: Pick<PoolState, 'maxLeasesPerConnection'>, record: ConnectionRecord): boolean {
  return record.pin === null && isServing(state, record);
}

/**
 * Whether the connection may be leased now by the checkouts it is meant for: up, healthy, not full, not withheld and
 * not being checked.
 */
export function isServing(state: Pick<PoolState, 'maxLeasesPerConnection'>, record: ConnectionRecord): boolean {
  return (
    (record.status === 'idle' || record.status === 'active') &&
    record.health === 'healthy' &&
    !record.withheld &&
    !record.checking &&
    record.leases < state.maxLeasesPerConnection
  );
}

/** How many checkouts could be served at once, by connections that are up; not counted much further than `enough`. */
export function freeLeases({ connections, maxLeasesPerConnection }: PoolState, enough: number): number {
  const available = connections.countAvailable();
  if (maxLeasesPerConnection === 1) return available;
  let free = 0;
  let record = connections.nextAvailable(0);
  for (let n = 0; n < available && free < enough && record !== undefined; n++) {
    free += maxLeasesPerConnection - record.leases;
    record = connections.nextAvailable(record.slot + 1);
  }
  return free;
}

/** Leases held at present, including those of closing connections, which `active` does not count. */
export function leasesOf({ checkouts, checkins, destroyed, lost }: PoolState): number {
  return checkouts - checkins - destroyed - lost;
}

/**
 * How many connections are wanted: one for each waiter or, with pins, one for each key that waits without a connection.
 */
export function demandOf({ hasPins, unpinnedKeys, waiting }: PoolState): number {
  return hasPins ? unpinnedKeys : waiting;
}

/**
 * Idle connections that are not pinned. With pins this is an estimate: an unpinned connection that is leased for a
 * moment counts as one.
 */
export function spareIdle({ hasPins, pinned, idle, active }: PoolState): number {
  return hasPins ? Math.min(idle, idle + active - pinned) : idle;
}
