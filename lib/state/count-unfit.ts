import type { ConnectionRecord } from './pool-state.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Adds `by` to the counter of connections that this one belongs to, `unhealthy` or `withheld`, if it belongs to one.
 */
export function countUnfit(draft: Snapshot, { status, health, withheld }: ConnectionRecord, by: 1 | -1): void {
  if (status === 'closing') return;
  if (health === 'unhealthy') draft.unhealthy += by;
  else if (withheld && status !== 'connecting') draft.withheld += by;
}
