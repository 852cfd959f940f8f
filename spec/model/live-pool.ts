import assert from 'node:assert/strict';
import { BehaviorSubject } from 'rxjs';
import { vi } from 'vitest';
import {
  type Endpoint,
  type Pool,
  type PoolOptions,
  createPool,
  isAvailable,
  leastLoaded,
  peakEwma,
  powerOfTwoChoices,
  random,
  roundRobin,
  sticky,
} from '../../lib/index.ts';
import type { Connector } from '../../lib/supply/connector.ts';
import { Audit } from '../support/audit/audit.ts';
import { type Behaviour, type FakeConnection, FakeServer } from '../support/fake-server.ts';
import { collect } from '../support/listen.ts';
import { rest } from '../support/virtual-time.ts';
import { watchPromise } from '../support/watch-promise.ts';
import type { Fact } from './fact.ts';
import { PoolModel } from './pool-model.ts';
import { Tickets } from './tickets.ts';

/** Of the strategies that a run may have. */
export const names: readonly ['roundRobin', 'leastLoaded', 'random', 'powerOfTwoChoices', 'peakEwma', 'sticky'] = [
  'roundRobin',
  'leastLoaded',
  'random',
  'powerOfTwoChoices',
  'peakEwma',
  'sticky',
];

/** What a run is made with. */
export interface Setting {
  /** By name, so that a failure shows it. */
  readonly strategy: (typeof names)[number];
  readonly options: Partial<PoolOptions<FakeConnection>> & {
    readonly seed: number;
    readonly checkoutTimeoutMs: number;
    readonly maxConnecting: number;
  };
  readonly behaviour: Partial<Behaviour>;
  /** Whether the pool has endpoints, whose list changes. */
  readonly hasEndpoints: boolean;
  /** For how long a piece of work that failed asks to rest, in milliseconds; 0: it does not. */
  readonly restMs: number;
}

const strategies = { roundRobin, leastLoaded, random, powerOfTwoChoices, peakEwma, sticky };

/** Of the back-off; with `Math.random` above a half the shortest delay is half of the first ceiling. */
export const connectBackoff = { minMs: 10, maxMs: 80 };

/** The real pool with its model: hands for all that can be done to it, and eyes for all that can be seen from outside. */
export class LivePool {
  readonly pool: Pool<FakeConnection>;
  readonly server: FakeServer;
  readonly tickets: Tickets;
  readonly #model: PoolModel;
  readonly #facts: Fact[] = [];
  readonly #endpoints$ = new BehaviorSubject<readonly Endpoint[]>([{ id: 'a' }, { id: 'b' }]);
  readonly #audit: Audit;

  constructor({ strategy, options, behaviour, hasEndpoints, restMs }: Setting) {
    const tell = (fact: Fact): void => {
      this.#facts.push(fact);
    };
    this.server = new FakeServer(behaviour);
    const connector = watched(this.server.connector, tell);
    const endpoints = hasEndpoints ? { endpoints$: this.#endpoints$, endpointBackoff: connectBackoff } : {};
    const judging = { restMs: () => restMs, strategy: strategies[strategy]() };
    this.pool = createPool<FakeConnection, Endpoint>({
      ...(connector as Connector<FakeConnection, Endpoint>),
      connectBackoff,
      ...options,
      ...endpoints,
      ...judging,
    });
    this.tickets = new Tickets(this.pool, options.checkoutTimeoutMs, tell);
    this.#model = new PoolModel(this.pool.state);
    this.#audit = new Audit(this.pool, collect(this.pool.events$), {
      maxConnecting: options.maxConnecting,
      strategyServes: true,
    });
  }

  /** A tick ends: the model learns what has happened, and everything is compared. */
  async look(): Promise<void> {
    await rest();
    for (const fact of this.#facts.splice(0)) this.#model.see(fact);
    this.#audit.look();
    this.#model.expectLike(this.pool.state, this.pool.metrics);
  }

  /** A lease at once if and only if there is one to give. */
  tryCheckout(): void {
    const { state } = this.pool;
    const isFree = [...state.connections].some((record) => isAvailable(state, record));
    const isServed = state.phase === 'open' && state.waiting === 0 && isFree;
    assert.equal(this.tickets.tryCheckout(), isServed, 'I6 tryCheckout');
  }

  resize(n: number): void {
    const { minSize, maxSize } = this.pool.state;
    this.pool.resize(minSize + (n % (maxSize - minSize + 1)));
  }

  list(ids: readonly string[]): void {
    this.#endpoints$.next(ids.map((id) => ({ id })));
  }

  kill(n: number): void {
    const connection = this.#alive(n);
    if (connection === undefined) return;
    this.#facts.push({ what: 'over', connection: connection.id });
    this.server.kill(connection);
  }

  setHealth(n: number, health: FakeConnection['health']): void {
    const connection = this.#alive(n);
    if (connection !== undefined) connection.health = health;
  }

  refuse(isRefused: boolean): void {
    this.server.behaviour.refusal = isRefused ? new Error('refused') : undefined;
  }

  behave(behaviour: Partial<Behaviour>): void {
    Object.assign(this.server.behaviour, behaviour);
  }

  close(timeoutMs: number): void {
    this.#facts.push({ what: 'closing' });
    void this.pool.close({ timeoutMs });
  }

  /** Closes the pool, waits for that, and sees that nothing is left. */
  async end(): Promise<void> {
    this.close(30);
    const isClosed = watchPromise(this.pool.close());
    await this.look();
    // Timer by timer: at the very instant at which it is closed none may be left.
    for (let i = 0; i < 100 && !isClosed(); i++) {
      vi.advanceTimersToNextTimer();
      await this.look();
    }
    assert(isClosed(), 'I12 close() does not resolve');
    assert.equal(vi.getTimerCount(), 0, 'I12 timers');
    this.#audit.end();
    this.tickets.end();
    for (const { id, closes } of this.server.connections) assert.equal(closes, 1, `I9 closes of connection ${id}`);
  }

  #alive(n: number): FakeConnection | undefined {
    const { alive } = this.server;
    return alive[n % Math.max(1, alive.length)];
  }
}

/** The connector, with what it is asked to do told first. */
function watched(connector: FakeServer['connector'], tell: (fact: Fact) => void): FakeServer['connector'] {
  return {
    ...connector,
    warm: (connection) => {
      tell({ what: 'up', connection: connection.id });
      return connector.warm?.(connection) ?? [];
    },
    check: (connection) => {
      tell({ what: 'checked', connection: connection.id, health: connection.health });
      return connector.check?.(connection) ?? [];
    },
    close: (connection) => {
      // What came too late never was up, and of what died it is known.
      if (connection.warmed > 0 && connection.alive) tell({ what: 'over', connection: connection.id });
      return connector.close?.(connection);
    },
  };
}
