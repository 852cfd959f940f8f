import type { PoolEvent } from '../../lib/events/pool-event.ts';

/** A connection, and a version that nobody looks at. */
export const on = { version: 1, connection: 1, slot: 0 };
export const checkout = (waitedMs: number, connection = 1): PoolEvent => ({
  type: 'checkout',
  ...on,
  at: 0,
  lease: 1,
  connection,
  waiter: null,
  waitedMs,
});
export const checkin = (usedMs: number): PoolEvent => ({ type: 'checkin', ...on, at: 0, lease: 1, usedMs });
export const destroy = (usedMs: number): PoolEvent => ({ type: 'destroy', ...on, at: 0, lease: 1, usedMs, reason: '' });
export const connecting = (at: number, connection = 1, endpoint?: string): PoolEvent => ({
  type: 'connecting',
  ...on,
  at,
  connection,
  ...(endpoint !== undefined && { endpoint }),
});
export const up = (at: number, connection = 1): PoolEvent => ({ type: 'up', ...on, at, connection });
export const health = (tookMs: number): PoolEvent => ({
  type: 'health',
  ...on,
  at: 0,
  healthy: true,
  error: '',
  tookMs,
});

export const removed = (connection: number): PoolEvent => ({ type: 'removed', ...on, at: 0, connection });
