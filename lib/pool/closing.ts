import { type Observable, Subject } from 'rxjs';
import type { LeaseBook } from '../checkout/lease-book.ts';
import type { WaitingRoom } from '../checkout/queue/waiting-room.ts';
import type { Inbox } from '../events/inbox.ts';
import type { Store } from '../state/store.ts';
import type { Supply } from '../supply/supply.ts';

/** The parts of the pool that are involved in closing it. */
interface ClosingParts<C> {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly leases: LeaseBook<C>;
  readonly waitingRoom: WaitingRoom<C>;
  readonly supply: Supply<C>;
  /** Stops timers and subscriptions that would go on by themselves. */
  readonly stop: () => void;
}

/** The closing of a pool, which happens once: waiters are refused, leases get some time, then everything is closed. */
export class Closing<C> {
  readonly #parts: ClosingParts<C>;
  readonly #ended$ = new Subject<never>();
  /** Completes when the pool has ended, just after its states. */
  readonly ended$: Observable<never> = this.#ended$.asObservable();
  #closed: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #forceAt = Infinity;
  #resolve: () => void = () => undefined;

  constructor(parts: ClosingParts<C>) {
    this.#parts = parts;
  }

  /**
   * Begins the closing; resolves when everything is closed. `timeoutMs`: the time that leases get, 0 for none,
   * `Infinity` for ever. Called again, it can only shorten the time.
   */
  begin(timeoutMs: number): Promise<void> {
    if (this.#closed !== undefined) {
      this.#limit(timeoutMs);
      return this.#closed;
    }
    // Set before the event is sent, since an observer of the event may call `close()` itself.
    this.#closed = new Promise((resolve) => (this.#resolve = resolve));
    this.#limit(timeoutMs);
    this.#parts.inbox.send({ type: 'drain' });
    return this.#closed;
  }

  /** Ends the pool; called when every connection is gone. */
  finish(): void {
    const { store, inbox, waitingRoom, stop } = this.#parts;
    clearTimeout(this.#timer);
    if (store.current.phase === 'closed') return;
    waitingRoom.close();
    stop();
    inbox.end();
    inbox.enqueue({
      deliver: () => {
        try {
          store.complete();
        } finally {
          this.#resolve();
          this.#ended$.complete();
        }
      },
    });
  }

  /** Sets the instant at which leases are ended by force. Of several limits the earliest counts. */
  #limit(timeoutMs: number): void {
    const instant = performance.now() + timeoutMs;
    if (instant >= this.#forceAt || this.#parts.store.current.phase === 'closed') return;
    this.#forceAt = instant;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#force.bind(this), timeoutMs);
  }

  /** Takes away all remaining leases and closes their connections. */
  #force(): void {
    const { store, leases, supply } = this.#parts;
    for (const { slot, leases: held } of [...store.current.connections]) {
      if (held === 0) continue;
      leases.lose(slot, { reason: 'closed', cause: undefined });
      supply.close(slot);
    }
  }
}
