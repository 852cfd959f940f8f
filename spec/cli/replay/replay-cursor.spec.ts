import { describe, expect, it } from 'vitest';
import { type Cursor, instantOf, played, pressed } from '../../../lib/cli/replay/replay-cursor.ts';
import { Timeline } from '../../../lib/cli/replay/replay-timeline.ts';
import { checkin, checkout, logOf, opened, up } from '../../support/pool-log.ts';

// Version 1 at 10 ms, version 403 at 4030 ms; the rare ones are the first three.
const timeline = new Timeline();
const uses = Array.from({ length: 200 }, () => [checkout(0), checkin(0)]).flat();
for (const event of logOf([opened(), ...up(0), ...uses])) timeline.add(event);

const at = (position: number): Cursor => ({ position });
const after = (position: number, ...keys: string[]): number =>
  keys.reduce((cursor, key) => pressed(cursor, key, timeline, 0), at(position)).position;

describe('a key', () => {
  it.each([
    ['right', 5, 6],
    ['left', 5, 4],
    ['down', 5, 105],
    ['up', 150, 50],
    ['pagedown', 5, 105],
    ['pageup', 150, 50],
    ['home', 150, 0],
    ['end', 5, 402],
    ['n', 0, 1],
    ['n', 50, 402],
    ['p', 50, 2],
    ['p', 2, 1],
    ['left', 0, 0],
    ['up', 50, 0],
    ['right', 402, 402],
    ['down', 380, 402],
    ['x', 7, 7],
  ])('%s leads from %d to %d', (key, from, to) => {
    expect(after(from, key)).toBe(to);
  });

  it('that means nothing changes nothing', () => {
    const cursor = at(7);
    expect(pressed(cursor, 'x', timeline, 0)).toBe(cursor);
  });
});

describe('playing', () => {
  const playing = pressed(at(0), 'space', timeline, 1000);

  it('goes on as fast as it happened', () => {
    expect(played(playing, timeline, 1000).position).toBe(0);
    expect(played(playing, timeline, 1009).position).toBe(0);
    expect(played(playing, timeline, 1010).position).toBe(1);
    expect(played(playing, timeline, 2005).position).toBe(100);
    expect(instantOf(playing, timeline, 1009)).toBe(19);
  });

  it('ends with the log', () => {
    expect(played(playing, timeline, 9000)).toEqual({ position: 402 });
  });

  it('pauses with the same key and goes on from there', () => {
    const paused = pressed(played(playing, timeline, 2005), 'space', timeline, 2005);
    expect(paused).toEqual({ position: 100 });
    expect(played(paused, timeline, 9000)).toBe(paused);
    expect(played(pressed(paused, 'space', timeline, 9000), timeline, 9010).position).toBe(101);
  });

  it('ends where somebody moves', () => {
    expect(pressed(playing, 'right', timeline, 1000)).toEqual({ position: 1 });
  });

  it('begins anew at the end', () => {
    expect(pressed(at(402), 'space', timeline, 0).position).toBe(0);
  });
});
