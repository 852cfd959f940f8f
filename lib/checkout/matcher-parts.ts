import type { Inbox } from '../events/inbox.ts';
import type { Store } from '../state/store.ts';
import type { Chooser } from './chooser.ts';
import type { QueueDiscipline } from './queue/codel.ts';
import type { LeakDetector } from './leak-detector.ts';
import type { Fault } from '../base/fault.ts';
import type { LeaseBook } from './lease-book.ts';
import type { Loan } from '../base/loan.ts';
import type { Pins } from './pins.ts';
import type { QuarantineRule } from './quarantine.ts';
import type { WaitingRoom } from './queue/waiting-room.ts';

/** The connector's rules for the end of a lease. */
interface ReturnRules<C> extends QuarantineRule<C> {
  lend?(connection: C): Loan<C>;
  isAnswer?(error: unknown): boolean;
}

/** The matcher's and leases' view of the supply, which looks after the connections between leases. */
export interface ConnectionKeeper {
  /**
   * A lease on this slot has ended. Called before the queue is served, since the connection may be unusable. `isWell`:
   * its work did not fail.
   */
  returned(slot: number, connection: number, isWell: boolean): void;
  /** The work of a lease failed, or the connection was to blame. Called before `returned`. */
  failed(slot: number, connection: number, fault: Fault): void;
  /** There are waiters that another connection may help. */
  wanted(): void;
  /** Whether the connection on this slot has health checks. */
  isChecked(slot: number): boolean;
  /** Whether each lease that begins or ends concerns it. */
  readonly isWatching: boolean;
  /** A lease has begun on this slot: a check under way ends without an outcome. */
  leased(slot: number): void;
}

/** What the matcher needs. */
export interface MatcherParts<C> {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly chooser: Chooser;
  /**
   * Whether nothing but the strategy decides who gets which connection, and no option has connections retired after a
   * lease: no pins, discipline, leak detection, `maxUses` or endpoints.
   */
  readonly isPlain: boolean;
  readonly leases: LeaseBook<C>;
  readonly waitingRoom: WaitingRoom<C>;
  /** `undefined` where connections are not pinned. */
  readonly pins: Pins | undefined;
  /** Decides which waiters are shed rather than served; `undefined`: none. */
  readonly queue: QueueDiscipline | undefined;
  /** The live connections, by slot. */
  readonly connections: readonly (C | undefined)[];
  readonly keeper: ConnectionKeeper;
  /** Whether an error thrown by work means that its connection did not answer in time. */
  readonly isTimeout: (error: unknown) => boolean;
  /** Whether an error thrown by work means that its connection is unusable. */
  readonly isBroken: (error: unknown) => boolean;
  /** The pause that an error thrown by work asks for, in milliseconds. */
  readonly restMs: (error: unknown) => number;
  readonly leaks: LeakDetector<C> | undefined;
  /** The rules for handing out a connection and for taking it back. */
  readonly connector: ReturnRules<C>;
  /** The limit of a quarantine, and of work that goes on after its caller has left, in milliseconds; 0: none. */
  readonly closeTimeoutMs: number;
}
