import { ConnectionTable, isSlot } from './connection-table.ts';
import { EndpointTable } from './endpoint-table.ts';
import type { LogEntry } from './log-entry.ts';
import { type ConnectionRecord, type PoolState, type PoolStateJson, isAvailable } from './pool-state.ts';
import { reduce } from './reduce.ts';
import { Snapshot } from './snapshot.ts';
import { WaiterQueue } from './waiter-queue.ts';

/**
 * Folds a log of events into the state that the live pool had after the last of them.
 *
 * `initial` is a snapshot of that pool, or one read back from JSON; without it the log begins with `opened`, or with a
 * snapshot of its own. Events that are not newer than the state are skipped, a snapshot in the log that is newer takes its
 * place. Throws a `RangeError` where a version is missing, and for a snapshot with a slot that cannot be.
 */
export function replay(log: Iterable<LogEntry>, initial?: PoolState | PoolStateJson): PoolState {
  let state = initial === undefined ? new Snapshot() : revive(initial);
  for (const entry of log) state = after(state, entry);
  return state.handOut();
}

function after(state: Snapshot, entry: LogEntry): Snapshot {
  if (entry.type === 'dropped') return state;
  if (entry.type === 'snapshot') return entry.state.version > state.version ? revive(entry.state) : state;
  if (entry.version <= state.version) return state;
  if (entry.version !== state.version + 1) {
    throw new RangeError(`the log has a gap: version ${entry.version} comes after version ${state.version}`);
  }
  return reduce(state, entry);
}

/** A state to go on from, out of a snapshot or what was read back from JSON. */
export function revive(initial: PoolState | PoolStateJson): Snapshot {
  if (initial instanceof Snapshot) return initial.handOut();
  const table = new ConnectionTable();
  for (const record of initial.connections) {
    if (!isSlot(record.slot)) throw new RangeError(`there is no slot ${record.slot}`);
    // Older logs know of no pins.
    const own: ConnectionRecord = { ...record, pin: (record as Partial<ConnectionRecord>).pin ?? null };
    table.place(own);
    table.touch(own.slot, isAvailable(initial, own));
  }
  const queue = new WaiterQueue();
  for (const waiter of initial.waiters) queue.push({ ...waiter });
  const state = new Snapshot(table, queue, EndpointTable.of(initial.endpoints));
  for (const key of Object.keys(state)) {
    if (key === 'connections' || key === 'waiters') continue;
    const value: unknown = Reflect.get(initial, key);
    // What an older version did not know of, or what is none, is as at the beginning.
    const before: unknown = Reflect.get(state, key);
    if (typeof value === typeof before && Array.isArray(value) === Array.isArray(before))
      Reflect.set(state, key, value);
  }
  return state.handOut();
}
