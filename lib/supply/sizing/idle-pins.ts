import { Alarm } from '../../base/alarm.ts';
import type { ConnectionRecord, PoolState } from '../../state/pool-state.ts';
import type { Store } from '../../state/store.ts';

/** A look that is so many milliseconds late was kept by something else; what came meanwhile has not been heard yet. */
const STALL_MS = 20;

/** What ending pins takes. */
export interface IdlePinsParts {
  readonly store: Store;
  /** For how many milliseconds a key need not be used. */
  readonly pinIdleMs: number;
  /** Closes the connection on this slot. */
  readonly end: (slot: number) => void;
}

/** Ends the pins whose keys nobody has used for long. One timer for all, and none while nothing is pinned. */
export class IdlePins {
  readonly #parts: IdlePinsParts;
  readonly #alarm = new Alarm(this.#wake.bind(this));
  #lookAt = Infinity;
  #later: ReturnType<typeof setImmediate> | undefined;

  constructor(parts: IdlePinsParts) {
    this.#parts = parts;
  }

  /** The key of a pinned connection was used until now. */
  used(): void {
    this.#lookBy(performance.now() + this.#parts.pinIdleMs);
  }

  /** No timer is left. */
  stop(): void {
    this.#alarm.clear();
    clearImmediate(this.#later);
  }

  #lookBy(instant: number): void {
    this.#lookAt = Math.min(this.#lookAt, instant);
    this.#alarm.setFor(this.#lookAt);
  }

  /** After a stall whoever has asked meanwhile comes first. */
  #wake(): void {
    if (performance.now() - this.#lookAt > STALL_MS) this.#later = setImmediate(this.#look.bind(this));
    else this.#look();
  }

  #look(): void {
    const { store, end } = this.#parts;
    this.#lookAt = Infinity;
    for (const { slot, id } of [...store.current.connections]) {
      // Observers of the one before may have used this one.
      const record = store.current.connections.get(slot);
      if (record?.id !== id || record.pin === null || record.status !== 'idle') continue;
      const endsAt = this.#endsAt(store.current, record);
      if (endsAt <= performance.now()) end(slot);
      else this.#lookBy(endsAt);
    }
  }

  /** A connection that is unhealthy or withheld may be idle though its key waits for it. */
  #endsAt({ waiters }: PoolState, { pin, lastUsedAt }: ConnectionRecord): number {
    const { pinIdleMs } = this.#parts;
    const isWaitedFor = pin !== null && waiters.firstOf(pin) !== undefined;
    return pinIdleMs + (isWaitedFor ? performance.now() : lastUsedAt);
  }
}
