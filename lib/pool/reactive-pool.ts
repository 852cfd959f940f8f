import type { Observable } from 'rxjs';
import { checkout, lease, tryCheckout } from '../checkout/checkout.ts';
import type { CheckoutParts } from '../checkout/checkout-parts.ts';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import { type LeakDetector, leakDetectorOf } from '../checkout/leak-detector.ts';
import { LeaseBook } from '../checkout/lease-book.ts';
import type { Lease } from '../checkout/lease.ts';
import { type UseOptions, type Work, useOnce } from '../requests/use-once.ts';
import { Matcher } from '../checkout/matcher.ts';
import { Pins } from '../checkout/pins.ts';
import type { Circumstances } from '../checkout/queue/wait-account.ts';
import { WaitingRoom } from '../checkout/queue/waiting-room.ts';
import { Closing } from './closing.ts';
import { react } from './reactions.ts';
import { duration } from '../base/durations.ts';
import type { Pool } from './pool.ts';
import { Inbox } from '../events/inbox.ts';
import { internalsOf, setInternals } from './internals.ts';
import { latestOf } from './latest-of.ts';
import { MetricsSource } from '../metrics/metrics-source.ts';
import { type ResolvedOptions, resolveOptions, checkSize, isPlain } from './resolve-options.ts';
import type { PoolState } from '../state/pool-state.ts';
import { Store } from '../state/store.ts';
import { type Chooser, chooserOf } from '../checkout/chooser.ts';
import type { Endpoint } from '../supply/endpoints/endpoint.ts';
import { Supply } from '../supply/supply.ts';
import { type WhyTarget, why } from '../why/why.ts';
import { messageOf } from '../base/thrown.ts';
import type { PoolOptions } from './pool-options.ts';

/**
 * Opens a pool. The first connects begin in a microtask, so that code that subscribes at once sees the first event.
 * Throws a `TypeError` or `RangeError` for invalid options.
 */
export function createPool<C, E extends Endpoint = never>(options: PoolOptions<C, E>): Pool<C> {
  return new ReactivePool(resolveOptions(options));
}

/** Wires the parts of a pool together; what each part does is explained in its own file. */
class ReactivePool<C> implements Pool<C> {
  readonly name: string;
  readonly state$: Observable<PoolState>;
  readonly events$: Pool<C>['events$'];
  readonly metrics$: Pool<C>['metrics$'];
  readonly pressure$: Pool<C>['pressure$'];
  readonly capacity$: Pool<C>['capacity$'];
  readonly health$: Pool<C>['health$'];
  /** One function for all signatures. */
  readonly why: Pool<C>['why'] = (subject: WhyTarget) => {
    const [store, waitingRoom, leases, chooser] = [this.#store, this.#waitingRoom, this.#leases, this.#chooser];
    return why(subject, { store, waitingRoom, leases, chooser }) as never;
  };
  readonly #store = new Store();
  readonly #inbox = new Inbox(this.#store);
  readonly #leases = new LeaseBook<C>();
  readonly #waitingRoom: WaitingRoom<C>;
  readonly #supply: Supply<C>;
  readonly #chooser: Chooser;
  readonly #matcher: Matcher<C>;
  readonly #metrics: MetricsSource;
  readonly #checkout: CheckoutParts<C>;
  readonly #sharedCheckout$: Observable<Lease<C>>;
  readonly #leaks: LeakDetector<C> | undefined;
  readonly #pins: Pins | undefined;
  readonly #closing: Closing<C>;
  readonly #match = (): void => {
    this.#matcher.match();
  };

  constructor(options: ResolvedOptions<C>) {
    const [store, inbox] = [this.#store, this.#inbox];
    this.name = options.opened.name;
    this.state$ = inbox.seen(store.state$);
    this.events$ = inbox.events$;
    this.#metrics = new MetricsSource(inbox, () => store.current, options);
    ({ metrics$: this.metrics$, pressure$: this.pressure$, capacity$: this.capacity$ } = this.#metrics);
    this.health$ = this.#metrics.health$;
    this.#supply = new Supply(store, inbox, options, {
      serve: this.#match,
      refuse: (failure, retryAt) => {
        this.#waitingRoom.failBefore(retryAt, 'connectFailed', failure);
      },
    });
    this.#leaks = leakDetectorOf(inbox, this.#leases, options.leakAfterMs);
    this.#pins = options.pinIdleMs === undefined ? undefined : new Pins(store, inbox.committed$);
    this.#waitingRoom = new WaitingRoom(store, inbox, this.#leases, this.#circumstances.bind(this), this.#match);
    this.#chooser = chooserOf(options.strategy, (error) => {
      inbox.send({ type: 'strategyFailed', error: messageOf(error) });
    });
    this.#matcher = this.#newMatcher(options);
    this.#checkout = {
      store,
      inbox,
      matcher: this.#matcher,
      waitingRoom: this.#waitingRoom,
      leaks: this.#leaks,
      pins: this.#pins,
      checkoutTimeoutMs: options.checkoutTimeoutMs,
      connectable: this.#supply.connectable.bind(this.#supply),
      firstCheckoutTimeoutMs: options.firstCheckoutTimeoutMs,
      onWait: this.#supply.wanted.bind(this.#supply),
    };
    this.#sharedCheckout$ = checkout(this.#checkout);
    this.#closing = this.#newClosing();
    setInternals(this, internalsOf(inbox, this.#closing, this.#waitingRoom, this.#supply));
    this.#open(options);
  }

  get state(): PoolState {
    return this.#store.snapshot();
  }

  get metrics(): Pool<C>['metrics'] {
    return this.#metrics.metrics;
  }

  get pressure(): number {
    return this.#metrics.pressure;
  }

  get capacity(): number {
    return this.#metrics.capacity;
  }

  get health(): Pool<C>['health'] {
    return this.#metrics.health;
  }

  checkout(options?: CheckoutOptions): Observable<Lease<C>> {
    return options === undefined ? this.#sharedCheckout$ : checkout(this.#checkout, options);
  }

  lease(options?: CheckoutOptions): Promise<Lease<C>> {
    return lease(this.#checkout, options);
  }

  tryCheckout(options?: CheckoutOptions): Lease<C> | undefined {
    return tryCheckout(this.#checkout, options);
  }

  use<T>(work: Work<C, T>, options?: UseOptions): Promise<T> {
    return useOnce(this.checkout(options), work, options);
  }

  resize(size: number): void {
    checkSize(size, this.#store.current);
    if (this.#store.current.phase !== 'open') return;
    this.#inbox.send({ type: 'resize', size });
  }

  ready(): Promise<void> {
    return this.#supply.readiness.wait();
  }

  retry(): void {
    this.#supply.retry();
  }

  close({ timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {}): Promise<void> {
    duration('timeoutMs', timeoutMs);
    return this.#closing.begin(timeoutMs);
  }

  watch(): ReturnType<Pool<C>['watch']> {
    return latestOf(this.metrics$);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open({ opened }: ResolvedOptions<C>): void {
    const parts = {
      store: this.#store,
      leases: this.#leases,
      waitingRoom: this.#waitingRoom,
      supply: this.#supply,
      closing: this.#closing,
    };
    this.#inbox.follow((event) => {
      react(event, parts);
    });
    // Queued before the supply's own microtask, so that the first event is delivered before those that the supply
    // sends.
    queueMicrotask(this.#inbox.deliver.bind(this.#inbox));
    this.#inbox.send({ type: 'opened', ...opened });
  }

  /** What a waiter is told about connecting and choosing when it fails or asks why it waits. */
  #circumstances(): Circumstances {
    const { lastError: connectError, saidSoFar: said } = this.#supply;
    return { connectError, strategyError: this.#chooser.lastError, said };
  }

  #newMatcher(options: ResolvedOptions<C>): Matcher<C> {
    const { queue, isTimeout, isBroken, restMs, connector, closeTimeoutMs } = options;
    return new Matcher({
      store: this.#store,
      inbox: this.#inbox,
      chooser: this.#chooser,
      isPlain: isPlain(options),
      leases: this.#leases,
      waitingRoom: this.#waitingRoom,
      pins: this.#pins,
      queue,
      connections: this.#supply.connections,
      keeper: this.#supply,
      isTimeout,
      isBroken,
      restMs,
      leaks: this.#leaks,
      connector,
      closeTimeoutMs,
    });
  }

  #newClosing(): Closing<C> {
    return new Closing({
      store: this.#store,
      inbox: this.#inbox,
      leases: this.#leases,
      waitingRoom: this.#waitingRoom,
      supply: this.#supply,
      stop: () => {
        this.#chooser.close();
        this.#leaks?.close();
      },
    });
  }
}
