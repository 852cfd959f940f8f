import { type Channel, channel } from 'node:diagnostics_channel';
import type { Observable } from 'rxjs';
import type { PoolEvent } from './pool-event.ts';

/** What the channel `rx-mcp-pool:event` carries, for those who instrument without importing anything of ours. */
export interface PublishedEvent {
  /** The pool's name. */
  readonly pool: string;
  readonly event: PoolEvent;
}

/** Of all pools in this process; see `node:diagnostics_channel`. */
const eventChannel: Channel = channel('rx-mcp-pool:event');

const secret = new WeakSet<Observable<PoolEvent>>();

/** These are the events of a part of a pool, which nobody else knows of: the channel does not carry them. @internal */
export function keepSecret(events$: Observable<PoolEvent>): void {
  secret.add(events$);
}

/** Whether anybody hears what is published. */
export function isListenedTo(): boolean {
  return eventChannel.hasSubscribers;
}

/** Tells the channel. What a subscriber of it throws Node reports by itself. */
export function publish(
  { events$, poolName: pool }: { readonly events$: Observable<PoolEvent>; readonly poolName: string },
  event: PoolEvent,
): void {
  if (!secret.has(events$)) eventChannel.publish({ pool, event } satisfies PublishedEvent);
}
