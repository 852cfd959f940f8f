import type { Observable } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import { report } from '../base/report.ts';
import { type ConnectionRecord, type PoolState, type Waiter, isServing } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';

/** A key and the label that replaces it in events, state and errors: a key may be a person's name, or a secret. */
interface NamedKey {
  readonly key: string;
  readonly label: string;
  /** Checkouts with this key that are being started at this moment. */
  asking: number;
}

/** A waiter and the connection that is kept for its key. */
interface PinMatch {
  readonly waiter: Waiter;
  readonly record: ConnectionRecord;
}

/**
 * The live side of pinned connections: the label of each key, and which pinned connections may serve the next waiter of
 * their key. Which connection belongs to which key stands in the state.
 */
export class Pins {
  readonly #store: Store;
  readonly #byKey = new Map<string, NamedKey>();
  readonly #byLabel = new Map<string, NamedKey>();
  /** The key of each pinned connection, by connection id: a dead connection is no longer in the state. */
  readonly #byConnection = new Map<number, NamedKey>();
  /** Slots whose pinned connection may have become free since the last call of `next`. */
  #freed: number[] = [];
  #lastLabel = 0;

  /** `committed$` emits each event before any observer of the pool sees it. */
  constructor(store: Store, committed$: Observable<PoolEvent>) {
    this.#store = store;
    committed$.subscribe({ next: this.#note.bind(this), error: report });
  }

  /** Runs `ask` with the label of a key. The label stays known while it runs. */
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

  /** The next waiter whose own connection has become free. Each freed connection is looked at only once. */
  next(): PinMatch | undefined {
    for (let slot = this.#freed.pop(); slot !== undefined; slot = this.#freed.pop()) {
      const { connections, waiters } = this.#store.current;
      const record = connections.get(slot);
      if (record === undefined || record.pin === null || !isServing(this.#store.current, record)) continue;
      const waiter = waiters.firstOf(record.pin);
      if (waiter !== undefined) return { waiter, record };
    }
    return undefined;
  }

  #name(key: string): NamedKey {
    const named = { key, label: `pin-${++this.#lastLabel}`, asking: 0 };
    this.#byKey.set(key, named);
    this.#byLabel.set(named.label, named);
    return named;
  }

  #note(event: PoolEvent): void {
    const { type } = event;
    if (type === 'checkout') this.#kept(event.connection, event.pin);
    else if ('connection' in event) this.#freedOrEnded(event.connection);
    // If the checkout came while a strategy was choosing, its connection may be free.
    else if (type === 'wait') this.#lookAt(pinnedConnectionOf(this.#store.current, event.key));
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
    const own = pinnedConnectionOf(this.#store.current, named.label);
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

  /** Forgets a key without connection or waiters: it may never be used again, and the number of keys has no limit. */
  #forgetUnused(named: NamedKey | undefined): void {
    if (named === undefined || named.asking > 0) return;
    const { current: state } = this.#store;
    if (pinnedConnectionOf(state, named.label) !== undefined || state.waiters.firstOf(named.label) !== undefined)
      return;
    this.#byKey.delete(named.key);
    this.#byLabel.delete(named.label);
  }
}

/**
 * Whether a new checkout has to wait: other waiters have the same key, or want the same connections, or the connection
 * of its key is not free.
 */
export function mustWait(state: PoolState, key: string | undefined): boolean {
  if (!state.hasPins) return state.waiting > 0;
  if (state.waiters.firstOf(key) !== undefined) return true;
  const own = pinnedConnectionOf(state, key);
  return own === undefined ? state.unpinnedKeys > 0 : !isServing(state, own);
}

/** The connection that is kept for a key, if any. */
export function pinnedConnectionOf(
  { hasPins, connections }: PoolState,
  key: string | undefined,
): ConnectionRecord | undefined {
  return hasPins && key !== undefined ? connections.pinnedTo(key) : undefined;
}

/** The next waiter for a connection that is kept for no key. */
export function nextInLine(state: PoolState): Waiter | undefined {
  if (!state.hasPins) return state.waiters.first;
  if (state.unpinnedKeys === 0) return undefined;
  // At most as many waiters come before it as there are pinned connections.
  for (const waiter of state.waiters.firstOfEach())
    if (pinnedConnectionOf(state, waiter.key) === undefined) return waiter;
  return undefined;
}
