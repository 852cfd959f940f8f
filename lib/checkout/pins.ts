import type { Observable } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import { report } from '../base/report.ts';
import { type ConnectionRecord, type PoolState, type Waiter, isServing } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';

/** A key and the label that stands for it in events, state and errors: a key may be somebody's name, or a secret. */
interface Named {
  readonly key: string;
  readonly label: string;
  /** Checkouts that are just being asked for. */
  asking: number;
}

/** A waiter and the connection that is kept for its key. */
interface Match {
  readonly waiter: Waiter;
  readonly record: ConnectionRecord;
}

/**
 * The live side of connections that are kept for keys: what each key is called, and which of these connections may serve
 * the next waiter of their key. Which connection is whose stands in the state.
 */
export class Pins {
  readonly #store: Store;
  readonly #byKey = new Map<string, Named>();
  readonly #byLabel = new Map<string, Named>();
  /** Of the connections that are kept, by their ids: what dies is in the state no more. */
  readonly #byConnection = new Map<number, Named>();
  /** Slots at which a kept connection may have become free since the last look. */
  #freed: number[] = [];
  #lastLabel = 0;

  /** `committed$`: each event as it is committed, before anybody is told. */
  constructor(store: Store, committed$: Observable<PoolEvent>) {
    this.#store = store;
    committed$.subscribe({ next: this.#note.bind(this), error: report });
  }

  /** Asks for a lease for a key, by its label. */
  ask<T>(key: string, ask: (label: string) => T): T {
    const named = this.#byKey.get(key) ?? this.#name(key);
    named.asking++;
    try {
      return ask(named.label);
    } finally {
      named.asking--;
      this.#forgetUnused(named);
    }
  }

  /** The next waiter for whom the connection of its key has become free; each connection is looked at once. */
  next(): Match | undefined {
    for (let slot = this.#freed.pop(); slot !== undefined; slot = this.#freed.pop()) {
      const { connections, waiters } = this.#store.current;
      const record = connections.get(slot);
      if (record === undefined || record.pin === null || !isServing(this.#store.current, record)) continue;
      const waiter = waiters.firstOf(record.pin);
      if (waiter !== undefined) return { waiter, record };
    }
    return undefined;
  }

  #name(key: string): Named {
    const named = { key, label: `pin-${++this.#lastLabel}`, asking: 0 };
    this.#byKey.set(key, named);
    this.#byLabel.set(named.label, named);
    return named;
  }

  #note(event: PoolEvent): void {
    const { type } = event;
    if (type === 'checkout') this.#kept(event.connection, event.pin);
    else if ('connection' in event) this.#freedOrEnded(event.connection);
    // Where it was asked for while a strategy chose, its connection may be free.
    else if (type === 'wait') this.#lookAt(ownOf(this.#store.current, event.key));
    else if (type === 'leave') this.#forgetUnused(this.#byLabel.get(event.key ?? ''));
    else if (type === 'rested' || type === 'endpointBack') {
      for (const record of this.#store.current.connections) this.#lookAt(record);
    }
  }

  #kept(connection: number, pin: string | undefined): void {
    const named = this.#byLabel.get(pin ?? '');
    if (named !== undefined) this.#byConnection.set(connection, named);
  }

  #freedOrEnded(connection: number): void {
    const named = this.#byConnection.get(connection);
    if (named === undefined) return;
    const own = ownOf(this.#store.current, named.label);
    if (own?.id === connection) {
      this.#lookAt(own);
    } else {
      this.#byConnection.delete(connection);
      this.#forgetUnused(named);
    }
  }

  #lookAt(record: ConnectionRecord | undefined): void {
    if (record !== undefined && record.pin !== null && record.leases === 0) this.#freed.push(record.slot);
  }

  /** Keys may never come again, and there may be any number of them. */
  #forgetUnused(named: Named | undefined): void {
    if (named === undefined || named.asking > 0) return;
    const { current: state } = this.#store;
    if (ownOf(state, named.label) !== undefined || state.waiters.firstOf(named.label) !== undefined) return;
    this.#byKey.delete(named.key);
    this.#byLabel.delete(named.label);
  }
}

/** Whether whoever asks now has to wait: others of its key do, or for the same connections; or its own is not free. */
export function mustWait(state: PoolState, key: string | undefined): boolean {
  if (!state.hasPins) return state.waiting > 0;
  if (state.waiters.firstOf(key) !== undefined) return true;
  const own = ownOf(state, key);
  return own === undefined ? state.unpinnedKeys > 0 : !isServing(state, own);
}

/** The connection that is kept for a key. */
export function ownOf({ hasPins, connections }: PoolState, key: string | undefined): ConnectionRecord | undefined {
  return hasPins && key !== undefined ? connections.pinnedTo(key) : undefined;
}

/** Who is next to get a connection that is kept for nobody. */
export function nextInLine(state: PoolState): Waiter | undefined {
  if (!state.hasPins) return state.waiters.first;
  if (state.unpinnedKeys === 0) return undefined;
  // No more than there are kept connections come before it.
  for (const waiter of state.waiters.firstOfEach()) if (ownOf(state, waiter.key) === undefined) return waiter;
  return undefined;
}
