import type { Inbox } from '../../events/inbox.ts';
import type { Store } from '../../state/store.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { AllowancePort } from './allowance.ts';
import { connectable, lookAgainAt, wantedConnections, wantsMore } from './demand.ts';
import { Grants } from './grants.ts';

/** What opening connections needs. */
interface OpeningParts {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly options: { readonly maxConnecting: number; readonly allowance: AllowancePort | undefined };
  readonly fleet: { readonly alive: number; open(endpoint?: Endpoint): void };
  readonly endpoints: { next(): Endpoint | undefined };
}

/** Opens connections as far as they are wanted and allowed, and asks for more where the pool shares a bound with others. */
export class Opening {
  readonly #parts: OpeningParts;
  readonly #grants: Grants;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
    this.#grants = new Grants(parts.store, parts.inbox, parts.options.allowance);
  }

  /** Starts following the grants. */
  begin(): void {
    this.#grants.open();
  }

  /** How many waiters can be served by the connects that are under way or may begin now. */
  connectable(): number {
    return connectable(this.#parts.store.current, this.#parts.options.maxConnecting);
  }

  /** Opens what is wanted. Returns the instant of the next review, in milliseconds of the monotonic clock. */
  review(): number {
    const { store, fleet, endpoints, options } = this.#parts;
    const { maxConnecting } = options;
    while (!this.#isUsedUp && wantsMore(store.current, maxConnecting, performance.now())) fleet.open(endpoints.next());
    this.tell();
    const now = performance.now();
    const at = lookAgainAt(store.current, maxConnecting, now);
    // The next grant, or the end of a connection, is followed by a review.
    return this.#isUsedUp && at <= now ? Infinity : at;
  }

  /**
   * Tells how many connections are wanted and held, where others share the bound. After `stop` the share ends when nothing
   * is held any more.
   */
  tell(): void {
    const { store, fleet } = this.#parts;
    this.#grants.tell(wantedConnections(store.current, performance.now()), fleet.alive);
  }

  /** Follows no grants any more: the pool is being closed. */
  stop(): void {
    this.#grants.stop();
  }

  get #isUsedUp(): boolean {
    return this.#grants.isUsedUp(this.#parts.fleet.alive);
  }
}
