import type { ConnectionInfo } from '../events/connection-event.ts';
import type { CircuitStatus } from '../events/pool-event.ts';
import type { EndpointRecord } from './endpoint-record.ts';

/** `draining` from the call of `close()`, `closed` when every connection is gone. */
export type Phase = 'open' | 'draining' | 'closed';

/** A connection that takes no more leases is `closing`, whether or not it still has some. */
export type ConnectionStatus = 'connecting' | 'idle' | 'active' | 'closing';

/** What the state knows of one connection. Instants are milliseconds of the monotonic clock. */
export interface ConnectionRecord {
  /** Of the connection; never used twice. */
  readonly id: number;
  /** Its place in the state; free again once it is gone, while an `id` is never used twice. */
  readonly slot: number;
  /** What it does: see `ConnectionStatus`. */
  readonly status: ConnectionStatus;
  /** Whether its last health checks were good; an unhealthy one gets no leases. */
  readonly health: 'healthy' | 'unhealthy';
  /** Leases held now, at most `maxLeasesPerConnection`. */
  readonly leases: number;
  /** Leases so far, the present ones included. */
  readonly requestCount: number;
  /** `requestCount` and a head start: a newcomer joins at the minimum of the others. */
  readonly load: number;
  /** Failed health checks in a row. */
  readonly failureCount: number;
  /** Whether it gets no leases for now, since it is being checked by what cannot be broken off. */
  readonly checking: boolean;
  /** How long its leases were held lately, in milliseconds: see `peakEwma`. 0 before the first is over, and elsewhere. */
  readonly latencyMs: number;
  /** When that was so; 0 before the first. */
  readonly latencyAt: number;
  /** Whether it gets no leases for now, since its endpoint rests or is set aside. */
  readonly withheld: boolean;
  /**
   * The label of the key that it is kept for, which no other may use; null where it is nobody's. A label is made up: of the
   * key itself it tells nothing.
   */
  readonly pin: string | null;
  /** Where it is connected to; absent where the pool has no endpoints. */
  readonly endpoint?: string;
  /** When its connect began. */
  readonly createdAt: number;
  /** When a lease of it began or ended last; when it came up, before the first. */
  readonly lastUsedAt: number;
  /** What it is, in words, from when it came up; null where nobody says. */
  readonly info: ConnectionInfo | null;
}

/** The connections of a state, in the order of their slots, with what a strategy asks of them at any size. */
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
  /** The available connection that has `n` other ones before it. */
  nthAvailable(n: number): ConnectionRecord | undefined;
  /** The connection that is kept for a key, until it is closed and its last lease is over. */
  pinnedTo(pin: string): ConnectionRecord | undefined;
}

/** A checkout that is about to be served. */
export interface NextRequest {
  /** For whom it is; absent where the checkout named no key. */
  readonly key?: string;
  /** Higher goes first. */
  readonly priority: number;
  /** When it was asked for, in milliseconds of the monotonic clock. */
  readonly since: number;
}

/** A checkout in the queue. */
export interface Waiter extends NextRequest {
  /** Of the waiter; never used twice. */
  readonly id: number;
}

/**
 * The queue of a state: higher priorities first, then one of each key in turn (those without a key count as one), then
 * first come first served. In the order in which they will be served if nobody else comes.
 */
export interface Waiters extends Iterable<Waiter> {
  /** How many wait. */
  readonly length: number;
  /** Who is served next; `undefined` where nobody waits. */
  readonly first: Waiter | undefined;
  /** Of those with this key, or of those without one, who is served first. */
  firstOf(key: string | undefined): Waiter | undefined;
  /** Of each priority the first of each key, in the order in which they will be served. */
  firstOfEach(): Iterable<Waiter>;
  /** The place of this waiter in that order, 1 for the first; 0 when it does not wait. */
  placeOf(waiter: Waiter): number;
  /** The same among those with its key, or without one. */
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
  /** Checkouts that ended in a timeout, a refusal, a failed connect or a closed pool. */
  readonly failedCheckouts: number;
  /** Checkins of leases that were over already. */
  readonly invalidCheckins: number;
  /** Health checks that failed. */
  readonly healthCheckFailures: number;
  /** How often the operator of the strategy errored or completed. */
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
 * The pool at one version: plain data that never changes once you hold it.
 * `connections` and `waiters` can be iterated any number of times; `toJSON()` is complete.
 */
export interface PoolState extends Totals {
  /** Which event made it: the first makes version 1. */
  readonly version: number;
  /** The pool's name. */
  readonly name: string;
  /** The strategy's name, `custom` for one of your own. */
  readonly strategy: string;
  /** Whether the pool serves: see `Phase`. */
  readonly phase: Phase;
  /** The option `minSize`. */
  readonly minSize: number;
  /** The option `maxSize`: connections at most. */
  readonly maxSize: number;
  /** What the pool keeps open even without demand; `minSize` until a `resize`. */
  readonly floor: number;
  /** The option `maxLeasesPerConnection`: leases of one connection at once. */
  readonly maxLeasesPerConnection: number;
  /** The option `unhealthyAfter`: failed checks in a row that make a connection unhealthy. */
  readonly unhealthyAfter: number;
  /** Waiters at most; further checkouts are refused. */
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
  /** Healthy idle and active connections that get no leases for now, since their endpoint rests or is set aside. */
  readonly withheld: number;
  /** Whether a connection is kept for the key of its first lease, and for no other. */
  readonly hasPins: boolean;
  /** Idle and active connections that are kept for a key. */
  readonly pinned: number;
  /** Keys that have no connection, and of which somebody waits; 0 where no connection is kept for a key. */
  readonly unpinnedKeys: number;
  /** Whether the pool has `endpoints$`. */
  readonly hasEndpoints: boolean;
  /** Where connections go to, in the order in which they were listed. */
  readonly endpoints: readonly EndpointRecord[];
  /** Whether the list of endpoints is the last one. */
  readonly endpointsEnded: boolean;
  /** Connections retired so that another endpoint gets them, and not opened there yet; 0 or 1. */
  readonly moving: number;
  /** Until when a pool without endpoints rests, which its server asked for; else 0. */
  readonly restingUntil: number;
  /** Checkouts in the queue. */
  readonly waiting: number;
  /** Since when somebody has been waiting at every moment, in milliseconds of the monotonic clock; 0 while nobody waits. */
  readonly waitingSince: number;
  /** Connections above the floor of the last `resize` that are still to be closed. */
  readonly surplus: number;
  /** The least number of idle connections since the last `sweep`: so many stayed idle throughout. */
  readonly lowIdle: number;
  /** The same between the sweeps before, the last one first; the last three. */
  readonly lowIdleBefore: readonly number[];
  /** Connects that failed since the last one that succeeded. */
  readonly connectFailures: number;
  /** Whether the pool may connect. */
  readonly circuit: CircuitStatus;
  /** When connecting is tried again, while the circuit is `open`; else 0. */
  readonly retryAt: number;
  /** How long a connect takes, in milliseconds: a mean in which the last ones weigh most; 0 before the first. */
  readonly connectMs: number;
  /** How long a lease is held, in milliseconds: a mean in which the last ones weigh most; 0 before the first is over. */
  readonly useMs: number;
  /** When a lease ended last; 0 before the first. */
  readonly returnedAt: number;
  /** When a connection came up last; 0 before the first. */
  readonly upAt: number;
  /** Over how many milliseconds the latency of each connection is averaged, 0 where no strategy asks for it. */
  readonly latencyDecayMs: number;
  /** Leases that had ended by then. */
  readonly endedBefore: number;
  /** How many were up before the pool grew last, and how long a lease was held then, in milliseconds. */
  readonly grownFrom: number;
  /** How long a lease was held, in milliseconds, when the pool grew last. */
  readonly grownFromUseMs: number;
  /** The state of the pool's randomness, advanced by each checkout. */
  readonly seed: number;
  /** The slot after the one leased last. */
  readonly cursor: number;
  /** The request that is about to be served, `undefined` when nobody waits. */
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
  /** The request that is about to be served; absent when nobody waits. */
  readonly next?: NextRequest;
  /** The queue, in the order in which it will be served. */
  readonly waiters: readonly Waiter[];
  /** A record for each connection, in the order of their slots. */
  readonly connections: readonly ConnectionRecord[];
}

/** Whether a record may be leased now by whoever comes: it serves, and is kept for nobody. */
export function isAvailable(state: Pick<PoolState, 'maxLeasesPerConnection'>, record: ConnectionRecord): boolean {
  return record.pin === null && isServing(state, record);
}

/** Whether those whom a record is for may lease it now: up, healthy, not full, not withheld and not being checked. */
export function isServing(state: Pick<PoolState, 'maxLeasesPerConnection'>, record: ConnectionRecord): boolean {
  return (
    (record.status === 'idle' || record.status === 'active') &&
    record.health === 'healthy' &&
    !record.withheld &&
    !record.checking &&
    record.leases < state.maxLeasesPerConnection
  );
}

/** Leases that are held now, those of connections that are being closed included, which are not `active` any more. */
export function leasesOf({ checkouts, checkins, destroyed, lost }: PoolState): number {
  return checkouts - checkins - destroyed - lost;
}

/** For how many a connection is wanted: for each who waits, or with pins for each key that waits without one. */
export function demandOf({ hasPins, unpinnedKeys, waiting }: PoolState): number {
  return hasPins ? unpinnedKeys : waiting;
}

/** Idle connections that are kept for nobody; what is leased without a key for a moment counts as one. */
export function spareIdle({ hasPins, pinned, idle, active }: PoolState): number {
  return hasPins ? Math.min(idle, idle + active - pinned) : idle;
}
