import type { ReadyServer } from './configured-server.ts';

/** Whether both entries say the same, variables filled in: what was started by one serves for the other. @internal */
export function areSameEntries(one: ReadyServer, other: ReadyServer): boolean {
  return one === other || (one.source !== undefined && one.source === other.source);
}
