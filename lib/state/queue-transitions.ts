import type { Wait } from '../events/pool-event.ts';
import type { Waiter } from './pool-state.ts';
import type { Snapshot } from './snapshot.ts';

/** A waiter joins the queue. */
export function enterQueue(draft: Snapshot, event: Wait): void {
  if (draft.waiting === 0) draft.waitingSince = event.at;
  draft.waiters.push(waiterOf(event));
}

/** A waiter leaves the queue, served or not; false when it was not there. */
export function leaveQueue(draft: Snapshot, waiter: number): boolean {
  if (!draft.waiters.remove(waiter)) return false;
  if (draft.waiting === 0) draft.waitingSince = 0;
  return true;
}

function waiterOf({ waiter, priority, key, at }: Wait): Waiter {
  return key === undefined ? { id: waiter, priority, since: at } : { id: waiter, key, priority, since: at };
}
