import assert from 'node:assert/strict';
import { vi } from 'vitest';
import { type Endpoint, type Pool, type PoolEvent, createPool } from '../../lib/index.ts';
import { Audit } from '../support/audit/audit.ts';
import { type FakeConnection, FakeServer } from '../support/fake-server.ts';
import { Ledger } from '../support/ledger.ts';
import { Workplace } from '../support/workplace.ts';
import { collect } from '../support/listen.ts';
import { pass } from '../support/virtual-time.ts';
import { watchPromise } from '../support/watch-promise.ts';
import { AilingEndpoints } from './ailing-endpoints.ts';
import { Draw } from './draw.ts';
import { checkoutUser } from './users/checkout-user.ts';
import { crowd } from './users/crowd.ts';
import { useUser } from './users/use-user.ts';
import type { World } from './world.ts';

/** Changes in the life of a pool. */
const STEPS = 25;

/** What failed a minute ago is tried like any other. */
const RECOVERY_MS = 65_000;

/** A pool whose endpoints come, fail, heal and go: the seed decides all of it. Time must be standing still. */
export class EndpointSimulation {
  readonly log: readonly PoolEvent[];
  readonly #pool: Pool<FakeConnection>;
  readonly #server: FakeServer;
  readonly #draw: Draw;
  readonly #endpoints: AilingEndpoints;
  readonly #world: World;
  readonly #audit: Audit;
  readonly #users: readonly Promise<void>[];

  constructor(seed: number) {
    const draw = new Draw(seed);
    this.#draw = draw;
    this.#server = new FakeServer({ closeMs: draw.oneOf(0, 10) });
    this.#endpoints = new AilingEndpoints(draw, this.#server);
    const minSize = draw.between(1, 6);
    const maxConnecting = draw.between(1, 4);
    const checkoutTimeoutMs = draw.oneOf(0, 100);
    this.#pool = createPool<FakeConnection, Endpoint>({
      ...this.#endpoints.connector,
      endpoints$: this.#endpoints.endpoints$,
      endpointBackoff: { minMs: 20, maxMs: draw.oneOf(50, 500) },
      connectBackoff: { minMs: 5, maxMs: 100 },
      seed,
      minSize,
      maxSize: minSize + draw.below(8),
      maxConnecting,
      maxLeasesPerConnection: draw.oneOf(1, 1, 3),
      connectTimeoutMs: 60,
      checkoutTimeoutMs,
      healthCheckIntervalMs: draw.oneOf(0, 5000),
      idleTimeoutMs: draw.oneOf(0, 2000),
    });
    this.log = collect(this.#pool.events$);
    this.#audit = new Audit(this.#pool, this.log, { maxConnecting, strategyServes: true });
    const wrong: string[] = [];
    const ledger = new Ledger(this.#pool, checkoutTimeoutMs, wrong);
    const workplace = new Workplace(this.#pool.state.maxLeasesPerConnection, wrong);
    this.#world = {
      pool: this.#pool,
      server: this.#server,
      ledger,
      workplace,
      draw,
      endpoints: undefined,
      isOver: false,
    };
    this.#users = [useUser, checkoutUser, crowd, checkoutUser]
      .slice(0, draw.between(1, 4))
      .map((user) => user(this.#world));
  }

  /** From the beginning to the end. */
  async run(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      await this.#pass(this.#draw.oneOf(1, 10, 40, 150));
      this.#endpoints.change();
    }
    await this.#recover();
    await this.#end();
  }

  /** Whatever has happened, it comes right: each endpoint in service, as many connections at each, everybody served. */
  async #recover(): Promise<void> {
    const count = this.#draw.between(1, 5);
    this.#endpoints.recover(count);
    this.#world.isOver = true;
    // A user now and then, as any pool has: somebody has to ask whether a minute is over.
    for (let ms = 0; ms < RECOVERY_MS; ms += 5000) {
      await this.#pass(5000);
      this.#pool.tryCheckout()?.checkin();
    }
    await this.#pass(2000);
    const { state } = this.#pool;
    const { endpoints, waiting, circuit, idle, moving, floor } = state;
    assert.deepEqual({ count: endpoints.length, waiting, moving }, { count, waiting: 0, moving: 0 });
    // Half open where nothing has to be connected.
    assert.notEqual(circuit, 'open');
    assert(idle >= floor, `${idle} connections, the floor is ${floor}`);
    const counts = endpoints.map(({ connections }) => connections);
    assert(Math.max(...counts) - Math.min(...counts) <= 1, `the connections are spread unevenly: ${counts.join()}`);
    for (const { setAsideUntil, restingUntil } of endpoints)
      assert.equal(setAsideUntil + restingUntil, 0, 'out of service');
  }

  async #end(): Promise<void> {
    const isEverybodyGone = watchPromise(Promise.all(this.#users));
    const isClosed = watchPromise(this.#pool.close({ timeoutMs: this.#draw.oneOf(0, 20) }));
    await this.#pass(100);
    assert(isClosed(), 'I12 close() does not resolve');
    await this.#pass(500);
    assert(isEverybodyGone(), 'I4 somebody still waits');
    this.#audit.end();
    this.#world.ledger.end();
    assert.equal(vi.getTimerCount(), 0, 'I12 timers are left');
    for (const { id, closes } of this.#server.connections) assert.equal(closes, 1, `I9 closes of connection ${id}`);
  }

  async #pass(ms: number): Promise<void> {
    await pass(ms);
    this.#audit.look();
    this.#world.ledger.look();
  }
}
