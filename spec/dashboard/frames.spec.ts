import { describe, expect, it } from 'vitest';
import { Frames } from '../../lib/dashboard/frames.ts';
import { PoolFeed } from '../../lib/dashboard/pool-feed.ts';
import { createPool } from '../../lib/index.ts';

describe('frames', () => {
  it.each(['always', 'watched', 'off'] as const)(
    'tell after the end what can be looked back at (%s)',
    async (history) => {
      const pool = createPool({ connect: () => Promise.resolve(1), minSize: 1 });
      const feed = new PoolFeed(1, pool, { history, historyEvents: 1000, pools: () => ({ pools: [] }) });
      await pool.use(() => Promise.resolve());
      await pool.close();
      // Nothing happens from here on, so that there will be no frame.
      const frames = new Frames(feed);
      const { history: told } = frames.snapshot();
      expect([told?.from, told?.to]).toEqual(history === 'always' ? [1, pool.state.version] : [undefined, undefined]);
      expect(frames.next()).toBeUndefined();
      feed.close();
    },
  );
});
