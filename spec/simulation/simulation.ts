import assert from 'node:assert/strict';
import { vi } from 'vitest';
import { type Endpoint, type Pool, type PoolEvent, createPool } from '../../lib/index.ts';
import type { Connector } from '../../lib/supply/connector.ts';
import { Audit } from '../support/audit/audit.ts';
import { type FakeConnection, FakeServer } from '../support/fake-server.ts';
import { collect } from '../support/listen.ts';
import { pass } from '../support/virtual-time.ts';
import { watchPromise } from '../support/watch-promise.ts';
import { Draw } from './draw.ts';
import { DrawnAllowance } from './drawn-allowance.ts';
import { DrawnEndpoints } from './drawn-endpoints.ts';
import { drawnOptions } from './drawn-options.ts';
import { Ledger } from '../support/ledger.ts';
import { Workplace } from '../support/workplace.ts';
import { mischievous } from './mischief.ts';
import { checkoutUser } from './users/checkout-user.ts';
import { crowd } from './users/crowd.ts';
import { pollingUser } from './users/polling-user.ts';
import { saboteur } from './users/saboteur.ts';
import { streamUser } from './users/stream-user.ts';
import { useUser } from './users/use-user.ts';
import { watcher } from './users/watcher.ts';
import type { User, World } from './world.ts';
import { messageOf } from '../../lib/base/thrown.ts';

/** Who may come, and how many of each at most. */
const population: readonly (readonly [User, most: number])[] = [
  [checkoutUser, 6],
  [useUser, 3],
  [streamUser, 2],
  [pollingUser, 1],
  [crowd, 1],
  [watcher, 2],
  [saboteur, 2],
];

/** Looks at a pool during its life. */
const STEPS = 30;

/** A pool to which everything happens that can: the seed decides all of it. Time must be standing still. */
export class Simulation {
  readonly seed: number;
  readonly pool: Pool<FakeConnection>;
  readonly log: readonly PoolEvent[];
  readonly #world: World;
  readonly #audit: Audit;
  readonly #allowance: DrawnAllowance | undefined;
  readonly #users: readonly Promise<void>[];
  #step = 0;

  constructor(seed: number) {
    this.seed = seed;
    const draw = new Draw(seed);
    const { options, audit } = drawnOptions(seed, draw);
    const server = new FakeServer({ closeMs: draw.oneOf(0, 10) });
    const wrong: string[] = [];
    const endpoints = draw.chance(50) ? new DrawnEndpoints(draw) : undefined;
    const endpointBackoff = { minMs: draw.oneOf(5, 30), maxMs: draw.oneOf(30, 100) };
    const places = endpoints && { endpoints$: endpoints.endpoints$, endpointBackoff };
    const workplace = new Workplace(options.maxLeasesPerConnection ?? 1, wrong);
    const connector: Connector<FakeConnection, Endpoint> = mischievous(server, draw, { wrong, workplace, endpoints });
    const { maxSize = 1 } = options;
    const allowance = isShared(seed) ? new DrawnAllowance(seed, maxSize, wrong) : undefined;
    this.#allowance = allowance;
    const shared = allowance && { allowance };
    this.pool = createPool<FakeConnection, Endpoint>({ ...connector, ...options, ...places, ...shared });
    this.log = collect(this.pool.events$);
    this.#audit = new Audit(this.pool, this.log, { ...audit, isUsedUp: allowance && (() => allowance.isUsedUp) });
    const ledger = new Ledger(this.pool, options.checkoutTimeoutMs ?? 0, wrong);
    this.#world = { pool: this.pool, server, ledger, workplace, draw, endpoints, isOver: false };
    this.#users = population.flatMap(([user, most]) =>
      Array.from({ length: draw.below(most + 1) }, () => user(this.#world)),
    );
  }

  /** From the beginning to the end; whatever goes wrong names the seed and the step. `between` runs between the steps. */
  async run(between: () => void = () => undefined): Promise<this> {
    try {
      while (this.#step < STEPS) {
        await this.step();
        between();
      }
      await this.end();
      return this;
    } catch (error) {
      const where = `seed ${this.seed}, step ${this.#step} (at ${performance.now()} ms)`;
      throw new Error(`${where}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Some time passes, and everything is looked at. */
  async step(): Promise<void> {
    this.#step++;
    this.#allowance?.change();
    await pass(this.#world.draw.between(1, 40));
    this.#look();
  }

  /** The pool is closed, perhaps while everybody is still busy. */
  async end(): Promise<void> {
    const { draw, server, ledger } = this.#world;
    if (draw.chance(50)) this.#world.isOver = true;
    await this.#within('I12 close() does not resolve', this.pool.close({ timeoutMs: draw.oneOf(0, 20, 200) }));
    this.#world.isOver = true;
    await this.#within('I4 somebody still waits', Promise.all(this.#users));
    // What users have set up runs out.
    await pass(500);
    this.#allowance?.end();
    this.#look();
    this.#audit.end();
    ledger.end();
    assert.equal(vi.getTimerCount(), 0, 'I12 timers are left');
    for (const { id, closes } of server.connections) assert.equal(closes, 1, `I9 closes of connection ${id}`);
  }

  #look(): void {
    this.#audit.look();
    this.#world.ledger.look();
  }

  async #within(otherwise: string, promise: Promise<unknown>): Promise<void> {
    const isSettled = watchPromise(promise);
    for (let i = 0; i < 40 && !isSettled(); i++) {
      await pass(25);
      this.#look();
    }
    assert(isSettled(), otherwise);
  }
}

/** Every third pool shares a bound with others, which is nothing that the others draw. */
function isShared(seed: number): boolean {
  return seed % 3 === 0;
}
