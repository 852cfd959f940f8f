import { Observable, type Subscriber, type Unsubscribable, defer, filter, tap } from 'rxjs';
import { currentContext } from '../async-context.ts';
import { isCheckout } from '../checkout/checkout.ts';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import { delayedCheckouts } from '../checkout/delayed-checkouts.ts';
import { type Lease, PoolLease } from '../checkout/lease.ts';
import type { Receiver } from '../checkout/pending-checkout.ts';
import type { Pool } from '../contract.ts';
import { PoolError } from '../errors.ts';
import { keepSecret } from '../events/event-channel.ts';
import type { PoolEvent } from '../events/pool-event.ts';
import type { PoolOptions } from '../options.ts';
import { createPool } from '../pool.ts';
import { report } from '../report.ts';
import type { McpConnection } from './connection.ts';
import type { McpEndpoint } from './connector.ts';
import { endOfPin } from './end-of-pin.ts';

/** Those of the pool, and how long a connection is kept for a key that is not used, in milliseconds; `Infinity`: for ever. */
export interface PinsOptions extends PoolOptions<McpConnection, McpEndpoint> {
  readonly pinIdleMs: number;
}

/** What is the same for a pin as for any other connection of its pool. */
const ALIKE = [
  'name',
  'checkoutTimeoutMs',
  'maxWaiting',
  'healthCheckIntervalMs',
  'healthCheckTimeoutMs',
  'unhealthyAfter',
  'down',
  'check',
  'quarantine',
  'lend',
  'isAnswer',
  'isTimeout',
  'isBroken',
  'restMs',
  'lend',
  'isAnswer',
] as const satisfies readonly (keyof PinsOptions)[];

type Alike = Pick<PinsOptions, (typeof ALIKE)[number]>;

/** A connection that is kept for a key. */
interface Pinned {
  readonly pin: Pool<McpConnection>;
  readonly lease: Lease<McpConnection>;
}

/** After these a pin may be of no use any more: it is gone, or whoever it was opened for. */
const ENDS: ReadonlySet<PoolEvent['type']> = new Set(['removed', 'connectFailed', 'down', 'leave']);

/**
 * One connection for each key. Whoever asks with the same key gets the same connection, one after another: each key has a
 * little pool of one, whose connection is a lease of the pool behind. When that ends the connection is destroyed, for it
 * holds somebody's state.
 */
export class Pins {
  readonly #source: Pick<Pool<McpConnection>, 'checkout'>;
  readonly #options: PinsOptions;
  readonly #pins = new Map<string, Pool<McpConnection>>();
  readonly #byConnection = new Map<number, Pinned>();
  /** A pin serves many, and must not be looked after in the asynchronous context of whoever was the first. */
  readonly #context = currentContext();
  #closed = false;

  constructor(source: Pick<Pool<McpConnection>, 'checkout'>, options: PinsOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** As the pool's; throws a `TypeError` without a key. */
  checkout(options: CheckoutOptions | undefined): Observable<Lease<McpConnection>> {
    const key = keyOf(options);
    // Each goes to the pin that there is when it is subscribed to; who comes too late is refused by the pool behind.
    const lease$ = (): Observable<Lease<McpConnection>> =>
      (this.#closed ? this.#source : this.#pin(key)).checkout(options);
    const begin = (receiver: Receiver<McpConnection>, afterMs?: number): Unsubscribable | undefined => {
      const now$ = lease$();
      const begun = isCheckout(now$) ? now$.begin(receiver, afterMs) : now$.subscribe(receiver);
      const unsubscribe = (): void => {
        begun?.unsubscribe();
        this.#dropUnused(key);
      };
      // Who was to come later, and does not, is told by no event.
      return afterMs === undefined || afterMs === 0 ? begun : { unsubscribe };
    };
    return Object.assign(defer(lease$), { begin });
  }

  /** Checkouts that are to begin later. */
  get delayedCheckouts(): number {
    return [...this.#pins.values()].reduce((sum, { events$ }) => sum + delayedCheckouts(events$), 0);
  }

  /** As the pool's: a lease of what is pinned already, or `undefined`. */
  tryCheckout(options: CheckoutOptions | undefined): Lease<McpConnection> | undefined {
    return this.#pins.get(keyOf(options))?.tryCheckout(options);
  }

  /** Whether this connection is in somebody's hands, rather than only kept for a key. */
  isHeld(connection: number): boolean {
    return (this.#byConnection.get(connection)?.pin.state.active ?? 0) > 0;
  }

  /** Refuses whoever waits; resolves when all leases are back, or were given no more time. */
  async close(options: { readonly timeoutMs?: number } | undefined): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pins.values()].map((pin) => pin.close(options)));
  }

  #pin(key: string): Pool<McpConnection> {
    return this.#pins.get(key) ?? this.#context.runInAsyncScope(() => this.#open(key));
  }

  #open(key: string): Pool<McpConnection> {
    let refusal: unknown;
    const refused = (error: unknown): void => {
      refusal = error;
    };
    const pin: Pool<McpConnection> = createPool<McpConnection>({
      ...(Object.fromEntries(ALIKE.map((name) => [name, Reflect.get(this.#options, name)])) as Alike),
      minSize: 0,
      maxSize: 1,
      idleTimeoutMs: this.#options.pinIdleMs,
      // What it waits for is a lease, and whoever waits for the pin has a limit already.
      connectTimeoutMs: 0,
      maxLifetimeMs: 0,
      connect: ({ signal }): Observable<McpConnection> => this.#leased(pin, signal).pipe(tap({ error: refused })),
      notices: ({ id }) => endOfPin(this.#byConnection.get(id)?.lease),
      // Where the pool behind refuses a lease that has no deadline there is none to wait for.
      isPermanent: (error) => error === refusal,
    });
    keepSecret(pin.events$);
    this.#pins.set(key, pin);
    const ends$ = pin.events$.pipe(
      filter(({ type }) => ENDS.has(type)),
      tap(() => {
        this.#dropUnused(key, pin);
      }),
    );
    ends$.subscribe({ error: report });
    return pin;
  }

  /** A lease of the pool behind, as a connection; destroyed when the connection is dropped. */
  #leased(pin: Pool<McpConnection>, signal: AbortSignal): Observable<McpConnection> {
    return new Observable((subscriber) => {
      subscriber.add(
        this.#source.checkout({ timeoutMs: 0, signal }).subscribe({
          next: (lease) => {
            // It may come where somebody else has given it back.
            this.#context.runInAsyncScope(() => {
              this.#hand(lease, pin, subscriber);
            });
          },
          error: (error: unknown) => {
            subscriber.error(causeOf(error));
          },
        }),
      );
    });
  }

  #hand(lease: Lease<McpConnection>, pin: Pool<McpConnection>, subscriber: Subscriber<McpConnection>): void {
    const connection = lease.connection.whole;
    this.#byConnection.set(connection.id, { pin, lease });
    subscriber.add(() => {
      this.#byConnection.delete(connection.id);
      // Where the connection died the lease is over already.
      if (lease instanceof PoolLease && lease.status === 'held') lease.destroy('no longer pinned');
    });
    subscriber.next(connection);
  }

  #dropUnused(key: string, pin = this.#pins.get(key)): void {
    if (pin === undefined || this.#pins.get(key) !== pin) return;
    const { waiting, idle, active } = pin.state;
    if (waiting + idle + active + delayedCheckouts(pin.events$) > 0) return;
    this.#pins.delete(key);
    void pin.close();
  }
}

/** Why connecting failed, which is told once more by the pin. */
function causeOf(error: unknown): unknown {
  return error instanceof PoolError && error.code === 'POOL_CONNECT_FAILED' ? (error.cause ?? error) : error;
}

function keyOf(options: CheckoutOptions | undefined): string {
  if (options?.key === undefined) throw new TypeError('a pinned pool needs a key for each checkout');
  return options.key;
}
