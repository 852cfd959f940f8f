import { describe, expect, it } from 'vitest';
import type { PoolEvent } from '../../lib/events/pool-event.ts';
import type { PoolState, PoolStateJson } from '../../lib/state/pool-state.ts';
import { reduce } from '../../lib/state/reduce.ts';
import { replay } from '../../lib/state/replay.ts';
import { Snapshot } from '../../lib/state/snapshot.ts';
import { checkout, logOf, opened, stateAfter, up, wait } from '../support/pool-log.ts';
import { randomLog } from '../support/random-log.ts';

const seeds = Array.from({ length: 8 }, (_, i) => 200 + i);
const copied = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The state of a live pool after these events, and what somebody has kept at every fiftieth of them. */
function lived(events: readonly PoolEvent[]) {
  let state = new Snapshot();
  const kept: { snapshot: PoolState; json: string }[] = [];
  for (const event of events) {
    state = reduce(state, event);
    if (event.version % 50 === 1) kept.push({ snapshot: state.handOut(), json: JSON.stringify(state) });
  }
  return { json: JSON.stringify(state), kept };
}

describe('replay', () => {
  it.each(seeds)('I15 makes the live state out of the log (seed %i)', (seed) => {
    const log = randomLog(seed, 700);
    expect(JSON.stringify(replay(log))).toBe(lived(log).json);
  });

  it.each(seeds)('I15 makes the live state out of a log that was stored as JSON (seed %i)', (seed) => {
    const log = randomLog(seed, 700);
    expect(JSON.stringify(replay(copied(log) as PoolEvent[]))).toBe(lived(log).json);
  });

  it.each(seeds)('I15 makes the live state out of any snapshot and the log (seed %i)', (seed) => {
    const log = randomLog(seed, 700);
    const { json, kept } = lived(log);
    for (const { snapshot } of kept) expect(JSON.stringify(replay(log, snapshot))).toBe(json);
  });

  it.each(seeds)('I15 makes the live state out of any snapshot that was stored as JSON (seed %i)', (seed) => {
    const log = randomLog(seed, 700);
    const { json, kept } = lived(log);
    for (const { snapshot } of kept) {
      expect(JSON.stringify(replay(log, copied(snapshot) as PoolStateJson))).toBe(json);
    }
  });

  it.each(seeds)('I15 leaves every snapshot that somebody holds as it was (seed %i)', (seed) => {
    const log = randomLog(seed, 700);
    const { kept } = lived(log);
    for (const { snapshot } of kept) replay(log, snapshot);
    expect(kept.map(({ snapshot }) => JSON.stringify(snapshot))).toEqual(kept.map(({ json }) => json));
  });

  it('goes two ways from one snapshot without mixing them up', () => {
    const state = stateAfter(opened(), ...up(0, 1));
    const one = replay(logOf([checkout(0), wait(1)], state.version), state);
    const other = replay(logOf([checkout(1), wait(2)], state.version), state);
    expect([one, other].map(({ connections }) => connections.get(0)?.status)).toEqual(['active', 'idle']);
    expect([one, other].map(({ waiters }) => waiters.first?.id)).toEqual([1, 2]);
  });

  it('goes on choosing alike from a snapshot that was stored as JSON', () => {
    const state = stateAfter(opened(), ...up(0, 1, 2, 40), checkout(1));
    const { connections } = replay([], copied(state) as PoolStateJson);
    expect(connections.nextAvailable(state.cursor)).toEqual(state.connections.nextAvailable(state.cursor));
    expect(connections.leastLoaded()).toEqual(state.connections.leastLoaded());
    expect(connections.countAvailable()).toBe(3);
  });

  it('keeps what is allowed, and by what right', () => {
    const state = stateAfter(opened({ hasAllowance: true }), { type: 'allowance', limit: 3, mode: 'shrunk', epoch: 2 });
    expect(replay([], copied(state) as PoolStateJson)).toMatchObject({ allowed: 3, allowedBy: 'shrunk' });
  });

  it('allows maxSize where a snapshot of an older version knows of no allowance', () => {
    const { allowed, allowedBy, ...older } = copied(stateAfter(opened({ maxSize: 7 }))) as PoolStateJson;
    expect([allowed, allowedBy]).toEqual([7, null]);
    expect(replay([], older as PoolStateJson)).toMatchObject({ allowed: 7, allowedBy: null });
  });

  it('gives an empty pool for an empty log', () => {
    expect(replay([])).toMatchObject({ version: 0, size: 0, waiting: 0 });
  });

  it('skips events that are not newer than the snapshot', () => {
    const log = logOf([opened(), ...up(0), checkout(0)]);
    const state = replay(log);
    expect(JSON.stringify(replay(log, state))).toBe(JSON.stringify(state));
  });

  it('throws where a version is missing', () => {
    const log = logOf([opened(), ...up(0), checkout(0)]);
    const message = 'the log has a gap: version 3 comes after version 1';
    expect(() => replay(log.filter(({ version }) => version !== 2))).toThrow(new RangeError(message));
    expect(() => replay(log.slice(1))).toThrow(RangeError);
  });
});
