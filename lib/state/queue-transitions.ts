import type { Leave, Wait } from '../events/pool-event.ts';
import type { Waiter } from './pool-state.ts';
import type { Snapshot } from './snapshot.ts';

/** A waiter joins the queue. */
export function enterQueue(draft: Snapshot, event: Wait): void {
  if (draft.waiting === 0) draft.waitingSince = event.at;
  draft.waiters.push(waiterOf(event));
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

function waiterOf({ waiter, priority, key, at }: Wait): Waiter {
  return key === undefined ? { id: waiter, priority, since: at } : { id: waiter, key, priority, since: at };
}
