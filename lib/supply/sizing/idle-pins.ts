import { STALL_MS } from '../../base/durations.ts';
import { Alarm } from '../../base/alarm.ts';
import { afterInput } from '../../base/timers.ts';
import type { ConnectionRecord, PoolState } from '../../state/pool-state.ts';
import type { Store } from '../../state/store.ts';

/** What ending pins needs. */
interface IdlePinsParts {
  readonly store: Store;
  /** How long a key may be unused, in milliseconds. */
  readonly pinIdleMs: number;
  /** Closes the connection on this slot. */
  readonly end: (slot: number) => void;
}

/** Closes pinned connections whose keys were not used for long. One timer for all, and none while nothing is pinned. */
export class IdlePins {
  readonly #parts: IdlePinsParts;
  readonly #alarm = new Alarm(this.#wake.bind(this));
  #dueAt = Infinity;
  #cancelDeferred: (() => void) | undefined;

  constructor(parts: IdlePinsParts) {
    this.#parts = parts;
  }

  /** A lease of a pinned connection has just ended. */
  used(): void {
    this.#scheduleBy(performance.now() + this.#parts.pinIdleMs);
  }

  /** Clears all timers. */
  stop(): void {
    this.#alarm.clear();
    this.#cancelDeferred?.();
  }

  #scheduleBy(instant: number): void {
    this.#dueAt = Math.min(this.#dueAt, instant);
    this.#alarm.setFor(this.#dueAt);
  }

  /** After a stall, input that arrived meanwhile comes first: it may contain checkouts for these keys. */
  #wake(): void {
    if (performance.now() - this.#dueAt > STALL_MS) this.#cancelDeferred = afterInput(this.#look.bind(this));
    else this.#look();
  }

  #look(): void {
    const { store, end } = this.#parts;
    this.#dueAt = Infinity;
    for (const { slot, id } of [...store.current.connections]) {
      // Observers of the previous retirement may have leased this one.
      const record = store.current.connections.get(slot);
      if (record?.id !== id || record.pin === null || record.status !== 'idle') continue;
      const endsAt = this.#endsAt(store.current, record);
      if (endsAt <= performance.now()) end(slot);
      else this.#scheduleBy(endsAt);
    }
  }

  /**
   * When the pin of this connection ends. While its key waits it does not end: an unhealthy or withheld connection may
   * be idle all the same.
   */
  #endsAt({ waiters }: PoolState, { pin, lastUsedAt }: ConnectionRecord): number {
    const { pinIdleMs } = this.#parts;
    const isWaitedFor = pin !== null && waiters.firstOf(pin) !== undefined;
    return pinIdleMs + (isWaitedFor ? performance.now() : lastUsedAt);
  }
}
