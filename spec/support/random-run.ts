import {
  type CheckoutOptions,
  type Lease,
  type PoolEvent,
  type PoolOptions,
  codel,
  leastLoaded,
  random,
  roundRobin,
} from '../../lib/index.ts';
import { type FakePool, newFakePool } from './fake-pool.ts';
import type { FakeConnection } from './fake-server.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { seeded } from './seeded.ts';
import { elapseIn, settle } from './virtual-time.ts';

/** A pool to which everything happens that can, in an order that the seed decides. Time must be standing still. */
export class RandomRun {
  readonly options: Partial<PoolOptions<FakeConnection>>;
  readonly fake: FakePool;
  readonly outcomes: Outcome<Lease<FakeConnection>>[] = [];
  /** Leases that nobody has given back, those of dead connections included. */
  readonly held: Lease<FakeConnection>[] = [];
  readonly #over: Lease<FakeConnection>[] = [];
  readonly #below: (n: number) => number;

  constructor(seed: number) {
    this.#below = seeded(seed);
    this.options = this.#drawOptions(seed);
    const behaviour = { connectMs: this.#below(3) * 10, closeMs: this.#below(3) * 15 };
    this.fake = newFakePool(this.options, behaviour);
  }

  get log(): readonly PoolEvent[] {
    return this.fake.log;
  }

  /** One thing that happens, and what follows from it at once. */
  async step(): Promise<void> {
    const kind = this.#below(100);
    // In steps, so that microtasks run between the timers.
    if (kind >= 86) await elapseIn(1 + this.#below(6), 1 + this.#below(20));
    else this.#happen(kind);
    await settle();
    this.#collect();
  }

  /** Everything that is left comes to its end. */
  async end(): Promise<void> {
    const timeoutMs = this.#below(2) * 300;
    const closed = this.fake.pool.close({ timeoutMs });
    this.#collect();
    // Events end with the pool, so a checkin that comes after it is in no log.
    if (this.fake.pool.state.phase !== 'closed' && this.#below(2) === 0) this.#checkin();
    await elapseIn(25, 40);
    await closed;
  }

  #drawOptions(seed: number): Partial<PoolOptions<FakeConnection>> {
    const minSize = this.#below(4);
    return {
      seed,
      minSize,
      maxSize: minSize + 1 + this.#below(4),
      maxLeasesPerConnection: 1 + this.#below(2),
      maxConnecting: 1 + this.#below(3),
      maxWaiting: 4,
      checkoutTimeoutMs: 200,
      healthCheckIntervalMs: 100,
      healthCheckTimeoutMs: 30,
      closeTimeoutMs: 100,
      unhealthyAfter: 1 + this.#below(2),
      strategy: [roundRobin(), leastLoaded(), random()][this.#below(3)] ?? roundRobin(),
      ...(this.#below(3) === 0 ? { maxUses: 3 } : {}),
      ...(this.#below(3) === 0 ? { queue: codel({ targetMs: 20, intervalMs: 50 }) } : {}),
    };
  }

  #happen(kind: number): void {
    const { pool, server } = this.fake;
    const connection = server.alive[this.#below(server.alive.length)];
    if (kind < 30) this.outcomes.push(outcomeOf(pool.checkout(this.#drawCheckout())));
    else if (kind < 36) this.#take(pool.tryCheckout());
    else if (kind < 60) this.#checkin();
    else if (kind < 63) this.#over[this.#below(this.#over.length)]?.checkin();
    else if (kind < 66) this.#giveUp()?.destroy('random');
    else if (kind < 70) this.outcomes[this.#below(this.outcomes.length)]?.leave();
    else if (kind < 73 && connection !== undefined) server.kill(connection);
    else if (kind < 80 && connection !== undefined)
      connection.health = (['good', 'bad', 'silent'] as const)[this.#below(3)] ?? 'good';
    else if (kind < 84) pool.resize(pool.state.minSize + this.#below(pool.state.maxSize - pool.state.minSize + 1));
    else server.behaviour.refusal = this.#below(2) === 0 ? new Error('refused') : undefined;
  }

  #drawCheckout(): CheckoutOptions {
    const [priority, key] = [this.#below(2), this.#below(4)];
    return key === 0 ? { priority } : { priority, key: `${key}` };
  }

  #take(lease: Lease<FakeConnection> | undefined): void {
    if (lease !== undefined) this.held.push(lease);
  }

  #checkin(): void {
    this.#giveUp()?.checkin();
  }

  #giveUp(): Lease<FakeConnection> | undefined {
    const [lease] = this.held.splice(this.#below(this.held.length), 1);
    if (lease !== undefined) this.#over.push(lease);
    return lease;
  }

  /** Takes note of leases that have come. */
  #collect(): void {
    for (const outcome of this.outcomes) {
      const { value } = outcome;
      if (value !== undefined && !this.held.includes(value) && !this.#over.includes(value)) this.held.push(value);
    }
  }
}
