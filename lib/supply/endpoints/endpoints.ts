import type { Observable } from 'rxjs';
import { Alarm } from '../../base/alarm.ts';
import type { Inbox } from '../../events/inbox.ts';
import { type EndpointRecord, TOO_MANY_FAILURES, isForgiven, isInService } from '../../state/endpoint-record.ts';
import type { Store } from '../../state/store.ts';
import type { Endpoint } from './endpoint.ts';
import { backInServiceAt, bestEndpoint, isOver } from './endpoint-choice.ts';
import { EndpointList, type EndpointListListener } from './endpoint-list.ts';
import type { BackoffOptions } from '../../base/durations.ts';

/** The options that the endpoints of a pool need. */
export interface EndpointsOptions {
  /** Absent: the pool has no endpoints, and rests as a whole. */
  readonly endpoints$: Observable<readonly Endpoint[]> | undefined;
  /** How long an endpoint is set aside. */
  readonly endpointBackoff: BackoffOptions;
  /** Returns a random number in [0, 1), for the jitter. */
  readonly random: () => number;
}

/**
 * The endpoints of one pool: which are listed, which are set aside after three failures in a row, which rest.
 *
 * Setting failing endpoints aside, at most half of them, for a time that doubles, is the outlier detection of Envoy
 * ("Outlier detection", Envoy documentation: consecutive errors, `max_ejection_percent`, `base_ejection_time`).
 */
export class Endpoints {
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #options: EndpointsOptions;
  readonly #listener: EndpointListListener;
  readonly #list: EndpointList;
  readonly #alarm = new Alarm(this.#wake.bind(this));
  #stopped = false;

  constructor(store: Store, inbox: Inbox, options: EndpointsOptions, listener: EndpointListListener) {
    this.#store = store;
    this.#inbox = inbox;
    this.#options = options;
    this.#listener = listener;
    this.#list = new EndpointList(store, inbox, options.endpoints$, listener);
  }

  /** Why the list is final; `undefined` while it is not. */
  get cause(): unknown {
    return this.#list.cause;
  }

  /** Subscribes to `endpoints$`. */
  open(): void {
    this.#list.open();
  }

  /** Clears the timer and unsubscribes. */
  stop(): void {
    this.#stopped = true;
    this.#alarm.clear();
    this.#list.stop();
  }

  /** The endpoint for the next connection: the one with the fewest connections; one that keeps failing comes last. */
  next(): Endpoint | undefined {
    const best = bestEndpoint(this.#store.current.endpoints, performance.now());
    return best && this.#list.get(best.id);
  }

  /**
   * Handles a failure at an endpoint: sets it aside if that is due. Returns whether the failure concerns the whole
   * pool: there are no endpoints, or no other endpoint is known to work. A failure of an endpoint that has left the
   * list concerns nobody.
   */
  failed(id: string | undefined): boolean {
    if (id === undefined) return true;
    const { endpoints } = this.#store.current;
    const record = this.#store.endpoints.get(id);
    if (record === undefined) return false;
    const now = performance.now();
    const concernsAll = !endpoints.some((other) => other.id !== id && isInService(other) && isForgiven(other, now));
    this.#setAside(record, now);
    return concernsAll;
  }

  /**
   * The endpoint of the connection on this slot, or the pool where there are none, rests: no leases for `ms`
   * milliseconds.
   */
  rest(slot: number, ms: number): void {
    const { connections, hasEndpoints, restingUntil, phase } = this.#store.current;
    const endpoint = connections.get(slot)?.endpoint;
    const record = endpoint === undefined ? undefined : this.#store.endpoints.get(endpoint);
    // The endpoint may have left the list.
    if (this.#stopped || phase !== 'open' || hasEndpoints !== (record !== undefined)) return;
    const until = performance.now() + ms;
    if (until <= (record?.restingUntil ?? restingUntil)) return;
    this.#inbox.send({ type: 'resting', ...(endpoint === undefined ? {} : { endpoint }), until });
    this.#alarm.setFor(until);
  }

  #setAside({ id, failures, setAsides, setAsideUntil }: EndpointRecord, now: number): void {
    const { aside, length } = this.#store.endpoints;
    const isDue = failures >= TOO_MANY_FAILURES && setAsideUntil === 0 && aside + 1 <= length / 2;
    if (!isDue || this.#stopped || this.#store.current.phase !== 'open') return;
    const { minMs, maxMs } = this.#options.endpointBackoff;
    const most = Math.min(maxMs || Infinity, Math.max(1, minMs) * 2 ** Math.min(setAsides, 16));
    const until = now + Math.max(1, ((1 + this.#options.random()) / 2) * most);
    this.#inbox.send({ type: 'endpointSetAside', endpoint: id, until });
    this.#alarm.setFor(until);
  }

  /** Returns endpoints to service whose time is up. */
  #wake(): void {
    const { endpoints, restingUntil } = this.#store.current;
    const now = performance.now();
    if (isOver(restingUntil, now)) this.#inbox.send({ type: 'rested' });
    for (const { id: endpoint, setAsideUntil, restingUntil: rests } of endpoints) {
      if (isOver(setAsideUntil, now)) this.#inbox.send({ type: 'endpointBack', endpoint });
      if (isOver(rests, now)) this.#inbox.send({ type: 'rested', endpoint });
    }
    if (this.#stopped) return;
    this.#alarm.setFor(backInServiceAt(this.#store.current));
    this.#listener.changed();
  }
}
