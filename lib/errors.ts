import type { CircuitStatus } from './events/pool-event.ts';
import { messageOf } from './base/thrown.ts';

/** What went wrong, for a `switch`. The data of each code is in `PoolErrorData`. */
export type PoolErrorCode = keyof PoolErrorData;

/** The data of each code. Times are in milliseconds. */
export interface PoolErrorData {
  /**
   * No connection became free within the timeout. The `cause` is the last connect error, or else the strategy's last
   * error, if there is one.
   */
  POOL_CHECKOUT_TIMEOUT: WaitAccount;
  /**
   * A limit was reached: the queue is full (`maxWaiting`), or the values that `withConnection` holds back (`buffer`)
   * are, including results that wait for their turn. Or `codel()` shed the checkout, because the queue has not been
   * empty for long.
   */
  POOL_OVERLOADED: {
    /** How many were waiting. */
    readonly waiting: number;
    /** How many may wait. */
    readonly limit: number;
    /** How long this one had waited; 0 if it was refused at once. */
    readonly waitedMs: number;
  };
  /** `close()` was called. */
  POOL_CLOSED: {
    /** The pool's name. */
    readonly name: string;
  };
  /** No connection is up and connecting fails; the reason is the `cause`. */
  POOL_CONNECT_FAILED: {
    /** Connects that failed in a row. */
    readonly failures: number;
    /** The time until the next connect; `Infinity`: never, since there are no endpoints and `endpoints$` has ended. */
    readonly retryInMs: number;
  };
  /**
   * No further pool of a family (`createMcpPoolFamily`) can be opened: all are in use, or too many are still being
   * closed.
   */
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
  /** The connection was lost during its lease: it died, or was closed by force. */
  POOL_CONNECTION_LOST: {
    /** `down`: it died; `closed`: it was closed by force. */
    readonly reason: string;
    /** Whether the work had begun, so that the request may have reached the server. */
    readonly sent: boolean;
    /** How many leases the connection had, including this one. */
    readonly leases: number;
  };
  /** The lease has ended, and its holder may not use the connection any more. */
  POOL_LEASE_ENDED: {
    /** The id of the connection. */
    readonly connection: number;
    /**
     * Whether the request was sent before the lease ended. Then it may have reached the server, and was cancelled
     * there.
     */
    readonly sent: boolean;
  };
}

/** Why a waiter waits, and the state of the pool at that moment. Times are in milliseconds. */
export interface WaitAccount {
  /** The id of the waiter. */
  readonly waiter: number;
  /** Its place in the queue; 1 is served next. */
  readonly place: number;
  /**
   * What it waits for, in the order of the values: the end of a lease, a connect, the next attempt to connect, the end
   * of a pause, an endpoint.
   */
  readonly phase: 'waiting' | 'connecting' | 'backing off' | 'resting' | 'no endpoints';
  /** The reason, in a sentence for people. */
  readonly because: string;
  /** How long it has waited. */
  readonly waitedMs: number;
  /** How long it may wait; `null`: for ever. */
  readonly timeoutMs: number | null;
  /**
   * How long a waiter at its place is expected to wait, judged by recent leases and connects, including the time until
   * the next attempt while no connection is up; `null` where nothing is known yet.
   */
  readonly expectedWaitMs: number | null;
  /** All connections. */
  readonly size: number;
  /** The limit of connections. */
  readonly maxSize: number;
  /** How many connections are allowed at present: `maxSize`, or less where the pool shares a bound with others. */
  readonly allowed: number;
  /** Connections that are up and not leased. */
  readonly idle: number;
  /** Connections that are leased. */
  readonly active: number;
  /** Connections that are being opened. */
  readonly connecting: number;
  /** Connections that are being closed; they still count in the size. */
  readonly closing: number;
  /** Idle and active connections that failed their last health checks. */
  readonly unhealthy: number;
  /** Idle and active connections that get no leases for now because their endpoint rests or is set aside. */
  readonly withheld: number;
  /**
   * The time until the first endpoint (or the pool itself) that rests or is set aside is in service again; `null` where
   * none is.
   */
  readonly restsForMs: number | null;
  /** Waiters in the queue, this one included. */
  readonly waiting: number;
  /** Whether the pool may connect. */
  readonly circuit: CircuitStatus;
  /** Connects that failed since the last one that succeeded. */
  readonly connectFailures: number;
  /** The time until the next connect may be tried; `null` where connects may start now. */
  readonly retryInMs: number | null;
  /** Why the last connect failed; `null` once one has succeeded. */
  readonly lastError: string | null;
  /** The leases held longest, at most three. */
  readonly holders: readonly {
    /** The id of the lease. */
    readonly lease: number;
    /** The id of its connection. */
    readonly connection: number;
    /** The time since the lease began. */
    readonly heldMs: number;
  }[];
}

/** What can go wrong in a pool that is used correctly. Incorrect use throws a `TypeError` or `RangeError` instead. */
export class PoolError<Code extends PoolErrorCode = PoolErrorCode> extends Error {
  /** Always `PoolError`. */
  override readonly name = 'PoolError';
  /** What went wrong, for a `switch`. */
  readonly code: Code;
  /** The data of the code. */
  readonly data: PoolErrorData[Code];

  constructor(code: Code, data: PoolErrorData[Code], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = data;
  }

  /** For logs: includes what `JSON.stringify` would leave out of an error. */
  toJSON(): { name: string; code: Code; message: string; data: PoolErrorData[Code]; cause?: string } {
    const { name, code, message, data, cause } = this;
    return { name, code, message, data, ...(cause === undefined ? {} : { cause: messageOf(cause) }) };
  }
}

/**
 * Replaces the stack trace of an error by the one taken when its checkout was called. Its own would begin in a timer of
 * the pool.
 *
 * @internal
 */
export function withCheckoutStack<E extends Error>(error: E, stack: string | undefined): E {
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

/** For the option `ordered`: more values wait for their turn than may be buffered. @internal */
export function heldUpError(name: string, waiting: number, limit: number): PoolError<'POOL_OVERLOADED'> {
  return new PoolError(
    'POOL_OVERLOADED',
    { waiting, limit, waitedMs: 0 },
    `${name}: ${waiting} values wait for their turn already, the limit is ${limit}`,
  );
}

/**
 * The error of a checkout that a queue discipline has shed. `lastingMs`: for how long the queue has not been empty.
 *
 * @internal
 */
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

/** The error when `endpoints$` has ended and the list is empty. @internal */
export function noEndpointsError(name: string, failures: number, cause: unknown): PoolError<'POOL_CONNECT_FAILED'> {
  const message = `${name}: there are no endpoints, and the list has ended: ${messageOf(cause)}`;
  return new PoolError('POOL_CONNECT_FAILED', { failures, retryInMs: Infinity }, message, cause);
}

function failuresOf(failures: number): string {
  // Connections that die just after they came up are no failed connects.
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
  const { waitedMs, active, size, maxSize, allowed, connecting, closing, waiting, phase, because, lastError } = data;
  const inUse = `${active} of ${size} in use (at most ${allowed === maxSize ? maxSize : `${allowed} of ${maxSize}`})`;
  const ending = closing === 0 ? '' : `, ${closing} being closed`;
  const counts = `${inUse}, ${connecting} connecting${ending}, ${waiting} waiting`;
  const failed = lastError === null ? '' : `; the last connect failed: ${lastError}`;
  const message = `${name}: no connection within ${Math.round(waitedMs)} ms (${phase}): ${because}; ${counts}${failed}`;
  return new PoolError('POOL_CHECKOUT_TIMEOUT', data, message, cause);
}
