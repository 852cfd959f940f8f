import type { Inbox } from '../events/inbox.ts';
import type { Store } from '../state/store.ts';
import type { LeakDetector } from './leak-detector.ts';
import type { Matcher } from './matcher.ts';
import type { Pins } from './pins.ts';
import type { WaitingRoom } from './queue/waiting-room.ts';

/** What a checkout needs. */
export interface CheckoutParts<C> {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly matcher: Matcher<C>;
  readonly waitingRoom: WaitingRoom<C>;
  readonly leaks: LeakDetector<C> | undefined;
  /** `undefined` where connections are not pinned. */
  readonly pins: Pins | undefined;
  /** How long a checkout may wait that says nothing else, in milliseconds; 0: for ever. */
  readonly checkoutTimeoutMs: number;
  /** Used instead of `checkoutTimeoutMs` until a connection has come up for the first time. */
  readonly firstCheckoutTimeoutMs: number;
  /** How many waiters can be served by the connects that are under way or may begin now. */
  readonly connectable: () => number;
  /** Called after a waiter has joined the queue that another connection may help. */
  readonly onWait: () => void;
}
