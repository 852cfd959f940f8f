import { describe, expect, it } from 'vitest';
import type { Cell, Frame, ViewSnapshot, WindowPoint } from '../../../lib/dashboard/protocol.ts';
import { lastWindow, pictureAfter, pictureOf } from '../../../lib/dashboard/shared/picture.ts';
import { gaugesOf, viewOf } from '../../../lib/dashboard/view.ts';
import { metrics } from '../../cli/samples.ts';
import { checkout, health, logOf, opened, stateAfter, up } from '../../support/pool-log.ts';

const events = [opened({ name: 'search', maxSize: 4 }), ...up(0, 1), checkout(0)];
const state = stateAfter(...events);
const cell = (slot: number, status: Cell[2]): Cell => [slot, slot + 1, status, '', 0, 0, 0, 0, 0];
const windowAt = (at: number): WindowPoint => ({ ...metrics, at, active: 1, size: 2, waiting: 2, sliding: [] });

const snapshot: ViewSnapshot = {
  ...viewOf(1, state, gaugesOf(state), 100_000),
  name: 'search',
  timeOrigin: 7,
  endpoints: [],
  windows: [windowAt(30_000), windowAt(60_000)],
  events: { list: logOf(events), leftOut: 0 },
  hasHistory: true,
  history: { pool: 1, from: 1, to: 9, fromAt: 0, toAt: 9 },
};
const silent: Frame = {
  pool: 1,
  version: state.version + 1,
  at: 101_000,
  gauges: gaugesOf(state),
  cells: [],
  emptied: [],
  waiters: [],
  events: { list: [], leftOut: 0 },
  windows: [],
};
const first = pictureOf(snapshot);

function statuses({ cells }: typeof first): [slot: number, status: string][] {
  return [...cells].map(([slot, [, , status]]): [number, string] => [slot, status]).sort(([a], [b]) => a - b);
}

describe('a picture', () => {
  it('begins with the snapshot', () => {
    expect(first).toMatchObject({ pool: 1, name: 'search', timeOrigin: 7, version: state.version, at: 100_000 });
    expect(first).toMatchObject({ hasEndpoints: false, hasHistory: true, history: snapshot.history, leftOut: 0 });
    expect(statuses(first)).toEqual([
      [0, 'active'],
      [1, 'idle'],
    ]);
  });

  it('follows the frames, and stays what it was', () => {
    const second = pictureAfter(first, { ...silent, cells: [cell(3, 'connecting')], emptied: [0] });
    expect(statuses(second)).toEqual([
      [1, 'idle'],
      [3, 'connecting'],
    ]);
    expect(second).toMatchObject({ name: 'search', version: state.version + 1, at: 101_000, history: undefined });
    expect(pictureAfter(second, { ...silent, emptied: [1, 3] }).cells.size).toBe(0);
    expect(statuses(first)).toHaveLength(2);
  });

  it('takes a cell that was emptied and is told again as told', () => {
    expect(statuses(pictureAfter(first, { ...silent, emptied: [0], cells: [cell(0, 'closing')] }))).toContainEqual([
      0,
      'closing',
    ]);
  });

  it('has had endpoints once there were some', () => {
    const second = pictureAfter(first, { ...silent, endpoints: [] });
    expect([first, second, pictureAfter(second, silent)].map(({ hasEndpoints }) => hasEndpoints)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('keeps the windows of three minutes, and the list where none has ended', () => {
    let picture = pictureAfter(first, silent);
    expect(picture.windows).toBe(first.windows);
    for (let i = 0; i < 200; i++) picture = pictureAfter(picture, { ...silent, windows: [windowAt(100_000 + i)] });
    expect(picture.windows.map(({ at }) => at)).toEqual(Array.from({ length: 180 }, (_, i) => 100_020 + i));
  });

  it('has no last window before one has ended while it was watched', () => {
    expect(lastWindow(first)).toBeUndefined();
    expect(lastWindow(pictureAfter(first, silent))).toBeUndefined();
    expect(lastWindow(pictureAfter(first, { ...silent, windows: [windowAt(100_900)] }))?.at).toBe(100_900);
  });

  it('keeps a rare event among any number of checkouts, in order', () => {
    const [rare] = logOf([health(0, false)]);
    const list = rare === undefined ? [] : [rare, ...logOf(Array.from({ length: 3000 }, () => checkout(0)))];
    const { events: kept, leftOut } = pictureAfter(first, { ...silent, events: { list, leftOut: 5 } });
    const types = kept.map(({ type }) => type);
    expect(types.slice(0, -1000)).toEqual(['opened', 'connecting', 'up', 'connecting', 'up', 'health']);
    expect(new Set(types.slice(-1000))).toEqual(new Set(['checkout']));
    expect(kept.at(-1)).toBe(list.at(-1));
    expect(leftOut).toBe(5);
  });
});
