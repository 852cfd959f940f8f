import type { ConnectionRecord } from '../../lib/state/pool-state.ts';
import type { Snapshot } from '../../lib/state/snapshot.ts';
import { type BareEvent, checkin, checkout, following } from './pool-log.ts';

/** The slots that serve so many requests in a row, and the state after that; each is checked in before the next one. */
export function served(
  state: Snapshot,
  choose: (state: Snapshot) => ConnectionRecord | undefined,
  requests: number,
  after: (slot: number) => BareEvent[] = (slot) => [checkin(slot)],
): { slots: number[]; state: Snapshot } {
  const slots: number[] = [];
  let now = state;
  for (let i = 0; i < requests; i++) {
    const slot = choose(now)?.slot;
    if (slot === undefined) break;
    slots.push(slot);
    now = following(now, checkout(slot), ...after(slot));
  }
  return { slots, state: now };
}
