import { Observable, defer, filter, tap } from 'rxjs';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import { type Lease, PoolLease } from '../checkout/lease.ts';
import type { Pool } from '../contract.ts';
import type { PoolEvent } from '../events/pool-event.ts';
import { createPool } from '../pool.ts';
import { report } from '../report.ts';
import type { McpConnection } from './connection.ts';

/** How connections are kept for their keys; durations in milliseconds, `Infinity`: for ever. */
export interface PinsOptions {
  readonly name?: string;
  /** How long a connection is kept for a key that is not used. */
  readonly pinIdleMs: number;
  readonly quarantineMs: number;
  readonly checkoutTimeoutMs?: number;
  readonly maxWaiting?: number;
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
  readonly #byConnection = new Map<number, Pool<McpConnection>>();
  #closed = false;

  constructor(source: Pick<Pool<McpConnection>, 'checkout'>, options: PinsOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** As the pool's; throws a `TypeError` without a key. */
  checkout(options: CheckoutOptions | undefined): Observable<Lease<McpConnection>> {
    const key = keyOf(options);
    // Each goes to the pin that there is when it is subscribed to; who comes too late is refused by the pool behind.
    return defer(() => (this.#closed ? this.#source.checkout(options) : this.#pin(key).checkout(options)));
  }

  /** As the pool's: a lease of what is pinned already, or `undefined`. */
  tryCheckout(options: CheckoutOptions | undefined): Lease<McpConnection> | undefined {
    return this.#pins.get(keyOf(options))?.tryCheckout(options);
  }

  /** Whether this connection is in somebody's hands, rather than only kept for a key. */
  isHeld(connection: number): boolean {
    return (this.#byConnection.get(connection)?.state.active ?? 0) > 0;
  }

  /** Refuses whoever waits; resolves when all leases are back, or were given no more time. */
  async close(options: { readonly timeoutMs?: number } | undefined): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pins.values()].map((pin) => pin.close(options)));
  }

  #pin(key: string): Pool<McpConnection> {
    const known = this.#pins.get(key);
    if (known !== undefined) return known;
    const { name, pinIdleMs, quarantineMs, checkoutTimeoutMs, maxWaiting } = this.#options;
    const pin: Pool<McpConnection> = createPool<McpConnection>({
      ...(name !== undefined && { name }),
      minSize: 0,
      maxSize: 1,
      idleTimeoutMs: pinIdleMs,
      // What it waits for is a lease, and whoever waits for the pin has a limit already.
      connectTimeoutMs: 0,
      maxLifetimeMs: 0,
      ...(checkoutTimeoutMs !== undefined && { checkoutTimeoutMs }),
      ...(maxWaiting !== undefined && { maxWaiting }),
      connect: ({ signal }): Observable<McpConnection> => this.#leased(pin, signal),
      down: (connection) => connection.closed$,
      check: (connection) => connection.check(),
      quarantine: (connection) => connection.quarantine(quarantineMs),
    });
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
            const { connection } = lease;
            this.#byConnection.set(connection.id, pin);
            subscriber.add(() => {
              this.#byConnection.delete(connection.id);
              // Where the connection died the lease is over already.
              if (lease instanceof PoolLease && lease.status === 'held') lease.destroy('no longer pinned');
            });
            subscriber.next(connection);
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
        }),
      );
    });
  }

  #dropUnused(key: string, pin: Pool<McpConnection>): void {
    const { waiting, idle, active } = pin.state;
    if (this.#pins.get(key) !== pin || waiting + idle + active > 0) return;
    this.#pins.delete(key);
    void pin.close();
  }
}

function keyOf(options: CheckoutOptions | undefined): string {
  if (options?.key === undefined) throw new TypeError('a pinned pool needs a key for each checkout');
  return options.key;
}
