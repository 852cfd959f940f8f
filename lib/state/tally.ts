import type { ConnectionRecord } from './pool-state.ts';
import type { Snapshot } from './snapshot.ts';

/** Counts a connection that cannot be leased. */
export function tally(draft: Snapshot, { status, health, withheld }: ConnectionRecord, by: 1 | -1): void {
  if (status === 'closing') return;
  if (health === 'unhealthy') draft.unhealthy += by;
  else if (withheld && status !== 'connecting') draft.withheld += by;
}
