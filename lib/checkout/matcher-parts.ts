import type { Inbox } from '../events/inbox.ts';
import type { Store } from '../state/store.ts';
import type { Chooser } from './chooser.ts';
import type { QueueDiscipline } from './queue/codel.ts';
import type { LeakDetector } from './leak-detector.ts';
import type { Fault } from './lease.ts';
import type { LeaseBook } from './lease-book.ts';
import type { Loan } from '../base/loan.ts';
import type { Pins } from './pins.ts';
import type { QuarantineRule } from './quarantine.ts';
import type { WaitingRoom } from './queue/waiting-room.ts';

/** What the connector says of leases that have ended. */
export interface ReturnRules<C> extends QuarantineRule<C> {
  lend?(connection: C): Loan<C>;
  isAnswer?(error: unknown): boolean;
}

/** Who looks after the connections between leases. */
export interface ConnectionKeeper {
  /**
   * A lease on this slot has ended; told before the queue is served: the connection may be of no more use. `isWell`: its
   * work did not fail.
   */
  returned(slot: number, connection: number, isWell: boolean): void;
  /** The work of that lease failed, or the connection was to blame; told before that. */
  failed(slot: number, connection: number, fault: Fault): void;
  /** Somebody waits whom another connection may help. */
  wanted(): void;
  /** Whether the connection on this slot is checked now and then. */
  isChecked(slot: number): boolean;
  /** How many idle connections are being checked by what a lease puts an end to. */
  readonly checking: number;
  /** A lease has begun on this slot: a check under way ends without an outcome. */
  leased(slot: number): void;
}

/** What the matcher works with. */
export interface MatcherParts<C> {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly chooser: Chooser;
  readonly leases: LeaseBook<C>;
  readonly waitingRoom: WaitingRoom<C>;
  /** `undefined` where no connection is kept for a key. */
  readonly pins: Pins | undefined;
  /** Whom to shed rather than serve; nobody where there is none. */
  readonly queue: QueueDiscipline | undefined;
  /** The live connections, by slot. */
  readonly connections: readonly (C | undefined)[];
  readonly keeper: ConnectionKeeper;
  /** Whether the error of a piece of work means that its connection did not answer in time. */
  readonly isTimeout: (error: unknown) => boolean;
  /** Whether the error of a piece of work means that its connection is of no more use. */
  readonly isBroken: (error: unknown) => boolean;
  /** For how many milliseconds the error of a piece of work asks not to be bothered. */
  readonly restMs: (error: unknown) => number;
  readonly leaks: LeakDetector<C> | undefined;
  /** What is handed out in place of a connection, and who may keep it from others when it comes back. */
  readonly connector: ReturnRules<C>;
  /** For a quarantine, and for work whose caller has left, in milliseconds; 0: no limit. */
  readonly closeTimeoutMs: number;
}
