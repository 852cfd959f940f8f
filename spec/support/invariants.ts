import assert from 'node:assert/strict';
import { type Lease, type PoolState, type Totals, isAvailable } from '../../lib/index.ts';
import type { FakeConnection } from './fake-server.ts';

const counters = [
  'checkouts',
  'checkins',
  'destroyed',
  'lost',
  'failedCheckouts',
  'invalidCheckins',
  'healthCheckFailures',
  'strategyFailures',
  'waitedMs',
] as const satisfies readonly (keyof Totals)[];

/** I1, I2, I6 (as far as it does not need to know of the back-off) and I14, of one state at the end of a tick. */
export function expectSound(state: PoolState): void {
  const records = [...state.connections];
  const statuses = records.map(({ status }) => status);
  for (const status of ['idle', 'active', 'connecting', 'closing'] as const) {
    assert.equal(state[status], statuses.filter((other) => other === status).length, `I1 ${status}`);
  }
  assert.equal(state.size, records.length, 'I1 size');
  assert(state.size <= state.maxSize, 'I1 maxSize');
  for (const { leases, status } of records) {
    assert(leases >= 0 && leases <= state.maxLeasesPerConnection, 'I2');
    assert(status === 'closing' || (status === 'active') === leases > 0, 'I2 status');
  }
  const unhealthy = records.filter(({ status, health }) => health === 'unhealthy' && status !== 'closing');
  assert.equal(state.unhealthy, unhealthy.length, 'I1 unhealthy');
  assert.equal([...state.waiters].length, state.waiting, 'I1 waiting');
  if (state.waiting > 0) assert(!records.some((record) => isAvailable(state, record)), 'I6');
  const leased = records.reduce((sum, { leases }) => sum + leases, 0);
  assert.equal(state.checkouts, state.checkins + state.destroyed + state.lost + leased, 'I14 leases');
}

/** I3: each lease that the state knows is held by somebody, and by nobody else. */
export function expectHeld(state: PoolState, held: readonly Lease<FakeConnection>[]): void {
  assert.equal(new Set(held.map(({ id }) => id)).size, held.length, 'I3 lease ids');
  for (const { id, leases } of state.connections) {
    assert.equal(held.filter(({ connection }) => connection.id === id).length, leases, 'I3');
  }
}

/** I14: counters never fall. */
export function expectRisen(before: PoolState, after: PoolState): void {
  for (const counter of counters) assert(after[counter] >= before[counter], `I14 ${counter}`);
  assert(after.version >= before.version, 'I14 version');
}
