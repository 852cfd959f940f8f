import { describe, expect, it } from 'vitest';
import { reduce } from '../../lib/state/reduce.ts';
import { Snapshot } from '../../lib/state/snapshot.ts';
import { checkout, following, leave, opened, stateAfter, up, wait } from '../support/pool-log.ts';
import { randomLog } from '../support/random-log.ts';

const waiting = stateAfter(opened(), ...up(0), { ...wait(1), at: 500 }, { ...wait(2), at: 600 });

describe('waitingSince', () => {
  it('is 0 while nobody waits', () => {
    expect(stateAfter(opened()).waitingSince).toBe(0);
  });

  it('is when the first came, not the latest', () => {
    expect(waiting.waitingSince).toBe(500);
  });

  it('stays when who came first has gone and another waits', () => {
    expect(following(waiting, leave(1)).waitingSince).toBe(500);
    expect(following(waiting, checkout(0, 1)).waitingSince).toBe(500);
  });

  it('is 0 again when the last has left', () => {
    expect(following(waiting, leave(1), leave(2)).waitingSince).toBe(0);
  });

  it('is 0 again when the last has been served', () => {
    expect(following(waiting, leave(1), checkout(0, 2)).waitingSince).toBe(0);
  });

  it('stays when somebody leaves who was not there', () => {
    expect(following(waiting, leave(7)).waitingSince).toBe(500);
  });

  it('begins anew with the next', () => {
    expect(following(waiting, leave(1), leave(2), { ...wait(3), at: 900 }).waitingSince).toBe(900);
  });

  it.each([110, 111, 112])('is not 0 exactly while somebody waits (seed %i)', (seed) => {
    let state = new Snapshot();
    for (const event of randomLog(seed, 700)) {
      state = reduce(state, event);
      expect(state.waitingSince > 0).toBe(state.waiting > 0);
    }
  });
});
