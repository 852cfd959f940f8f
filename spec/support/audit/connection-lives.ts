import assert from 'node:assert/strict';
import type { PoolEvent, PoolState } from '../../../lib/index.ts';
import type { Rule } from './rule.ts';

type Stage = 'none' | 'connecting' | 'up' | 'closing' | 'gone';

/** What may happen to a connection at each stage of its life, and the stage that it makes. */
const life: Readonly<Record<Stage, Partial<Record<PoolEvent['type'], Stage>>>> = {
  none: { connecting: 'connecting' },
  connecting: { up: 'up', connectFailed: 'gone', removed: 'gone' },
  up: {
    checkout: 'up',
    checkin: 'up',
    checking: 'up',
    health: 'up',
    notice: 'up',
    leak: 'up',
    destroy: 'closing',
    retire: 'closing',
    down: 'gone',
  },
  // Until the last lease is over.
  closing: {
    checkin: 'closing',
    health: 'closing',
    notice: 'closing',
    leak: 'closing',
    destroy: 'closing',
    down: 'gone',
    removed: 'gone',
  },
  gone: {},
};

/** I9: connecting, up, closing, gone, and never back; an id is used once. */
export class ConnectionLives implements Rule {
  readonly #stages = new Map<number, Stage>();

  after(event: PoolEvent): void {
    if (!('connection' in event)) return;
    const { connection, type } = event;
    const stage = this.#stages.get(connection) ?? 'none';
    const next = life[stage][type];
    assert(next !== undefined, `I9 ${type} of connection ${connection}, which is ${stage}`);
    this.#stages.set(connection, next);
  }

  atEnd({ size }: PoolState): void {
    assert.equal(size, 0, 'I12 size');
    for (const [connection, stage] of this.#stages) assert.equal(stage, 'gone', `I9 connection ${connection}`);
  }
}
