import type { LeaseBook } from '../checkout/lease-book.ts';
import type { WaitingRoom } from '../checkout/queue/waiting-room.ts';
import { closedError } from '../errors.ts';
import type { EventOf, PoolEvent } from '../events/pool-event.ts';
import type { Store } from '../state/store.ts';
import type { Supply } from '../supply/supply.ts';
import type { Closing } from './closing.ts';

/** The parts of the pool that react to committed events. */
interface ReactionParts<C> {
  readonly store: Store;
  readonly leases: LeaseBook<C>;
  readonly waitingRoom: WaitingRoom<C>;
  readonly supply: Supply<C>;
  readonly closing: Closing<C>;
}

type Reaction<Event> = <C>(event: Event, parts: ReactionParts<C>) => void;

/**
 * What follows from each event, always in the same order: first the leases, then the waiters, then the supply. This
 * table is the only place where one part of the pool learns what happened in another; an event that is missing here
 * fails the build.
 *
 * The reactions to `checkout`, `checkin`, `destroy` and `wait` are never called: what follows from these stands beside
 * where they are sent (see `lib/checkout/README.md`). Code that removes several waiters has the queue served once, after the last of them.
 */
const reactions: { readonly [Type in PoolEvent['type']]: Reaction<EventOf<Type>> } = {
  opened: (_, { supply }) => {
    supply.open();
  },

  connecting: nothing,
  up: (event, { supply }) => {
    supply.connectionUp(event);
  },
  connectFailed: (event, { supply }) => {
    supply.connectionEnded(event);
  },
  down: (event, { leases, supply }) => {
    leases.lose(event.slot, { reason: 'down', cause: supply.causeOf(event.connection) });
    supply.connectionEnded(event);
  },
  checking: review,
  health: (event, { supply }) => {
    supply.healthTold(event);
  },
  notice: nothing,
  retire: (event, { leases, supply }) => {
    // `drain` warns all leases at once; see below.
    if (event.reason !== 'drain') leases.warn({ reason: 'retiring', cause: event.reason }, event.slot);
    supply.retired(event);
  },
  // The fleet counts more connections than the state, and tells the supply when nothing is left of one.
  removed: nothing,

  // A list, or a moment, may bring several of these: the waiters are served once, after the last, and by all of them.
  endpointListed: (_, { supply }) => {
    supply.retry();
  },
  endpointUnlisted: nothing,
  endpointSetAside: nothing,
  endpointBack: nothing,
  endpointsFailed: nothing,
  endpointsEnded: nothing,
  resting: nothing,
  rested: nothing,

  wait: nothing,
  leave: nothing,
  checkout: nothing,
  checkin: nothing,
  destroy: nothing,
  leak: nothing,
  refuse: nothing,
  invalidCheckin: nothing,
  strategyFailed: nothing,

  circuit: review,
  resize: review,
  allowance: review,
  sweep: nothing,
  drain: (_, { store, leases, waitingRoom, supply, closing }) => {
    waitingRoom.failAll('closed', closedError(store.current.name));
    leases.warn({ reason: 'draining' });
    supply.drain(closing.finish.bind(closing));
  },
  closed: nothing,
};

/** Does what follows from an event. */
export function react<C>(event: PoolEvent, parts: ReactionParts<C>): void {
  (reactions[event.type] as Reaction<PoolEvent>)(event, parts);
}

function nothing(): void {
  // Nothing to do: the cause was handled already, or the event is only for the log.
}

/** The supply may have more connections to open, or fewer. */
function review<C>(_: PoolEvent, { supply }: ReactionParts<C>): void {
  supply.nudge();
}
