import assert from 'node:assert/strict';
import {
  type ConnectionRecord,
  type Pool,
  type PoolEvent,
  type PoolState,
  type PoolStateJson,
  replay,
} from '../../../lib/index.ts';
import { ConnectionLives } from './connection-lives.ts';
import { EndpointService } from './endpoint-service.ts';
import { Growth, type GrowthLimits } from './growth.ts';
import { KeyOrder } from './key-order.ts';
import { QueueOrder } from './queue-order.ts';
import type { Rule } from './rule.ts';
import { Soundness } from './soundness.ts';
import { messageOf } from '../../../lib/base/thrown.ts';

/** What the rules have to know of the pool's options. */
export interface AuditOptions extends GrowthLimits {
  /** Whether the strategy always names a connection when there is one. */
  readonly strategyServes: boolean;
  /** What the strategy names in a state, where it may decline and keeps nothing. */
  readonly names?: ((state: PoolState) => ConnectionRecord | undefined) | undefined;
}

interface Kept {
  readonly state: PoolState;
  readonly json: string;
}

/** A snapshot in so many looks is kept to the end. */
const KEEP_ONE_IN = 8;

/** Follows a pool by its log, applies every rule to every event, and proves I15 on the way. */
export class Audit {
  readonly #pool: Pool<unknown>;
  readonly #log: readonly PoolEvent[];
  readonly #rules: readonly Rule[];
  readonly #kept: Kept[] = [];
  #state: PoolState = replay([]);
  #looks = 0;

  constructor(pool: Pool<unknown>, log: readonly PoolEvent[], options: AuditOptions) {
    this.#pool = pool;
    this.#log = log;
    this.#rules = [
      new Soundness(options.strategyServes, options.names),
      pool.state.hasPins ? new KeyOrder() : new QueueOrder(options.strategyServes),
      new ConnectionLives(),
      new Growth(options),
      new EndpointService(),
    ];
  }

  /** A tick has ended. */
  look(): void {
    this.#follow();
    const { state } = this.#pool;
    assert.equal(jsonOf(this.#state), jsonOf(state), 'I15 the log makes another state');
    for (const rule of this.#rules) rule.atRest?.(state);
    if (this.#looks++ % KEEP_ONE_IN === 0) this.keep(state);
  }

  /** Has it that this snapshot is the same at the end. */
  keep(state: PoolState): void {
    this.#kept.push({ state, json: jsonOf(state) });
  }

  /** The pool is closed. */
  end(): void {
    this.#follow();
    const { state } = this.#pool;
    assert.equal(state.phase, 'closed', 'I12 phase');
    for (const rule of this.#rules) rule.atEnd?.(state);
    for (const { state: kept, json } of this.#kept) assert.equal(jsonOf(kept), json, 'I15 a snapshot has changed');
    this.#expectReplayable();
  }

  #follow(): void {
    while (this.#state.version < this.#log.length) {
      const event = this.#log[this.#state.version];
      if (event === undefined) return;
      const before = this.#state;
      try {
        this.#state = replay([event], before);
        for (const rule of this.#rules) rule.after?.(event, before, this.#state);
      } catch (error) {
        throw new Error(`${messageOf(error)}, at event ${event.version} (${event.type})`, { cause: error });
      }
    }
  }

  /** I15: the whole log, and what follows any snapshot that was written down, lead to the same state. */
  #expectReplayable(): void {
    const end = jsonOf(this.#state);
    assert.equal(jsonOf(replay(this.#log)), end, 'I15 the whole log');
    const ofTheLog = this.#kept.filter(({ state }) => state.version <= this.#state.version);
    for (const { json } of ofTheLog.filter((_, i) => i % KEEP_ONE_IN === 1)) {
      assert.equal(jsonOf(replay(this.#log, JSON.parse(json) as PoolStateJson)), end, 'I15 from a snapshot');
    }
  }
}

function jsonOf(state: PoolState): string {
  return JSON.stringify(state);
}
