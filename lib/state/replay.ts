import type { PoolEvent } from '../events/pool-event.ts';
import { ConnectionTable } from './connection-table.ts';
import { type PoolState, type PoolStateJson, isAvailable } from './pool-state.ts';
import { reduce } from './reduce.ts';
import { Snapshot } from './snapshot.ts';
import { WaiterQueue } from './waiter-queue.ts';

/**
 * Folds a log of events into the state that the live pool had after the last of them.
 *
 * `initial` is a snapshot of that pool, or one read back from JSON; without it the log begins with `opened`. Events that
 * are not newer than `initial` are skipped. Throws a `RangeError` where a version is missing.
 */
export function replay(events: Iterable<PoolEvent>, initial?: PoolState | PoolStateJson): PoolState {
  let state = initial === undefined ? new Snapshot() : revive(initial);
  for (const event of events) {
    if (event.version <= state.version) continue;
    if (event.version !== state.version + 1) {
      throw new RangeError(`the log has a gap: version ${event.version} comes after version ${state.version}`);
    }
    state = reduce(state, event);
  }
  return state.handOut();
}

function revive(initial: PoolState | PoolStateJson): Snapshot {
  if (initial instanceof Snapshot) return initial.handOut();
  const table = new ConnectionTable();
  for (const record of initial.connections) {
    table.place({ ...record });
    table.touch(record.slot, isAvailable(initial, record));
  }
  const queue = new WaiterQueue();
  for (const waiter of initial.waiters) queue.push({ ...waiter });
  const state = new Snapshot(table, queue);
  for (const key of Object.keys(state)) {
    if (key !== 'connections' && key !== 'waiters') Reflect.set(state, key, Reflect.get(initial, key));
  }
  return state.handOut();
}
