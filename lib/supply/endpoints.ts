import { type Observable, Subscription } from 'rxjs';
import { Alarm } from '../alarm.ts';
import { messageOf } from '../errors.ts';
import type { Inbox } from '../events/inbox.ts';
import { stamp } from '../stamp.ts';
import { type EndpointRecord, TOO_MANY_FAILURES, isForgiven, isInService } from '../state/endpoint-record.ts';
import type { Store } from '../state/store.ts';
import type { BackoffOptions } from './circuit-breaker.ts';
import { type Endpoint, byId } from './endpoint.ts';
import { backAt, fewest, isOver } from './endpoint-choice.ts';

/** What the endpoints of a pool work with. */
export interface EndpointsOptions {
  /** Absent: the pool has none, and rests as a whole. */
  readonly endpoints$: Observable<readonly Endpoint[]> | undefined;
  /** For how long one is set aside. */
  readonly endpointBackoff: BackoffOptions;
  /** A number in [0, 1), for the jitter. */
  readonly random: () => number;
}

/** Whom the endpoints tell, after the event about it. */
export interface EndpointsListener {
  /** An endpoint has left: its connections are to go. */
  left(endpoint: string): void;
  /** Connections may be opened or leased that could not before. */
  changed(): void;
}

/**
 * The endpoints of one pool: who is listed, who is set aside after failing three times in a row, who rests.
 *
 * Setting aside what fails, at most half of all, for a time that doubles, is the outlier detection of Envoy
 * ("Outlier detection", Envoy documentation: consecutive errors, `max_ejection_percent`, `base_ejection_time`).
 */
export class Endpoints {
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #options: EndpointsOptions;
  readonly #listener: EndpointsListener;
  readonly #subscription = new Subscription();
  readonly #alarm = new Alarm(this.#wake.bind(this));
  #endpoints: ReadonlyMap<string, Endpoint> = new Map();
  #coming: ReadonlyMap<string, Endpoint> | undefined;
  #changing = false;
  #stopped = false;

  constructor(store: Store, inbox: Inbox, options: EndpointsOptions, listener: EndpointsListener) {
    this.#store = store;
    this.#inbox = inbox;
    this.#options = options;
    this.#listener = listener;
  }

  /** Follows the list. When that completes, the last one stays. */
  open(): void {
    this.#subscription.add(
      this.#options.endpoints$?.subscribe({
        next: (list) => {
          this.#take(list);
        },
        error: (error: unknown) => {
          this.#tellFailure(error);
        },
      }),
    );
  }

  /** No timer and no subscription is left. */
  stop(): void {
    this.#stopped = true;
    this.#alarm.clear();
    this.#subscription.unsubscribe();
  }

  /** Where the next connection goes: to the one with the fewest, and to one that keeps failing last of all. */
  next(): Endpoint | undefined {
    const best = fewest(this.#store.current.endpoints, performance.now());
    return best && this.#endpoints.get(best.id);
  }

  /**
   * Something went wrong at an endpoint: it is set aside where that is due. Returns whether it concerns the pool as a
   * whole: there are no endpoints, or no other one is known to be well.
   */
  failed(id: string | undefined): boolean {
    const { endpoints } = this.#store.current;
    const record = endpoints.find((endpoint) => endpoint.id === id);
    const now = performance.now();
    const concernsAll = !endpoints.some((other) => other.id !== id && isInService(other) && isForgiven(other, now));
    if (record !== undefined) this.#setAside(record, now);
    return concernsAll;
  }

  /** The endpoint of the connection on this slot, or the pool where there are none, gets no leases for so many milliseconds. */
  rest(slot: number, ms: number): void {
    const { connections, hasEndpoints, endpoints, restingUntil, phase } = this.#store.current;
    const endpoint = connections.get(slot)?.endpoint;
    const record = endpoints.find(({ id }) => id === endpoint);
    // It may have left the list.
    if (this.#stopped || phase !== 'open' || hasEndpoints !== (record !== undefined)) return;
    const stamped = stamp(this.#store);
    const until = stamped.at + ms;
    if (until <= (record?.restingUntil ?? restingUntil)) return;
    this.#inbox.send({ type: 'resting', ...(endpoint === undefined ? {} : { endpoint }), until, ...stamped });
    this.#alarm.setFor(until);
  }

  #setAside({ id, failures, setAsides, setAsideUntil }: EndpointRecord, now: number): void {
    const { endpoints, phase } = this.#store.current;
    const aside = endpoints.filter((endpoint) => endpoint.setAsideUntil > 0).length;
    const isDue = failures >= TOO_MANY_FAILURES && setAsideUntil === 0 && aside + 1 <= endpoints.length / 2;
    if (!isDue || this.#stopped || phase !== 'open') return;
    const { minMs, maxMs } = this.#options.endpointBackoff;
    const most = Math.min(maxMs || Infinity, Math.max(1, minMs) * 2 ** Math.min(setAsides, 16));
    const until = now + Math.max(1, ((1 + this.#options.random()) / 2) * most);
    this.#inbox.send({ type: 'endpointSetAside', endpoint: id, until, ...stamp(this.#store) });
    this.#alarm.setFor(until);
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
      this.#inbox.release(held);
    }
    this.#listener.changed();
  }

  #pending(): ReadonlyMap<string, Endpoint> | undefined {
    const next = this.#stopped ? undefined : this.#coming;
    this.#coming = undefined;
    return next;
  }

  #change(next: ReadonlyMap<string, Endpoint>): void {
    const before = this.#endpoints;
    this.#endpoints = next;
    for (const endpoint of before.keys()) {
      if (next.has(endpoint)) continue;
      this.#inbox.send({ type: 'endpointUnlisted', endpoint, ...stamp(this.#store) });
      this.#listener.left(endpoint);
    }
    for (const endpoint of next.keys()) {
      if (!before.has(endpoint)) this.#inbox.send({ type: 'endpointListed', endpoint, ...stamp(this.#store) });
    }
  }

  /** Whoever's time is up goes on. */
  #wake(): void {
    const { endpoints, restingUntil } = this.#store.current;
    const now = performance.now();
    if (isOver(restingUntil, now)) this.#inbox.send({ type: 'rested', ...stamp(this.#store) });
    for (const { id: endpoint, setAsideUntil, restingUntil: rests } of endpoints) {
      if (isOver(setAsideUntil, now)) this.#inbox.send({ type: 'endpointBack', endpoint, ...stamp(this.#store) });
      if (isOver(rests, now)) this.#inbox.send({ type: 'rested', endpoint, ...stamp(this.#store) });
    }
    if (this.#stopped) return;
    this.#alarm.setFor(backAt(this.#store.current));
    this.#listener.changed();
  }

  #tellFailure(error: unknown): void {
    if (this.#stopped) return;
    this.#inbox.send({ type: 'endpointsFailed', error: messageOf(error), ...stamp(this.#store) });
  }
}
