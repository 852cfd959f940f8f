import type { Leave } from '../events/pool-event.ts';
import type { Waiter } from './pool-state.ts';
import type { Snapshot } from './snapshot.ts';

/** A waiter joins the queue (`wait`). */
export function enterQueue(draft: Snapshot, waiter: Waiter): void {
  if (draft.waiters.length === 0) draft.waitingSince = waiter.since;
  draft.waiters.push(waiter);
}

/** A waiter leaves the queue without being served; false when it was not there. */
export function leaveQueue(draft: Snapshot, { waiter, priority, key }: Leave): boolean {
  const wasThere = draft.waiters.remove(waiter, priority, key);
  clearWaitingSinceIfEmpty(draft);
  return wasThere;
}

/** A waiter gets its lease. `key` is its key, where that is known. */
export function serveWaiter(draft: Snapshot, waiter: number, key: string | undefined): void {
  // With pins, a log that was forged or damaged could make `unpinnedKeys` wrong.
  if (draft.hasPins && draft.waiters.firstOf(key)?.id !== waiter) return;
  draft.waiters.serve(waiter, key);
  clearWaitingSinceIfEmpty(draft);
}

function clearWaitingSinceIfEmpty(draft: Snapshot): void {
  if (draft.waiting === 0) draft.waitingSince = 0;
}

/** A waiter as the queue has it, without a key that it does not have. */
export function waiterOf(id: number, priority: number, key: string | undefined, since: number): Waiter {
  return key === undefined ? { id, priority, since } : { id, key, priority, since };
}
