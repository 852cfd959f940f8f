import assert from 'node:assert/strict';
import type { Scheduler } from 'fast-check';
import { vi } from 'vitest';
import { type Pool, type PoolOptions, createPool } from '../../lib/index.ts';
import { Audit } from '../support/audit/audit.ts';
import { type FakeConnection, FakeServer } from '../support/fake-server.ts';
import { Ledger } from '../support/ledger.ts';
import { collect } from '../support/listen.ts';
import { pass, rest } from '../support/virtual-time.ts';
import { watchPromise } from '../support/watch-promise.ts';
import { type ConnectPlan, slowConnector } from './slow-connector.ts';
import { type Visit, visit } from './visits.ts';

/** What is to happen in one tick, in an order that the scheduler finds. */
export interface Happening {
  readonly options: Partial<PoolOptions<FakeConnection>> & { readonly maxConnecting: number };
  readonly visits: readonly Visit[];
  readonly incidents: readonly ('kill' | 'time' | 'resize' | 'close')[];
  readonly connects: readonly ConnectPlan[];
}

/** How long a timeout is, and how far time goes at once; in milliseconds. */
export const TIMEOUT_MS = 10;

/** A pool all of whose promises and callbacks are settled one by one, in any order. */
export class SameTick {
  readonly #scheduler: Scheduler;
  readonly #happening: Happening;
  readonly #server = new FakeServer();
  readonly #pool: Pool<FakeConnection>;
  readonly #ledger: Ledger;
  readonly #audit: Audit;

  /** Resolves when it is somebody's turn. */
  readonly #turn = (label: string): Promise<void> => this.#scheduler.schedule(Promise.resolve(), label);

  constructor(scheduler: Scheduler, happening: Happening) {
    this.#scheduler = scheduler;
    this.#happening = happening;
    const { options, connects } = happening;
    const connector = slowConnector(this.#server, connects, this.#turn);
    this.#pool = createPool({ ...connector, checkoutTimeoutMs: TIMEOUT_MS, ...options });
    this.#ledger = new Ledger(this.#pool, TIMEOUT_MS, []);
    this.#audit = new Audit(this.#pool, collect(this.#pool.events$), { ...options, strategyServes: true });
  }

  /** Until nothing is left to happen; `look` says whether everything is compared after each step. */
  async run(look: boolean): Promise<void> {
    const { visits, incidents } = this.#happening;
    const place = { pool: this.#pool, ledger: this.#ledger, turn: this.#turn };
    const isDone = watchPromise(Promise.all(visits.map((plan, i) => visit(place, plan, `visitor ${i}`))));
    for (const incident of incidents) void this.#turn(incident).then(() => this.#cause(incident));
    await this.#idle(look);
    const isClosed = watchPromise(this.#pool.close({ timeoutMs: TIMEOUT_MS }));
    for (let i = 0; i < 20 && !(isClosed() && isDone()); i++) {
      await this.#idle(look);
      await pass(TIMEOUT_MS);
    }
    assert(isClosed(), 'I12 close() does not resolve');
    assert(isDone(), 'I4 somebody still waits');
    this.#audit.end();
    this.#ledger.look();
    this.#ledger.end();
    assert.equal(vi.getTimerCount(), 0, 'I12 timers are left');
    for (const { id, closes } of this.#server.connections) assert.equal(closes, 1, `I9 closes of connection ${id}`);
  }

  async #idle(look: boolean): Promise<void> {
    await this.#scheduler.waitIdle(async (step) => {
      await step();
      // Without it the next step comes in the middle of what follows from this one.
      if (look) await this.#look();
    });
    await this.#look();
  }

  async #look(): Promise<void> {
    await rest();
    this.#audit.look();
    this.#ledger.look();
  }

  #cause(incident: Happening['incidents'][number]): void {
    const { minSize, maxSize } = this.#pool.state;
    switch (incident) {
      case 'kill': {
        const [victim] = this.#server.alive;
        if (victim !== undefined) this.#server.kill(victim);
        return;
      }
      case 'time':
        vi.advanceTimersByTime(TIMEOUT_MS);
        return;
      case 'resize':
        this.#pool.resize(this.#pool.state.floor === minSize ? maxSize : minSize);
        return;
      case 'close':
        void this.#pool.close({ timeoutMs: TIMEOUT_MS });
    }
  }
}
