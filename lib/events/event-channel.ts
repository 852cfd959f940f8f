import { type Channel, channel } from 'node:diagnostics_channel';
import type { PoolEvent } from './pool-event.ts';

/** What the channel `rx-mcp-pool:event` carries, for those who instrument without importing anything of ours. */
export interface PublishedEvent {
  /** The pool's name. */
  readonly pool: string;
  readonly event: PoolEvent;
}

/** Of all pools in this process; see `node:diagnostics_channel`. */
const eventChannel: Channel = channel('rx-mcp-pool:event');

/** Whether anybody hears what is published. */
export function isListenedTo(): boolean {
  return eventChannel.hasSubscribers;
}

/** Tells the channel. What a subscriber of it throws Node reports by itself. */
export function publish({ poolName: pool }: { readonly poolName: string }, event: PoolEvent): void {
  eventChannel.publish({ pool, event } satisfies PublishedEvent);
}
