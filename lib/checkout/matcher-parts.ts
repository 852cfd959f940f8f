import type { Inbox } from '../events/inbox.ts';
import type { Store } from '../state/store.ts';
import type { Chooser } from '../strategies/chooser.ts';
import type { QueueDiscipline } from './codel.ts';
import type { LeakDetector } from './leak-detector.ts';
import type { LeaseBook } from './lease-book.ts';
import type { QuarantineRule } from './quarantine.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** Who looks after the connections between leases. */
export interface ConnectionKeeper {
  /** A lease on this slot has ended; told before the queue is served: the connection may be of no more use. */
  returned(slot: number): void;
  /** The server of the connection asks not to be bothered for so many milliseconds. */
  rest(slot: number, ms: number): void;
  /** The connection did not answer a request in time, which says as much as a check. */
  checked(slot: number, connection: number, outcome: { readonly healthy: boolean; readonly error: string }): void;
}

/** What the matcher works with. */
export interface MatcherParts<C> {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly chooser: Chooser;
  readonly leases: LeaseBook<C>;
  readonly waitingRoom: WaitingRoom<C>;
  /** Whom to shed rather than serve; nobody where there is none. */
  readonly queue: QueueDiscipline | undefined;
  /** The live connections, by slot. */
  readonly connections: readonly (C | undefined)[];
  readonly keeper: ConnectionKeeper;
  /** Whether the error of a piece of work means that its connection did not answer in time. */
  readonly isTimeout: (error: unknown) => boolean;
  /** For how many milliseconds the error of a piece of work asks not to be bothered. */
  readonly restMs: (error: unknown) => number;
  readonly leaks: LeakDetector<C> | undefined;
  /** Who may keep a connection from others when it comes back. */
  readonly connector: QuarantineRule<C>;
}
