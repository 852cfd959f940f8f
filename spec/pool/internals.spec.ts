import { EMPTY, NEVER } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Pool, createPool } from '../../lib/index.ts';
import { createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { committedOf, endOf, internals } from '../../lib/pool/internals.ts';
import { FakeServer } from '../support/fake-server.ts';
import { listen } from '../support/listen.ts';

const sizes = { minSize: 0, maxSize: 2 };
type AnyPool = Pick<Pool<unknown>, 'events$' | 'state$' | 'resize' | 'close'>;
const opening: [string, () => AnyPool][] = [
  ['createPool', () => createPool({ ...new FakeServer().connector, ...sizes })],
  ['createMcpPool', () => createMcpPool({ transport: tcp({ port: 1 }), ...sizes })],
];

function opened(open: () => AnyPool): AnyPool {
  const pool = open();
  onTestFinished(() => pool.close());
  return pool;
}

describe.each(opening)('the internals of a pool by %s', (_, open) => {
  it('tell of events before anybody else is told', async () => {
    const pool = opened(open);
    await Promise.resolve();
    const told: string[] = [];
    listen(pool.events$, ({ type }) => told.push(type));
    listen(committedOf(pool), ({ type }) => told.push(`${type} committed`));
    pool.resize(0);
    expect(told).toEqual(['resize committed', 'resize']);
  });

  it('tell of the end once the states have ended, and later too', async () => {
    const pool = opened(open);
    const told: string[] = [];
    pool.state$.subscribe({ complete: () => told.push('states') });
    endOf(pool).subscribe({ complete: () => told.push('end') });
    expect(told).toEqual([]);
    await pool.close();
    endOf(pool).subscribe({ complete: () => told.push('end, later') });
    expect(told).toEqual(['states', 'end', 'end, later']);
  });

  it('count no checkout as one that begins later where none does', () => {
    expect(internals(opened(open))?.delayedCheckouts()).toBe(0);
  });
});

it('are none of what is no pool, whose events are as it tells them', () => {
  const like = { events$: NEVER };
  expect(internals(like)).toBeUndefined();
  expect(committedOf(like)).toBe(NEVER);
  let hasEnded = false;
  endOf({ state$: EMPTY }).subscribe({ complete: () => (hasEnded = true) });
  expect(hasEnded).toBe(true);
});
