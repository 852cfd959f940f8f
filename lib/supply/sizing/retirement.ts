import type { Subscription } from 'rxjs';
import type { Retire } from '../../events/connection-event.ts';
import type { Inbox } from '../../events/inbox.ts';
import type { ConnectionRecord } from '../../state/pool-state.ts';
import type { Store } from '../../state/store.ts';
import { mayRetire, surplusSlots, unallowed } from './demand.ts';
import { IdlePins } from './idle-pins.ts';
import { everySweep, unneededSlots } from './idle-sweep.ts';
import { isCrowded, misplaced } from '../endpoints/rebalance.ts';

/** What retiring connections needs. */
interface RetirementParts {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly options: {
    readonly maxUses: number;
    readonly idleTimeoutMs: number;
    readonly pinIdleMs?: number | undefined;
  };
  /** Closes the connection on this slot. */
  readonly close: (slot: number) => void;
  /** Called when one connection less counts towards the floor. */
  readonly nudge: () => void;
}

/** Takes connections out of service: those without a lease are closed at once, the others when they are checked in. */
export class Retirement {
  readonly #parts: RetirementParts;
  /** `undefined` where connections are not pinned, or pins never end. */
  readonly #idlePins: IdlePins | undefined;
  readonly #sweeping: Subscription;

  constructor(parts: RetirementParts) {
    this.#parts = parts;
    const { store, options } = parts;
    const { pinIdleMs = 0 } = options;
    const end = (slot: number): void => {
      this.retire(slot, 'pin');
    };
    this.#idlePins = pinIdleMs > 0 ? new IdlePins({ store, pinIdleMs, end }) : undefined;
    this.#sweeping = everySweep(options.idleTimeoutMs, this.sweep.bind(this));
  }

  /** Retires a connection; returns false if it may not be retired now or is being closed already. */
  retire(slot: number, reason: Retire['reason']): boolean {
    const { store, inbox } = this.#parts;
    const record = store.current.connections.get(slot);
    if (record === undefined || !mayRetire(store.current, record, reason)) return false;
    inbox.send({ type: 'retire', connection: record.id, slot, reason });
    return true;
  }

  /** A connection was retired; its event was committed. */
  retired({ slot, connection }: Retire): void {
    const record = this.#parts.store.current.connections.get(slot);
    if (record?.id === connection) this.#closeWhenFree(slot, record.leases);
  }

  /** A lease on this slot has ended. */
  returned(slot: number): void {
    const { store, options } = this.#parts;
    const { connections, surplus, waiting, hasEndpoints } = store.current;
    const record = connections.get(slot);
    if (record === undefined) return;
    const { status, leases, requestCount, pin } = record;
    if (pin !== null && status === 'idle') this.#idlePins?.used();
    if (status === 'closing') this.#closeWhenFree(slot, leases);
    else if (options.maxUses > 0 && requestCount >= options.maxUses) this.retire(slot, 'maxUses');
    else if (surplus > 0 && waiting === 0 && status === 'idle') this.retire(slot, 'resize');
    else if (hasEndpoints && status === 'idle') this.#spread(record);
  }

  /** Retires all connections of the pool, or those to these endpoints; connects under way are given up. */
  retireAll(reason: 'drain' | 'endpoint', endpoints?: ReadonlySet<string>): void {
    const { store, close } = this.#parts;
    if (reason === 'drain') this.#stop();
    for (const { id, slot, status, endpoint } of [...store.current.connections]) {
      if (reason === 'endpoint' && (endpoint === undefined || endpoints?.has(endpoint) !== true)) continue;
      // Closing a connection runs user code; the slot may have another connection by now.
      if (store.current.connections.get(slot)?.id !== id) continue;
      if (status === 'connecting') close(slot);
      else this.retire(slot, reason);
    }
  }

  /**
   * Retires connections that are not allowed any more, those that a `resize` left over, and one that is to be replaced at
   * another endpoint.
   */
  retireSurplus(): void {
    const { store } = this.#parts;
    for (const { slot } of unallowed(store.current)) this.retire(slot, 'allowance');
    for (const slot of surplusSlots(store.current)) this.retire(slot, 'resize');
    const moving = store.current.hasEndpoints ? misplaced(store.current, performance.now()) : undefined;
    if (moving !== undefined) this.retire(moving.slot, 'spread');
  }

  /** Retires connections that were not needed for the idle interval. */
  sweep(): void {
    const { store, inbox } = this.#parts;
    for (const slot of unneededSlots(store.current)) this.retire(slot, 'idle');
    inbox.send({ type: 'sweep' });
  }

  /**
   * Moves a connection to another endpoint after its lease. `retireSurplus` does so only for idle connections, which a
   * busy pool never has.
   */
  #spread({ slot, endpoint }: ConnectionRecord): void {
    const { store } = this.#parts;
    const record = endpoint === undefined ? undefined : store.endpoints.get(endpoint);
    if (record !== undefined && isCrowded(store.current, record, performance.now())) this.retire(slot, 'spread');
  }

  #stop(): void {
    this.#idlePins?.stop();
    this.#sweeping.unsubscribe();
  }

  /** Closes a connection if it has no leases. It counts no longer towards the floor, even while leases go on. */
  #closeWhenFree(slot: number, leases: number): void {
    if (leases === 0) this.#parts.close(slot);
    this.#parts.nudge();
  }
}
