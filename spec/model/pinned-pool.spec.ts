import { afterEach, beforeEach, expect, it } from 'vitest';
import { resumeTime, stopTime } from '../support/virtual-time.ts';
import { PinnedPool } from './pinned-pool.ts';

beforeEach(stopTime);
afterEach(resumeTime);

/** What a run is to have seen at least once in all seeds: a model that nothing happens to proves nothing. */
const seen = new Set<string>();

it.each(Array.from({ length: 40 }, (_, i) => i + 1))(
  'keeps one connection for a key and one key for a connection, first come first served: seed %i',
  async (seed) => {
    const pool = new PinnedPool(seed);
    for (let i = 0; i < 120; i++) await pool.step();
    await pool.end();
    for (const event of pool.log) seen.add('reason' in event ? `${event.type} ${event.reason}` : event.type);
  },
);

it('has seen pins end in every way', () => {
  for (const kind of ['retire pin', 'retire unhealthy', 'destroy broken', 'down', 'leave timeout']) {
    expect(seen).toContain(kind);
  }
});
