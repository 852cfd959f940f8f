import type { PoolEvent } from '../events/pool-event.ts';
import type { EventSample } from './protocol.ts';
import { isRare } from './shared/event-words.ts';

/** How many are told at most: of those that each checkout makes, and of all others. */
const MOST_COMMON = 30;
const MOST_RARE = 100;

/** The newest of those that came after `version`, up to that of the state, so that rare ones are not lost among the others. */
export function sampleOf(newestFirst: Iterable<PoolEvent>, version: number, newest: number): EventSample {
  const list: PoolEvent[] = [];
  let [common, rare] = [0, 0];
  for (const event of newestFirst) {
    if (event.version > newest) continue;
    if (isRare(event) ? rare++ < MOST_RARE : common++ < MOST_COMMON) list.push(event);
  }
  return { list: list.reverse(), leftOut: Math.max(0, newest - version - list.length) };
}

/** What a reader begins with: the newest events up to that of the state, and the rare ones, which are kept for longer. */
export function firstSampleOf(
  newestFirst: Iterable<PoolEvent>,
  rare: readonly PoolEvent[],
  newest: number,
): EventSample {
  const { list } = sampleOf(newestFirst, 0, newest);
  const all = new Set([...list, ...rare.filter(({ version }) => version <= newest)]);
  return { list: [...all].sort((one, other) => one.version - other.version), leftOut: 0 };
}
