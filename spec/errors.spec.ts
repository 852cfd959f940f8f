import { describe, expect, it } from 'vitest';
import {
  PoolError,
  checkoutTimeoutError,
  closedError,
  connectFailedError,
  connectionLostError,
  overloadedError,
  shedError,
} from '../lib/errors.ts';
import { messageOf } from '../lib/base/thrown.ts';

const cause = new Error('connect ECONNREFUSED');
const account = {
  waiter: 4,
  place: 2,
  phase: 'waiting',
  because: 'every connection is in use, a connect is under way',
  waitedMs: 5000.4,
  size: 10,
  maxSize: 20,
  allowed: 20,
  idle: 0,
  active: 9,
  connecting: 1,
  closing: 0,
  unhealthy: 1,
  withheld: 0,
  restsForMs: null,
  waiting: 7,
  timeoutMs: 5000,
  expectedWaitMs: 12,
  circuit: 'closed',
  connectFailures: 0,
  retryInMs: null,
  lastError: null,
  holders: [{ lease: 3, connection: 2, heldMs: 60_000 }],
} as const;

const shed = { waiting: 57, limit: 10_000, waitedMs: 812.4 };

describe('PoolError', () => {
  it('is an Error with a name, a code and data', () => {
    const error = new PoolError('POOL_CLOSED', { name: 'tools' }, 'closed');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'PoolError', code: 'POOL_CLOSED', data: { name: 'tools' }, message: 'closed' });
    expect(String(error)).toBe('PoolError: closed');
  });

  it('has a cause only where there is one', () => {
    expect('cause' in closedError('tools')).toBe(false);
    expect(connectFailedError('tools', { failures: 1, retryInMs: 42.1 }, cause).cause).toBe(cause);
  });
});

describe('the message', () => {
  it.each([
    [closedError('tools'), 'tools: the pool is closed'],
    [overloadedError('tools', 100, 100), 'tools: 100 requests wait already, the limit is 100'],
    [
      shedError('tools', shed, 2400.2),
      'tools: shed after 812 ms: the queue has not been empty for 2400 ms, 57 waiting',
    ],
    [
      connectFailedError('tools', { failures: 1, retryInMs: 42.1 }, cause),
      'tools: connecting failed once: connect ECONNREFUSED; next try in 43 ms',
    ],
    [
      connectFailedError('tools', { failures: 0, retryInMs: 0 }, 'exited'),
      'tools: connections die as soon as they are up: exited; next try in 0 ms',
    ],
    [
      connectFailedError('tools', { failures: 3, retryInMs: 7 }, 'no'),
      'tools: connecting failed 3 times in a row: no; next try in 7 ms',
    ],
    [
      connectionLostError('tools', { reason: 'down', sent: true, leases: 1 }, cause),
      'tools: the connection was lost while it was in use (down: connect ECONNREFUSED)',
    ],
    [
      connectionLostError('tools', { reason: 'closed', sent: false, leases: 1 }, undefined),
      'tools: the connection was lost before it was used (closed)',
    ],
    [
      checkoutTimeoutError('tools', account, undefined),
      'tools: no connection within 5000 ms (waiting): every connection is in use, a connect is under way; ' +
        '9 of 10 in use (at most 20), 1 connecting, 7 waiting',
    ],
    [
      checkoutTimeoutError(
        'tools',
        { ...account, phase: 'backing off', because: 'nothing is up', lastError: cause.message },
        cause,
      ),
      'tools: no connection within 5000 ms (backing off): nothing is up; 9 of 10 in use (at most 20), 1 connecting, 7 waiting' +
        '; the last connect failed: connect ECONNREFUSED',
    ],
    [
      checkoutTimeoutError(
        'tools',
        { ...account, maxSize: 20, allowed: 10, because: 'every connection is in use, and 10 of 20 are allowed' },
        undefined,
      ),
      'tools: no connection within 5000 ms (waiting): every connection is in use, and 10 of 20 are allowed; ' +
        '9 of 10 in use (at most 10 of 20), 1 connecting, 7 waiting',
    ],
  ])('tells what went wrong, with the numbers: %s', (error, message) => {
    expect(error.message).toBe(message);
  });
});

describe('the data', () => {
  const lost = { reason: 'down', sent: true, leases: 2 };

  it.each([
    [closedError('tools'), 'POOL_CLOSED', { name: 'tools' }],
    [overloadedError('tools', 3, 2), 'POOL_OVERLOADED', { waiting: 3, limit: 2, waitedMs: 0 }],
    [shedError('tools', shed, 2400), 'POOL_OVERLOADED', shed],
    [
      connectFailedError('tools', { failures: 2, retryInMs: 9 }, cause),
      'POOL_CONNECT_FAILED',
      { failures: 2, retryInMs: 9 },
    ],
    [connectionLostError('tools', lost, cause), 'POOL_CONNECTION_LOST', lost],
    [checkoutTimeoutError('tools', account, cause), 'POOL_CHECKOUT_TIMEOUT', account],
  ] as const)('goes with the code: %s', (error, code, data) => {
    expect(error).toMatchObject({ code, data });
  });
});

describe('messageOf', () => {
  it.each([
    [new TypeError('no'), 'no'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
  ])('is the text of whatever was thrown: %o', (error, message) => {
    expect(messageOf(error)).toBe(message);
  });
});
