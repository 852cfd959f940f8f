import type { Observable } from 'rxjs';
import { latestValueFrom } from 'rxjs-for-await';
import { type CheckoutParts, checkout } from './checkout/checkout.ts';
import { type CheckoutOptions, checkCheckoutOptions, requestOf } from './checkout/checkout-options.ts';
import { LeaseBook } from './checkout/lease-book.ts';
import type { Lease } from './checkout/lease.ts';
import { type Work, use } from './checkout/leased.ts';
import { Matcher } from './checkout/matcher.ts';
import { WaitingRoom } from './checkout/waiting-room.ts';
import { count, duration } from './durations.ts';
import type { Pool } from './contract.ts';
import { closedError, connectFailedError, messageOf } from './errors.ts';
import { Inbox } from './events/inbox.ts';
import type { PoolEvent } from './events/pool-event.ts';
import { MetricsSource } from './metrics/metrics-source.ts';
import type { PoolMetrics } from './metrics/pool-metrics.ts';
import { type PoolOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { stamp } from './stamp.ts';
import type { PoolState } from './state/pool-state.ts';
import { Store } from './state/store.ts';
import { type Chooser, chooserOf } from './strategies/chooser.ts';
import type { SupplyListener } from './supply/supply-parts.ts';
import { Supply } from './supply/supply.ts';

/** Opens a pool. The first connects begin in a microtask, so that whoever subscribes at once sees the first event. */
export function createPool<C>(options: PoolOptions<C>): Pool<C> {
  return new ReactivePool(resolveOptions(options));
}

/** The parts of a pool and how they are wired; what each does stands with the part. */
class ReactivePool<C> implements Pool<C> {
  readonly name: string;
  readonly state$: Observable<PoolState>;
  readonly events$: Observable<PoolEvent>;
  readonly metrics$: Observable<PoolMetrics>;
  readonly #store = new Store();
  readonly #inbox = new Inbox(this.#store);
  readonly #leases = new LeaseBook<C>();
  readonly #waitingRoom: WaitingRoom<C>;
  readonly #supply: Supply<C>;
  readonly #chooser: Chooser;
  readonly #matcher: Matcher<C>;
  readonly #metrics: MetricsSource;
  readonly #checkout: CheckoutParts<C>;
  #closing: Promise<void> | undefined;
  #finish: () => void = () => undefined;

  constructor(options: ResolvedOptions<C>) {
    const store = this.#store;
    const inbox = this.#inbox;
    this.name = options.opened.name;
    this.state$ = store.state$;
    this.events$ = inbox.events$;
    this.#metrics = new MetricsSource(inbox.events$, () => store.current, options.metricsWindowMs);
    this.metrics$ = this.#metrics.metrics$;
    this.#supply = new Supply(store, inbox, options, this.#supplyListener());
    this.#waitingRoom = new WaitingRoom(store, inbox, this.#leases, {
      lastConnectError: () => this.#supply.lastError,
      onLeave: () => {
        this.#matcher.match();
      },
    });
    this.#chooser = chooserOf(options.strategy, (error) => {
      inbox.send({ type: 'strategyFailed', error: messageOf(error), ...stamp(this.#store) });
    });
    this.#matcher = new Matcher({
      store,
      inbox,
      chooser: this.#chooser,
      leases: this.#leases,
      waitingRoom: this.#waitingRoom,
      queue: options.queue,
      connections: this.#supply.connections,
      onReturn: this.#supply.returned.bind(this.#supply),
    });
    this.#checkout = {
      store,
      inbox,
      matcher: this.#matcher,
      waitingRoom: this.#waitingRoom,
      checkoutTimeoutMs: options.checkoutTimeoutMs,
      onWait: this.#supply.nudge.bind(this.#supply),
    };
    this.#open(options);
  }

  get state(): PoolState {
    return this.#store.snapshot();
  }

  get metrics(): PoolMetrics {
    return this.#metrics.metrics;
  }

  checkout(options?: CheckoutOptions): Observable<Lease<C>> {
    return checkout(this.#checkout, options);
  }

  tryCheckout(options?: CheckoutOptions): Lease<C> | undefined {
    if (options !== undefined) checkCheckoutOptions(options);
    if (options?.signal?.aborted === true) return undefined;
    return this.#matcher.tryLease(requestOf(options, performance.now()));
  }

  use<T>(work: Work<C, T>, options?: CheckoutOptions): Promise<T> {
    return use(this.checkout(options), work, options?.signal);
  }

  resize(size: number): void {
    const { minSize, maxSize, phase } = this.#store.current;
    count('size', size, 0);
    if (size < minSize || size > maxSize) {
      throw new RangeError(`size must be between minSize (${minSize}) and maxSize (${maxSize}), not ${size}`);
    }
    if (phase !== 'open') return;
    this.#inbox.send({ type: 'resize', size, ...stamp(this.#store) });
    this.#supply.nudge();
  }

  ready(): Promise<void> {
    return this.#supply.readiness.wait();
  }

  close({ timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {}): Promise<void> {
    duration('timeoutMs', timeoutMs);
    if (this.#closing !== undefined) return this.#closing;
    let finish: () => void = () => undefined;
    // Set before anybody is told: whoever is told may call `close()` in turn.
    this.#closing = new Promise((resolve) => (finish = resolve));
    this.#close(timeoutMs, finish);
    return this.#closing;
  }

  watch(): AsyncIterable<PoolMetrics> {
    return latestValueFrom(this.metrics$);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open({ opened }: ResolvedOptions<C>): void {
    this.#inbox.send({ type: 'opened', ...opened, ...stamp(this.#store) });
    queueMicrotask(() => {
      this.#inbox.deliver();
    });
    this.#supply.nudge();
  }

  #close(timeoutMs: number, resolve: () => void): void {
    const force = (): void => {
      this.#supply.force();
    };
    const timer = timeoutMs === Infinity ? undefined : setTimeout(force, timeoutMs);
    this.#finish = (): void => {
      clearTimeout(timer);
      this.#end(resolve);
    };
    this.#inbox.send({ type: 'drain', ...stamp(this.#store) });
    this.#waitingRoom.failAll('closed', closedError(this.name));
    this.#leases.warn({ reason: 'draining' });
    this.#supply.drain();
  }

  /** Every connection is gone. */
  #end(resolve: () => void): void {
    if (this.#store.current.phase === 'closed') return;
    this.#waitingRoom.close();
    this.#chooser.close();
    this.#inbox.send({ type: 'closed', ...stamp(this.#store) });
    this.#inbox.complete();
    this.#inbox.enqueue({
      deliver: () => {
        this.#store.complete();
        resolve();
      },
    });
  }

  #supplyListener(): SupplyListener {
    return {
      available: () => {
        this.#matcher.match();
      },
      lost: (slot, reason, cause) => {
        this.#leases.lose(slot, { reason, cause });
      },
      unreachable: (error, retryAt) => {
        const { connectFailures } = this.#store.current;
        this.#waitingRoom.failBefore(retryAt, 'connectFailed', connectFailedError(connectFailures, error));
      },
      empty: () => {
        this.#finish();
      },
    };
  }
}
