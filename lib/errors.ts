import type { CircuitStatus } from './events/pool-event.ts';
import { messageOf } from './base/thrown.ts';

/** What went wrong, for a `switch`; the data that goes with each stands in `PoolErrorData`. */
export type PoolErrorCode = keyof PoolErrorData;

/** The data of each code. Times are in milliseconds. */
export interface PoolErrorData {
  /** No connection in time. The last connect error, if there is one, is the `cause`; else that of the strategy. */
  POOL_CHECKOUT_TIMEOUT: WaitAccount;
  /**
   * The queue (`maxWaiting`), or what `withConnection` holds back (`buffer`), answers that wait for their turn included,
   * is full; or who waited longest in a queue that does not get empty was shed (`codel()`).
   */
  POOL_OVERLOADED: {
    /** How many waited. */
    readonly waiting: number;
    /** How many may wait. */
    readonly limit: number;
    /** How long this one has waited, 0 where it was not let in. */
    readonly waitedMs: number;
  };
  /** `close()` was called. */
  POOL_CLOSED: {
    /** The pool's name. */
    readonly name: string;
  };
  /** Nothing is up and connecting fails; the reason is the `cause`. */
  POOL_CONNECT_FAILED: {
    /** Connects that failed in a row. */
    readonly failures: number;
    /** When connecting is tried again; `Infinity`: never, since there are no endpoints and `endpoints$` is over. */
    readonly retryInMs: number;
  };
  /** All the pools of a family (`createMcpPoolFamily`) are in use, or too many are still being closed; none is opened. */
  POOL_LIMIT_REACHED: {
    /** The family's name. */
    readonly name: string;
    /** Pools that are open. */
    readonly open: number;
    /** Pools that are being closed. */
    readonly closing: number;
    /** How many may be open: `maxPools`. */
    readonly limit: number;
  };
  /** The connection went down under its lease, or was closed by force. */
  POOL_CONNECTION_LOST: {
    /** `down`: it died; `closed`: it was closed by force. */
    readonly reason: string;
    /** Whether the work had begun, so that a request may have reached the server. */
    readonly sent: boolean;
    /** The leases that the connection had, this one included. */
    readonly leases: number;
  };
  /** The connection was given back, and is not this holder's to use any more. */
  POOL_LEASE_ENDED: {
    /** The id of the connection. */
    readonly connection: number;
    /** Whether the request was begun before that, so that it may have reached the server, where it was cancelled. */
    readonly sent: boolean;
  };
}

/** Why a waiter waits, and how the pool stands at that moment. Times are in milliseconds. */
export interface WaitAccount {
  /** The id of the waiter. */
  readonly waiter: number;
  /** Its place in the queue; 1 is served next. */
  readonly place: number;
  /** What it waits for: a lease to end, a connect, the next attempt to connect, the end of a rest, or an endpoint. */
  readonly phase: 'waiting' | 'connecting' | 'backing off' | 'resting' | 'no endpoints';
  /** What stands in its way, in a sentence. */
  readonly because: string;
  /** How long it has waited. */
  readonly waitedMs: number;
  /** How long it may wait, `null` for ever. */
  readonly timeoutMs: number | null;
  /**
   * How long its place takes to be served, as uses and connects went lately, the next attempt awaited while nothing is
   * up; `null` where nothing is known of them.
   */
  readonly expectedWaitMs: number | null;
  /** All connections, whatever they do. */
  readonly size: number;
  /** Connections at most. */
  readonly maxSize: number;
  /** Connections that are up and not leased. */
  readonly idle: number;
  /** Connections that are leased. */
  readonly active: number;
  /** Connections that are being opened. */
  readonly connecting: number;
  /** Connections that are being closed and still count. */
  readonly closing: number;
  /** Idle and active connections that failed their last health checks. */
  readonly unhealthy: number;
  /** Idle and active connections that get no leases for now, since their endpoint rests or is set aside. */
  readonly withheld: number;
  /** When the first of what rests or is set aside goes on, `null` where nothing does. */
  readonly restsForMs: number | null;
  /** Waiters in the queue, this one included. */
  readonly waiting: number;
  /** Whether the pool may connect. */
  readonly circuit: CircuitStatus;
  /** Connects that failed since the last one that succeeded. */
  readonly connectFailures: number;
  /** When connecting is tried again, `null` where nothing holds it back. */
  readonly retryInMs: number | null;
  /** Why the last connect failed, `null` once one has succeeded. */
  readonly lastError: string | null;
  /** The leases held longest, at most three. */
  readonly holders: readonly {
    /** The id of the lease. */
    readonly lease: number;
    /** The id of its connection. */
    readonly connection: number;
    /** Since the lease began. */
    readonly heldMs: number;
  }[];
}

/** Weather: what can go wrong in a pool that is used correctly. Misuse throws `TypeError` or `RangeError` instead. */
export class PoolError<Code extends PoolErrorCode = PoolErrorCode> extends Error {
  /** Always `PoolError`. */
  override readonly name = 'PoolError';
  /** What went wrong, for a `switch`. */
  readonly code: Code;
  /** The numbers that go with the code. */
  readonly data: PoolErrorData[Code];

  constructor(code: Code, data: PoolErrorData[Code], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = data;
  }

  /** For logs: what `JSON.stringify` would leave out of an error. */
  toJSON(): { name: string; code: Code; message: string; data: PoolErrorData[Code]; cause?: string } {
    const { name, code, message, data, cause } = this;
    return { name, code, message, data, ...(cause === undefined ? {} : { cause: messageOf(cause) }) };
  }
}

/**
 * Has the error tell where its checkout was asked for, by the stack trace taken there: the one that it has begins in a
 * timer of the pool. @internal
 */
export function askedAt<E extends Error>(error: E, stack: string | undefined): E {
  if (stack !== undefined) error.stack = `${String(error)}\n${stack.slice(stack.indexOf('\n') + 1)}`;
  return error;
}

/** @internal */
export function closedError(name: string): PoolError<'POOL_CLOSED'> {
  return new PoolError('POOL_CLOSED', { name }, `${name}: the pool is closed`);
}

/** @internal */
export function limitReachedError(data: PoolErrorData['POOL_LIMIT_REACHED']): PoolError<'POOL_LIMIT_REACHED'> {
  const { name, open, closing, limit } = data;
  const why = open < limit ? `${closing} pools are still being closed` : `all ${open} pools are in use`;
  return new PoolError('POOL_LIMIT_REACHED', data, `${name}: ${why}, the limit is ${limit}`);
}

/** @internal */
export function overloadedError(name: string, waiting: number, limit: number): PoolError<'POOL_OVERLOADED'> {
  return new PoolError(
    'POOL_OVERLOADED',
    { waiting, limit, waitedMs: 0 },
    `${name}: ${waiting} requests wait already, the limit is ${limit}`,
  );
}

/** With `ordered`, for who emits more before its turn than can be kept. @internal */
export function heldUpError(name: string, waiting: number, limit: number): PoolError<'POOL_OVERLOADED'> {
  return new PoolError(
    'POOL_OVERLOADED',
    { waiting, limit, waitedMs: 0 },
    `${name}: ${waiting} values wait for their turn already, the limit is ${limit}`,
  );
}

/** `lastingMs`: since when the queue has not been empty. @internal */
export function shedError(
  name: string,
  data: PoolErrorData['POOL_OVERLOADED'],
  lastingMs: number,
): PoolError<'POOL_OVERLOADED'> {
  const queue = `the queue has not been empty for ${Math.round(lastingMs)} ms, ${data.waiting} waiting`;
  return new PoolError('POOL_OVERLOADED', data, `${name}: shed after ${Math.round(data.waitedMs)} ms: ${queue}`);
}

/** @internal */
export function connectFailedError(
  name: string,
  data: PoolErrorData['POOL_CONNECT_FAILED'],
  cause: unknown,
): PoolError<'POOL_CONNECT_FAILED'> {
  const message = `${name}: ${failuresOf(data.failures)}: ${messageOf(cause)}; next try in ${Math.ceil(data.retryInMs)} ms`;
  return new PoolError('POOL_CONNECT_FAILED', data, message, cause);
}

/** `endpoints$` is over, and the list is empty. @internal */
export function noEndpointsError(name: string, failures: number, cause: unknown): PoolError<'POOL_CONNECT_FAILED'> {
  const message = `${name}: there are no endpoints, nor will there be: ${messageOf(cause)}`;
  return new PoolError('POOL_CONNECT_FAILED', { failures, retryInMs: Infinity }, message, cause);
}

function failuresOf(failures: number): string {
  // Those that come up only to die have not failed to connect.
  if (failures === 0) return 'connections die as soon as they are up';
  return failures === 1 ? 'connecting failed once' : `connecting failed ${failures} times in a row`;
}

/** @internal */
export function connectionLostError(
  name: string,
  data: PoolErrorData['POOL_CONNECTION_LOST'],
  cause: unknown,
): PoolError<'POOL_CONNECTION_LOST'> {
  const when = data.sent ? 'while it was in use' : 'before it was used';
  const why = `${data.reason}${cause === undefined ? '' : `: ${messageOf(cause)}`}`;
  return new PoolError('POOL_CONNECTION_LOST', data, `${name}: the connection was lost ${when} (${why})`, cause);
}

/** @internal */
export function leaseEndedError(data: PoolErrorData['POOL_LEASE_ENDED']): PoolError<'POOL_LEASE_ENDED'> {
  const when = data.sent ? 'before the answer came' : 'before this was asked of it';
  return new PoolError('POOL_LEASE_ENDED', data, `the lease is over: the connection was given back ${when}`);
}

/** @internal */
export function checkoutTimeoutError(
  name: string,
  data: WaitAccount,
  cause: unknown,
): PoolError<'POOL_CHECKOUT_TIMEOUT'> {
  const { waitedMs, active, size, maxSize, connecting, closing, waiting, phase, because, lastError } = data;
  const inUse = `${active} of ${size} in use (at most ${maxSize})`;
  const ending = closing === 0 ? '' : `, ${closing} being closed`;
  const counts = `${inUse}, ${connecting} connecting${ending}, ${waiting} waiting`;
  const failed = lastError === null ? '' : `; the last connect failed: ${lastError}`;
  const message = `${name}: no connection within ${Math.round(waitedMs)} ms (${phase}): ${because}; ${counts}${failed}`;
  return new PoolError('POOL_CHECKOUT_TIMEOUT', data, message, cause);
}
