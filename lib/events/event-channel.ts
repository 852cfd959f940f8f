import type { Channel } from 'node:diagnostics_channel';
import { builtInModule } from '../base/built-in-module.ts';
import type { PoolEvent } from './pool-event.ts';

/** What the channel `rx-mcp-pool:event` carries, for instrumentation that does not import this package. */
export interface PublishedEvent {
  /** The pool's name. */
  readonly pool: string;
  readonly event: PoolEvent;
}

/** Stands in where there are no channels. */
const silent: Pick<Channel, 'hasSubscribers' | 'publish'> = { hasSubscribers: false, publish: () => undefined };

/** Carries the events of all pools in this process; see `node:diagnostics_channel`. */
const eventChannel = builtInModule('node:diagnostics_channel')?.channel('rx-mcp-pool:event') ?? silent;

/** Whether the channel has subscribers. */
export function isListenedTo(): boolean {
  return eventChannel.hasSubscribers;
}

/** Publishes an event to the channel. Node itself reports what a subscriber of the channel throws. */
export function publish({ poolName: pool }: { readonly poolName: string }, event: PoolEvent): void {
  eventChannel.publish({ pool, event } satisfies PublishedEvent);
}
