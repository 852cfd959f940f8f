import { createColors } from 'picocolors';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { topJsonLine, topLine } from '../../../lib/cli/top/top-lines.ts';
import { type TopView, topFrame } from '../../../lib/cli/top/top-view.ts';
import type { Cell, Frame, ViewSnapshot, WindowPoint } from '../../../lib/dashboard/protocol.ts';
import { type Picture, pictureAfter, pictureOf } from '../../../lib/dashboard/shared/picture.ts';
import { gaugesOf, viewOf } from '../../../lib/dashboard/view.ts';
import { checkout, health, logOf, opened, stateAfter, up, wait } from '../../support/pool-log.ts';
import { bare, latency, metrics } from '../samples.ts';
import type { Paint } from '../../../lib/cli/terminal/canvas.ts';

const events = [opened({ name: 'search', maxSize: 4 }), ...up(0, 1), health(1, false), checkout(0), wait(1), wait(2)];
const state = stateAfter(...events);
const gauges = gaugesOf(state, 0.52);

function windowAt(at: number): WindowPoint {
  const requests = [
    { method: 'tools/call', tool: 'find', tookUs: latency(900), failed: 3, cancelled: 0, retried: 0, sliding: [] },
  ];
  return { ...metrics, at, active: 1, size: 2, waiting: 2, sliding: [], requests };
}

const snapshot: ViewSnapshot = {
  ...viewOf(1, state, gauges, 100_000),
  name: 'search',
  timeOrigin: 0,
  endpoints: [],
  windows: [windowAt(30_000), windowAt(60_000)],
  events: { list: logOf(events), leftOut: 0 },
  hasHistory: false,
};
const cell = (slot: number, status: Cell[2]): Cell => [slot, slot + 1, status, '', 0, 0, 0, 0, 0];
const next: Frame = {
  ...snapshot,
  at: 101_000,
  cells: [cell(3, 'connecting')],
  emptied: [0],
  events: { list: [], leftOut: 0 },
  windows: [windowAt(100_900)],
};
const first = pictureOf(snapshot);
const second = pictureAfter(first, next);

function frame(changes: Partial<TopView> = {}, columns = 80, rows = 24, paint: Paint = bare): string[] {
  const pools = [
    { id: 1, name: 'search' },
    { id: 2, name: 'other' },
  ];
  const view: TopView = { url: 'http://h:1/', pools, picture: second, trouble: undefined, withAll: false, ...changes };
  return topFrame(view, { columns, rows, paint }).map((line) => line.trimEnd());
}
const cellsOf = (slots: readonly number[]): Picture['cells'] =>
  new Map(slots.map((slot) => [slot, cell(slot, 'idle')]));
const crowd = (): Picture => ({ ...second, cells: cellsOf([...Array(1000).keys()]) });

describe('the live view of a pool', () => {
  it('shows what the page shows', () => {
    expect(frame({}, 90)).toEqual([
      'mcp-pool top  ● live  http://h:1/',
      '[1 search]   2 other',
      'search: pool of 0 to 4, roundRobin, open',
      '  health        degraded for 1 min 41 s: 1 of 2 connections is unhealthy: no answer.',
      '',
      '  connections   ■ 0 active  □ 0 idle  + 1 connecting  ! 1 unhealthy',
      '                ·!·+',
      '  waiting       2  #1 1 min 41 s  #2 1 min 41 s',
      '  pressure      ━━━━━━━━━━━━━━━━──────────────  0.52  0 free at once',
      '  throughput    5,123 checkouts/s  1 so far',
      '  last minute   ██  peak 5,123/s',
      '  waited        p50 3.00 ms  p99 6.00 ms  max 6.00 ms',
      '  used          p50 5.00 ms  p99 10.0 ms  max 10.0 ms',
      '                ██  peak p99 10.0 ms',
      '  requests      find                  100/s  3 failed  p50 900 µs  p99 1.80 ms',
      '',
      '  connecting     connection 1 is being opened',
      '  up             connection 1 is up',
      '  connecting     connection 2 is being opened',
      '  up             connection 2 is up',
      '  health         connection 2 is not well: no answer',
      '',
      'tab next pool  1-9 pool  e all events  q quit',
    ]);
  });

  it('shows every event where that is asked for', () => {
    expect(frame({ withAll: true }).join('\n')).toContain('waiter 2 joins the queue');
    expect(frame().join('\n')).not.toContain('waiter 2 joins the queue');
  });

  it.each([
    [24, 6],
    [40, 10],
    [40, 24],
    [80, 24],
    [120, 40],
    [200, 60],
  ])('fits onto %d columns and %d rows', (columns, rows) => {
    for (const picture of [undefined, first, second, crowd()]) {
      for (const trouble of [undefined, 'the dashboard is away: '.repeat(20)]) {
        const lines = frame({ picture, trouble }, columns, rows);
        expect(lines.length).toBe(Math.max(6, rows - 1));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(24, columns - 1));
      }
    }
  });

  it('has the same text with colours', () => {
    const coloured = frame({}, 80, 24, createColors(true));
    expect(coloured).not.toEqual(frame());
    expect(coloured.map((line) => stripVTControlCharacters(line).trimEnd())).toEqual(frame());
  });

  it('says what is wrong', () => {
    expect(frame({ trouble: 'the dashboard is away: gone' })[0]).toBe('○ the dashboard is away: gone');
    expect(frame({ picture: undefined, pools: [], trouble: 'there is no pool now' })[0]).toBe('○ there is no pool now');
  });

  it('leaves out windows that are older than a minute, and places that cannot be', () => {
    const windows = [windowAt(30_000), windowAt(60_000)];
    expect(frame({ picture: { ...second, at: 90_001, windows } })).toContain('  last minute   █  peak 5,123/s');
    const picture = { ...second, cells: cellsOf([0, -1, 2 ** 40, 0.5, 2]) };
    expect(frame({ picture })).toContain('                □·□');
  });

  it('knows nothing of the present second before it has ended', () => {
    const lines = frame({ picture: first });
    expect(lines).toContain('  throughput    –  1 so far');
    expect(lines).toContain('  waited        –');
  });
});

describe('a line', () => {
  it('has the figures of the last second', () => {
    expect(topLine(second)).toBe(
      'search    5,123 checkouts/s  waited p50 3.00 ms p99 6.00 ms  used p50 5.00 ms p99 10.0 ms  1 active  1 idle  2 waiting  pressure 0.52  0 failed  degraded for 1 min 41 s: 1 of 2 connections is unhealthy: no answer.',
    );
    expect(topLine(first)).toContain('  – checkouts/s  waited p50 – p99 –  ');
  });

  it('of JSON has them all', () => {
    expect(JSON.parse(topJsonLine(second))).toEqual({
      pool: { id: 1, name: 'search' },
      version: state.version,
      at: 101_000,
      gauges,
      window: windowAt(100_900),
    });
    expect(JSON.parse(topJsonLine(first))).toMatchObject({ window: null });
  });
});
