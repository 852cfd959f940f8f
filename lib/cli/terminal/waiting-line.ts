import type { Waiter } from '../../state/pool-state.ts';
import { oneLine } from './printable.ts';
import type { Part } from './fit.ts';
import { formatCount, formatMs } from '../../dashboard/shared/format.ts';
import type { Paint } from './canvas.ts';

/** The waiters that are looked at: more have no room in any line. */
const MOST_SHOWN = 20;

/** How many wait, and the first of them, with how long they have waited at that instant. */
export function waitingParts(waiting: number, waiters: Iterable<Waiter>, at: number, paint: Paint): Part[] {
  const parts: Part[] = [{ text: formatCount(waiting), ...(waiting > 0 && { paint: paint.yellow }) }];
  if (waiting === 0) return parts;
  for (const waiter of waiters) {
    parts.push({ text: textOf(waiter, at), paint: paint.dim });
    if (parts.length > MOST_SHOWN) break;
  }
  return parts;
}

function textOf({ id, key, priority, since }: Waiter, at: number): string {
  const which = oneLine(key === undefined ? `#${id}` : `#${id} ${key}`);
  return `${which}${priority === 0 ? '' : ` p${oneLine(priority)}`} ${formatMs(Math.max(0, at - since))}`;
}
