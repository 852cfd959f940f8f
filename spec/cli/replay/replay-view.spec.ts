import { createColors } from 'picocolors';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../lib/cli/replay/replay-timeline.ts';
import { replayFrame } from '../../../lib/cli/replay/replay-view.ts';
import { type BareEvent, checkin, checkout, health, logOf, on, opened, up, wait } from '../../support/pool-log.ts';
import { randomLog } from '../../support/random-log.ts';
import { bare } from '../samples.ts';
import type { Paint } from '../../../lib/cli/terminal/canvas.ts';

function timelineOf(...events: BareEvent[]): Timeline {
  const timeline = new Timeline();
  for (const event of logOf(events)) timeline.add(event);
  return timeline;
}

function frame(timeline: Timeline, position: number, columns = 80, rows = 24, paint: Paint = bare): string[] {
  return replayFrame({ timeline, cursor: { position }, now: 0 }, { columns, rows, paint });
}

const small = timelineOf(
  opened({ name: 'search', maxSize: 3 }),
  ...up(0, 1),
  health(1, false),
  { type: 'connecting', ...on(2) },
  checkout(0),
  wait(1, 0, 'a'),
  wait(2, 1),
  checkin(0),
);

describe('the walk through a log', () => {
  it('shows the pool after an event, and the events around it', () => {
    expect(frame(small, 9).map((line) => line.trimEnd())).toEqual([
      'search: pool of 0 to 3, roundRobin, open',
      'version 10 of 11  0:00.090 of 0:00.100  paused',
      `${'━'.repeat(70)}●${'─'.repeat(8)}`,
      '  health        degraded for 0.0 s: 1 of 2 connections is unhealthy: no answer.',
      '',
      '  event         waiter 2 joins the queue, priority 1',
      '  connections   ■ 1 active  □ 0 idle  + 1 connecting  ! 1 unhealthy',
      '                ■!+',
      '  waiting       2  #2 p1 0 µs  #1 a 10.0 ms',
      '',
      '   1  0:00.000  opened         a pool of 0 to 3 connections, roundRobin',
      '   2  0:00.010  connecting     connection 1 is being opened',
      '   3  0:00.020  up             connection 1 is up',
      '   4  0:00.030  connecting     connection 2 is being opened',
      '   5  0:00.040  up             connection 2 is up',
      '   6  0:00.050  health         connection 2 is not well: no answer',
      '   7  0:00.060  connecting     connection 3 is being opened',
      '   8  0:00.070  checkout       connection 1 gets lease 1',
      '   9  0:00.080  wait           waiter 1 joins the queue, key a',
      '▶ 10  0:00.090  wait           waiter 2 joins the queue, priority 1',
      '  11  0:00.100  checkin        lease 1 of connection 1 ends after 3.00 ms',
      '',
      '←→ one  ↑↓ 100  n/p rare  space play  home/end  q quit',
    ]);
  });

  it.each([
    [24, 6],
    [40, 10],
    [40, 24],
    [80, 24],
    [120, 40],
    [200, 60],
  ])('fits onto %d columns and %d rows wherever it is', (columns, rows) => {
    const big = new Timeline();
    for (const event of randomLog(3, 3000)) big.add(event);
    for (const timeline of [small, big]) {
      for (const position of [0, 1, timeline.last >> 1, timeline.last]) {
        const lines = frame(timeline, position, columns, rows);
        expect(lines.length).toBe(Math.max(6, rows - 1));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(24, columns - 1));
        expect(lines.at(-1)).toContain('one');
      }
    }
  });

  it('has the same text with colours', () => {
    const coloured = frame(small, 9, 80, 24, createColors(true));
    expect(coloured).not.toEqual(frame(small, 9));
    expect(coloured.map(stripVTControlCharacters)).toEqual(frame(small, 9));
  });

  it('says that it plays, and goes on between two events', () => {
    const cursor = { position: 0, playing: { at: 10, since: 1000 } };
    const lines = replayFrame({ timeline: small, cursor, now: 1004 }, { columns: 80, rows: 24, paint: bare });
    expect(lines[1]).toBe('version 1 of 11  0:00.004 of 0:00.100  ▶ plays');
  });

  it('tells as a number what has no room', () => {
    const slots = Array.from({ length: 1000 }, (_, slot) => slot);
    const many = timelineOf(opened(), ...up(...slots));
    const lines = frame(many, many.last);
    const shown = lines.join('').split('□').length - 2;
    expect(lines.join('\n')).toContain(` ${1000 - shown} more\n`);
  });

  it('says where events are missing', () => {
    const timeline = timelineOf(opened());
    timeline.skip(1200);
    timeline.resume({ type: 'snapshot', state: { ...small.stateAt(9).toJSON(), version: 1201 } });
    expect(frame(timeline, 1)[5]).toBe('  event         1,200 events before it are missing');
  });
});
