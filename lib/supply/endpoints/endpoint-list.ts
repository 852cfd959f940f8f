import { type Observable, Subscription } from 'rxjs';
import type { Inbox } from '../../events/inbox.ts';
import type { EndpointRecord } from '../../state/endpoint-record.ts';
import type { Store } from '../../state/store.ts';
import { type Endpoint, byId } from './endpoint.ts';
import { inOrderOfReturn, leavesTooManyAside } from './endpoint-choice.ts';
import { unsubscribeQuietly } from '../../base/unsubscribe-quietly.ts';
import { messageOf } from '../../base/thrown.ts';

/** What has to be done once for all that one list changes, when its last event has been committed. */
export interface EndpointListListener {
  /** Endpoints have left the list: their connections have to be retired. */
  left(endpoints: ReadonlySet<string>): void;
  /** The list, or what is in service, may have changed: waiters may be served that could not be, or wait in vain. */
  changed(): void;
}

/** Subscribes to `endpoints$` and sends an event for each endpoint that comes or goes. */
export class EndpointList {
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #endpoints$: Observable<readonly Endpoint[]> | undefined;
  readonly #listener: EndpointListListener;
  readonly #subscription = new Subscription();
  #endpoints: ReadonlyMap<string, Endpoint> = new Map();
  #nextList: ReadonlyMap<string, Endpoint> | undefined;
  #changing = false;
  #stopped = false;
  #cause: unknown;

  constructor(
    store: Store,
    inbox: Inbox,
    endpoints$: Observable<readonly Endpoint[]> | undefined,
    listener: EndpointListListener,
  ) {
    this.#store = store;
    this.#inbox = inbox;
    this.#endpoints$ = endpoints$;
    this.#listener = listener;
  }

  /** Why the list is final; `undefined` while it is not. */
  get cause(): unknown {
    return this.#cause;
  }

  /** The endpoint as it was last given in the list. */
  get(id: string): Endpoint | undefined {
    return this.#endpoints.get(id);
  }

  /** Subscribes. When `endpoints$` completes or errors, the last list stays. */
  open(): void {
    this.#subscription.add(
      this.#endpoints$?.subscribe({
        next: (list) => {
          this.#take(list);
        },
        error: (error: unknown) => {
          this.#sendFailure(error);
          this.#end(error);
        },
        complete: () => {
          this.#end(new Error('endpoints$ completed'));
        },
      }),
    );
  }

  /** Unsubscribes. */
  stop(): void {
    this.#stopped = true;
    unsubscribeQuietly(this.#subscription);
  }

  #take(list: unknown): void {
    try {
      this.#nextList = byId(list);
    } catch (error) {
      this.#sendFailure(error);
      return;
    }
    // Closing a connection runs user code, which may cause the next list to be emitted in the middle of this one.
    if (this.#changing) return;
    this.#changing = true;
    const held = this.#inbox.hold();
    try {
      for (let next = this.#pending(); next !== undefined; next = this.#pending()) this.#change(next);
    } finally {
      this.#changing = false;
      this.#inbox.resume(held);
    }
    this.#listener.changed();
  }

  #pending(): ReadonlyMap<string, Endpoint> | undefined {
    const next = this.#stopped ? undefined : this.#nextList;
    this.#nextList = undefined;
    return next;
  }

  /** Adds new endpoints before removing old ones, so that the list does not look empty in between. */
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

  /**
   * Removes endpoints. All are removed before any connection is closed, so that no replacement is opened to one that
   * leaves.
   */
  #unlist(gone: ReadonlySet<string>): void {
    let inOrder: Iterator<EndpointRecord> | undefined;
    for (const endpoint of gone) {
      const { endpoints } = this.#store;
      if (leavesTooManyAside(endpoints, endpoints.get(endpoint))) {
        inOrder ??= inOrderOfReturn(this.#store.current.endpoints)[Symbol.iterator]();
        this.#takeOneBack(inOrder, endpoint);
      }
      this.#inbox.send({ type: 'endpointUnlisted', endpoint });
    }
    this.#listener.left(gone);
  }

  /** Puts the next endpoint that is set aside back into service, other than the one that leaves. */
  #takeOneBack(inOrder: Iterator<EndpointRecord>, leaving: string): void {
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
    this.#listener.changed();
  }

  #sendFailure(error: unknown): void {
    if (this.#stopped) return;
    this.#inbox.send({ type: 'endpointsFailed', error: messageOf(error) });
  }
}
