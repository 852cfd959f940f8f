import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../lib/cli/replay/replay-timeline.ts';
import type { PoolEvent } from '../../../lib/events/pool-event.ts';
import { replay } from '../../../lib/state/replay.ts';
import type { PoolState } from '../../../lib/state/pool-state.ts';
import { randomLog } from '../../support/random-log.ts';

const log = randomLog(1, 5000);
const json = (state: PoolState): unknown => JSON.parse(JSON.stringify(state));
const stateOf = (version: number): PoolState => replay(log.slice(0, version));

function timelineOf(events = log, timeline = new Timeline()): Timeline {
  for (const event of events) timeline.add(event);
  return timeline;
}

/** The first 3000 events, a gap of 500, and the rest. */
function withGap(): Timeline {
  const timeline = timelineOf(log.slice(0, 3000));
  timeline.skip(500);
  timeline.resume({ type: 'snapshot', state: stateOf(3500).toJSON() });
  return timelineOf(log.slice(3500), timeline);
}

describe('a timeline', () => {
  it('shows each version as it was', () => {
    const timeline = timelineOf();
    for (const position of [0, 1, 998, 999, 1000, 1001, 2500, 4998, 4999]) {
      expect(json(timeline.stateAt(position))).toEqual(json(stateOf(position + 1)));
    }
  });

  it('shows any version within milliseconds, whatever was shown before', () => {
    const timeline = timelineOf();
    const once = json(timeline.stateAt(1500));
    timeline.stateAt(4999);
    timeline.stateAt(1501);
    expect(json(timeline.stateAt(1500))).toEqual(once);
  });

  it('goes on after a gap', () => {
    const timeline = withGap();
    expect([timeline.last, timeline.dropped]).toEqual([4500, 500]);
    expect(timeline.momentAt(3000)).toMatchObject({ type: 'snapshot', version: 3500, dropped: 500 });
    expect([timeline.positionOf(3000), timeline.positionOf(3001), timeline.positionOf(3500)]).toEqual([
      2999,
      undefined,
      3000,
    ]);
    for (const position of [2999, 3000, 3001, 4500]) {
      const version = timeline.momentAt(position)?.version ?? 0;
      expect(json(timeline.stateAt(position))).toEqual(json(stateOf(version)));
    }
  });

  it('begins with a snapshot where the log does, and skips those that say nothing new', () => {
    const timeline = new Timeline();
    timeline.resume({ type: 'snapshot', state: stateOf(2000).toJSON() });
    timelineOf(log.slice(1990), timeline);
    timeline.resume({ type: 'snapshot', state: stateOf(5000).toJSON() });
    expect([timeline.last, timeline.momentAt(0)?.version]).toEqual([3000, 2000]);
    expect(json(timeline.stateAt(0))).toEqual(json(stateOf(2000)));
    expect(timeline.beganAt).toBe(log[2000]?.at);
  });

  it('says where a version is missing', () => {
    expect(() => timelineOf(log.slice(5))).toThrow('it begins with version 6 and has no snapshot before it');
    expect(() => timelineOf([...log.slice(0, 5), ...log.slice(6)])).toThrow('version 7 comes after version 5');
  });

  it('finds what stands out', () => {
    const timeline = timelineOf();
    const busy = ['checkout', 'checkin', 'wait', 'leave', 'checking'];
    const isRare = (event: PoolEvent): boolean =>
      !busy.includes(event.type) && !(event.type === 'health' && event.healthy);
    const rare = log.flatMap((event, i) => (isRare(event) ? [i] : []));
    for (const position of [0, 1, 777, 2500, 4998]) {
      expect(timeline.rareAfter(position)).toBe(rare.find((at) => at > position) ?? 4999);
      expect(timeline.rareBefore(position)).toBe(rare.findLast((at) => at < position) ?? 0);
    }
    expect([timeline.rareAfter(4999), timeline.rareBefore(0)]).toEqual([4999, 0]);
  });

  it('finds an instant', () => {
    const timeline = timelineOf();
    expect([timeline.positionAt(0), timeline.positionAt(Infinity)]).toEqual([0, 4999]);
    const at = log[1234]?.at ?? 0;
    expect(timeline.momentAt(timeline.positionAt(at))?.at).toBe(at);
  });

  it('is empty before the first event', () => {
    const timeline = new Timeline();
    expect([timeline.last, timeline.momentAt(0), timeline.stateAt(0).size]).toEqual([-1, undefined, 0]);
  });
});
