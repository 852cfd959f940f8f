import { filter, pipe } from 'rxjs';
import { expect, it } from 'vitest';
import { createPool, leastLoaded } from '../../lib/index.ts';
import { settle } from '../support/virtual-time.ts';

it('does not open connections without end that are for a single use and that the strategy declines', async () => {
  let connects = 0;
  const pool = createPool({
    connect: () => [++connects],
    minSize: 0,
    maxSize: 1,
    maxUses: 1,
    strategy: pipe(
      filter(({ idle }) => idle > 1),
      leastLoaded(),
    ),
  });
  const waiting = pool.checkout().subscribe({ error: () => undefined });
  await settle();
  await settle();
  expect([connects, pool.state.waiting, pool.state.idle]).toEqual([1, 1, 1]);
  waiting.unsubscribe();
  await pool.close();
});
