import assert from 'node:assert/strict';
import { type Lease, type PoolState, type Totals, isAvailable } from '../../lib/index.ts';
import { isServing } from '../../lib/state/pool-state.ts';
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
  'timeouts',
  'connects',
  'failedConnects',
  'deaths',
  'leaks',
] as const satisfies readonly (keyof Totals)[];

const statuses = ['idle', 'active', 'connecting', 'closing'] as const;

/** I1, I2, I13 and I14, of one state after any event. */
export function expectSound(state: PoolState): void {
  const counted = { idle: 0, active: 0, connecting: 0, closing: 0 };
  const sums = { size: 0, leased: 0, unhealthy: 0, withheld: 0 };
  for (const { status, leases, health, withheld } of state.connections) {
    counted[status]++;
    sums.size++;
    sums.leased += leases;
    if (health === 'unhealthy' && status !== 'closing') sums.unhealthy++;
    const isUp = status === 'idle' || status === 'active';
    if (isUp && health === 'healthy' && withheld) sums.withheld++;
    assert(leases >= 0 && leases <= state.maxLeasesPerConnection, 'I2');
    assert(status === 'closing' || (status === 'active') === leases > 0, 'I2 status');
  }
  for (const status of statuses) assert.equal(state[status], counted[status], `I1 ${status}`);
  assert.equal(state.size, sums.size, 'I1 size');
  assert(state.size <= state.maxSize, 'I1 maxSize');
  assert.equal(state.unhealthy, sums.unhealthy, 'I1 unhealthy');
  assert.equal(state.withheld, sums.withheld, 'I1 withheld');
  for (const { id, connections } of state.endpoints) {
    const own = [...state.connections].filter(({ endpoint, status }) => endpoint === id && status !== 'closing');
    assert.equal(connections, own.length, `I1 connections of ${id}`);
  }
  expectPinsCounted(state);
  // Where nobody may wait for others, they wait for connects.
  const most = state.maxWaiting === 0 ? state.maxSize * state.maxLeasesPerConnection : state.maxWaiting;
  assert(state.waiting <= most, 'I13 maxWaiting');
  assert.equal(state.checkouts, state.checkins + state.destroyed + state.lost + sums.leased, 'I14 leases');
}

/** What is counted of connections that are kept for keys, counted in the plainest way; one for each key, and back. */
function expectPinsCounted(state: PoolState): void {
  const connections = [...state.connections];
  const kept = connections.filter(({ pin, status, leases }) => pin !== null && (status !== 'closing' || leases > 0));
  const keys = new Set(kept.map(({ pin }) => pin));
  // Where nothing is pinned there may be ten thousand of them, at each event.
  const waiting = new Set(state.hasPins ? Array.from(state.waiters, ({ key }) => key) : []);
  assert.equal(kept.length, keys.size, 'one connection for a key');
  for (const { pin, id } of kept) assert.equal(state.connections.pinnedTo(pin ?? '')?.id, id, 'pinnedTo');
  assert.equal(state.pinned, kept.filter(({ status }) => status !== 'closing').length, 'pinned');
  const lacking = [...waiting].filter((key) => key === undefined || !keys.has(key)).length;
  assert.equal(state.unpinnedKeys, state.hasPins ? lacking : 0, 'unpinnedKeys');
}

/** I6: at the end of a tick nobody waits while there is something to lease. */
export function expectServed(state: PoolState): void {
  if (state.waiting === 0) return;
  const isWanted = state.hasPins ? state.unpinnedKeys > 0 : true;
  for (const record of state.connections) {
    assert(!isWanted || !isAvailable(state, record), 'I6');
    const isWaitedFor = record.pin !== null && state.waiters.firstOf(record.pin) !== undefined;
    assert(!isWaitedFor || !isServing(state, record), 'I6 its own connection is free');
  }
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
