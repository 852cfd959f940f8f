import { ConnectionTable, isSlot } from './connection-table.ts';
import { EndpointTable } from './endpoint-table.ts';
import { isAllowanceMode } from '../events/allowance.ts';
import type { LogEntry } from './log-entry.ts';
import { type ConnectionRecord, type PoolState, type PoolStateJson, isAvailable } from './pool-state.ts';
import { reduce } from './reduce.ts';
import { Snapshot } from './snapshot.ts';
import { WaiterQueue } from './waiter-queue.ts';

/**
 * Folds a log of events into the state that the live pool had after the last of them.
 *
 * `initial` is a snapshot of that pool, or one read back from JSON; without it the log must begin with `opened` or with
 * a snapshot. Events that are not newer than the state are skipped; a snapshot in the log that is newer replaces the
 * state. Throws a `RangeError` where a version is missing, and for a snapshot with an invalid slot.
 */
export function replay(log: Iterable<LogEntry>, initial?: PoolState | PoolStateJson): PoolState {
  let state = initial === undefined ? new Snapshot() : revive(initial);
  for (const entry of log) state = applyEntry(state, entry);
  return state.handOut();
}

function applyEntry(state: Snapshot, entry: LogEntry): Snapshot {
  if (entry.type === 'dropped') return state;
  if (entry.type === 'snapshot') return entry.state.version > state.version ? revive(entry.state) : state;
  if (entry.version <= state.version) return state;
  if (entry.version !== state.version + 1) {
    throw new RangeError(`the log has a gap: version ${entry.version} comes after version ${state.version}`);
  }
  return reduce(state, entry);
}

/** A state to continue from, made of a snapshot or of one read back from JSON. */
export function revive(initial: PoolState | PoolStateJson): Snapshot {
  if (initial instanceof Snapshot) return initial.handOut();
  const table = new ConnectionTable();
  for (const record of initial.connections) {
    if (!isSlot(record.slot)) throw new RangeError(`there is no slot ${record.slot}`);
    // Logs of older versions have no `pin`.
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
    // A field that is missing (the log of an older version) or has the wrong type keeps its initial value.
    const before: unknown = Reflect.get(state, key);
    if (typeof value === typeof before && Array.isArray(value) === Array.isArray(before))
      Reflect.set(state, key, value);
  }
  // Logs of older versions know of no allowance.
  const { allowed, allowedBy }: { readonly allowed?: unknown; readonly allowedBy?: unknown } = initial;
  if (typeof allowed !== 'number') state.allowed = state.maxSize;
  if (isAllowanceMode(allowedBy)) state.allowedBy = allowedBy;
  return state.handOut();
}
