import { Subscription } from 'rxjs';
import { report } from '../../base/report.ts';
import { unsubscribeQuietly } from '../../base/unsubscribe-quietly.ts';
import { type Allowance, isAllowanceMode } from '../../events/allowance.ts';
import type { Inbox } from '../../events/inbox.ts';
import { leasesOf } from '../../state/pool-state.ts';
import type { Store } from '../../state/store.ts';
import type { AllowancePort, PoolAllowance } from './allowance.ts';

/**
 * The pool's share of a bound that it shares with others, if it shares one: sends an event for each grant, and tells what is
 * wanted and held. A port that fails is reported, and what was granted last stays.
 */
export class Grants {
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #port: AllowancePort | undefined;
  readonly #subscription = new Subscription();
  #share: PoolAllowance | undefined;
  #epoch = 0;
  #wanted = 0;
  #held = 0;

  constructor(store: Store, inbox: Inbox, port: AllowancePort | undefined) {
    this.#store = store;
    this.#inbox = inbox;
    this.#port = port;
  }

  /**
   * Whether no further connection may be opened where so many are not finally closed. The state forgets one that died while
   * it is still being closed, but the bound counts it.
   */
  isUsedUp(alive: number): boolean {
    return this.#port !== undefined && alive >= this.#store.current.allowed;
  }

  /** Opens the port, and follows what is granted. */
  open(): void {
    const { name } = this.#store.current;
    this.#ask(() => {
      this.#share = this.#port?.open({ name, idleSince: this.#idleSince.bind(this) });
      const granted = this.#share?.allowance$.subscribe({
        next: (allowance) => {
          this.#take(allowance);
        },
        error: (error: unknown) => {
          this.#failed(error);
        },
        complete: () => {
          this.#hold();
        },
      });
      this.#subscription.add(granted);
    });
  }

  /**
   * Tells how many connections the pool could use and how many it has, if that has changed. After `stop` the share ends when
   * none is left.
   */
  tell(wanted: number, held: number): void {
    if (wanted !== this.#wanted || held !== this.#held) {
      this.#wanted = wanted;
      this.#held = held;
      this.#ask(() => this.#share?.want(wanted, held));
    }
    if (this.#subscription.closed && held === 0) this.#end();
  }

  /** Follows no grants any more: the pool is being closed. */
  stop(): void {
    unsubscribeQuietly(this.#subscription);
  }

  #idleSince(): number {
    const state = this.#store.current;
    return leasesOf(state) + state.waiting + state.pinned > 0 ? Infinity : state.returnedAt;
  }

  #end(): void {
    const share = this.#share;
    this.#share = undefined;
    this.#ask(() => share?.close());
  }

  #take(allowance: Allowance): void {
    if (!isAllowance(allowance)) {
      this.#failed(new TypeError('allowance$ must emit { limit, mode, epoch }'));
      return;
    }
    const { mode, epoch, error } = allowance;
    const { maxSize, allowed, allowedBy } = this.#store.current;
    const limit = Math.min(maxSize, Math.floor(allowance.limit));
    if (limit === allowed && mode === allowedBy && epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#inbox.send({ type: 'allowance', limit, mode, epoch, ...(error === undefined ? {} : { error }) });
  }

  #ask(ask: () => void): void {
    try {
      ask();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    report(error);
    this.#hold();
  }

  #hold(): void {
    if (this.#subscription.closed) return;
    this.#take({ limit: this.#store.current.allowed, mode: 'held', epoch: this.#epoch });
  }
}

function isAllowance(value: unknown): boolean {
  const { limit, mode, epoch, error } = Object(value) as Partial<Record<keyof Allowance, unknown>>;
  const isText = error === undefined || typeof error === 'string';
  return typeof limit === 'number' && limit >= 0 && isAllowanceMode(mode) && Number.isFinite(epoch) && isText;
}
