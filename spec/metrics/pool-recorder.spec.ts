import { describe, expect, it } from 'vitest';
import { PoolRecorder } from '../../lib/metrics/pool-recorder.ts';
import { checkout, connecting, removed, up } from '../support/metric-events.ts';

const twoSlots = [{ slots: 2, windowMs: 2000 }];

describe('PoolRecorder', () => {
  it('tells endpoints apart, and forgets one of which it has heard nothing for its longest window', () => {
    const recorder = new PoolRecorder(twoSlots);
    for (const event of [connecting(1, 1, 'a'), up(4, 1), connecting(5, 2, 'b'), checkout(7, 1), checkout(9, 3)])
      recorder.record(event);
    const windows = [1, 2, 3, 4].map(() => recorder.close(1000));
    expect(windows[0]).toMatchObject({
      waitTimeUs: { count: 2 },
      endpoints: [{ endpoint: 'a', connectTimeUs: { max: 3000 }, waitTimeUs: { count: 1, max: 7000 } }],
    });
    expect(windows.map(({ endpoints }) => endpoints.length)).toEqual([1, 1, 1, 0]);
  });

  it('knows a connection by its endpoint until it is gone', () => {
    const recorder = new PoolRecorder([]);
    for (const event of [connecting(1, 1, 'a'), up(2, 1), removed(1), checkout(5, 1)]) recorder.record(event);
    expect(recorder.close(1000).endpoints).toMatchObject([{ endpoint: 'a', waitTimeUs: { count: 0 } }]);
  });

  it('tells 64 endpoints apart at most', () => {
    const recorder = new PoolRecorder([]);
    for (let id = 0; id < 100; id++) {
      recorder.record(connecting(1, id, `e${id}`));
      recorder.record(checkout(1, id));
    }
    const { endpoints, waitTimeUs } = recorder.close(1000);
    expect([endpoints.length, waitTimeUs.count]).toEqual([64, 100]);
  });
});
