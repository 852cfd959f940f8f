import { type Observable, Subscription } from 'rxjs';
import type { Inbox } from '../../events/inbox.ts';
import type { EndpointRecord } from '../../state/endpoint-record.ts';
import type { Store } from '../../state/store.ts';
import { type Endpoint, byId } from './endpoint.ts';
import { inOrderOfReturn, leavesTooManyAside } from './endpoint-choice.ts';
import { unsubscribeQuietly } from '../../base/unsubscribe-quietly.ts';
import { messageOf } from '../../base/thrown.ts';

/** Endpoints have left: their connections are to go. */
export type EndpointsLeft = (endpoints: ReadonlySet<string>) => void;

/** Follows `endpoints$`: what comes and goes becomes an event. */
export class EndpointList {
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #endpoints$: Observable<readonly Endpoint[]> | undefined;
  readonly #left: EndpointsLeft;
  readonly #subscription = new Subscription();
  #endpoints: ReadonlyMap<string, Endpoint> = new Map();
  #coming: ReadonlyMap<string, Endpoint> | undefined;
  #changing = false;
  #stopped = false;
  #cause: unknown;

  constructor(
    store: Store,
    inbox: Inbox,
    endpoints$: Observable<readonly Endpoint[]> | undefined,
    left: EndpointsLeft,
  ) {
    this.#store = store;
    this.#inbox = inbox;
    this.#endpoints$ = endpoints$;
    this.#left = left;
  }

  /** Why the list is the last one. */
  get cause(): unknown {
    return this.#cause;
  }

  /** As it was given last. */
  get(id: string): Endpoint | undefined {
    return this.#endpoints.get(id);
  }

  /** Begins. When `endpoints$` completes or errors, the last list stays. */
  open(): void {
    this.#subscription.add(
      this.#endpoints$?.subscribe({
        next: (list) => {
          this.#take(list);
        },
        error: (error: unknown) => {
          this.#tellFailure(error);
          this.#end(error);
        },
        complete: () => {
          this.#end(new Error('endpoints$ completed'));
        },
      }),
    );
  }

  /** No subscription is left. */
  stop(): void {
    this.#stopped = true;
    unsubscribeQuietly(this.#subscription);
  }

  #take(list: unknown): void {
    try {
      this.#coming = byId(list);
    } catch (error) {
      this.#tellFailure(error);
      return;
    }
    // Closing a connection runs a user's code, which may have the next list emitted in the middle of this one.
    if (this.#changing) return;
    this.#changing = true;
    const held = this.#inbox.hold();
    try {
      for (let next = this.#pending(); next !== undefined; next = this.#pending()) this.#change(next);
    } finally {
      this.#changing = false;
      this.#inbox.resume(held);
    }
  }

  #pending(): ReadonlyMap<string, Endpoint> | undefined {
    const next = this.#stopped ? undefined : this.#coming;
    this.#coming = undefined;
    return next;
  }

  /** Those that come are there before others go, so that what happens meanwhile is not taken for the end of all. */
  #change(next: ReadonlyMap<string, Endpoint>): void {
    const before = this.#endpoints;
    this.#endpoints = next;
    for (const endpoint of next.keys()) {
      if (before.has(endpoint)) continue;
      this.#inbox.send({ type: 'endpointListed', endpoint });
    }
    const gone = new Set([...before.keys()].filter((endpoint) => !next.has(endpoint)));
    if (gone.size > 0) this.#unlist(gone);
  }

  /** All are unlisted before a connection is closed, so that none is opened to another one that leaves. */
  #unlist(gone: ReadonlySet<string>): void {
    let inOrder: Iterator<EndpointRecord> | undefined;
    for (const endpoint of gone) {
      const { endpoints } = this.#store;
      if (leavesTooManyAside(endpoints, endpoints.get(endpoint))) {
        inOrder ??= inOrderOfReturn(this.#store.current.endpoints)[Symbol.iterator]();
        this.#callBack(inOrder, endpoint);
      }
      this.#inbox.send({ type: 'endpointUnlisted', endpoint });
    }
    this.#left(gone);
  }

  /** The next one that is set aside goes on, and not the one that is about to leave. */
  #callBack(inOrder: Iterator<EndpointRecord>, leaving: string): void {
    for (let next = inOrder.next(); next.done !== true; next = inOrder.next()) {
      const { id } = next.value;
      if (id === leaving || (this.#store.endpoints.get(id)?.setAsideUntil ?? 0) === 0) continue;
      this.#inbox.send({ type: 'endpointBack', endpoint: id });
      return;
    }
  }

  #end(cause: unknown): void {
    if (this.#stopped) return;
    this.#cause = cause;
    this.#inbox.send({ type: 'endpointsEnded' });
  }

  #tellFailure(error: unknown): void {
    if (this.#stopped) return;
    this.#inbox.send({ type: 'endpointsFailed', error: messageOf(error) });
  }
}
