import type { LeaseBook } from '../checkout/lease-book.ts';
import type { WaitingRoom } from '../checkout/queue/waiting-room.ts';
import type { Inbox } from '../events/inbox.ts';
import type { Store } from '../state/store.ts';
import type { Supply } from '../supply/supply.ts';

/** What closing a pool has to do with. */
export interface ClosingParts<C> {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly leases: LeaseBook<C>;
  readonly waitingRoom: WaitingRoom<C>;
  readonly supply: Supply<C>;
  /** Stops what still runs by itself. */
  readonly stop: () => void;
}

/** The end of a pool, which comes once: waiters are refused, leases get some time, then everything is closed. */
export class Closing<C> {
  readonly #parts: ClosingParts<C>;
  #closed: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #forceAt = Infinity;
  #resolve: () => void = () => undefined;

  constructor(parts: ClosingParts<C>) {
    this.#parts = parts;
  }

  /** Resolves when all is closed. `timeoutMs` `Infinity`: leases may take for ever; 0: they get no time. */
  begin(timeoutMs: number): Promise<void> {
    if (this.#closed !== undefined) {
      this.#limit(timeoutMs);
      return this.#closed;
    }
    // Set before anybody is told: whoever is told may call `close()` in turn.
    this.#closed = new Promise((resolve) => (this.#resolve = resolve));
    this.#limit(timeoutMs);
    this.#parts.inbox.send({ type: 'drain' });
    return this.#closed;
  }

  /** Every connection is gone. */
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
        }
      },
    });
  }

  /** Of several limits the earliest holds. */
  #limit(timeoutMs: number): void {
    const instant = performance.now() + timeoutMs;
    if (instant >= this.#forceAt || this.#parts.store.current.phase === 'closed') return;
    this.#forceAt = instant;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#force.bind(this), timeoutMs);
  }

  /** Closes what is still leased. */
  #force(): void {
    const { store, leases, supply } = this.#parts;
    for (const { slot, leases: held } of [...store.current.connections]) {
      if (held === 0) continue;
      leases.lose(slot, { reason: 'closed', cause: undefined });
      supply.close(slot);
    }
  }
}
