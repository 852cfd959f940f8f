import { Subject, from, take, takeUntil } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { collect, listen } from '../support/listen.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

/** Numbers without end, as far as anybody can tell. */
function* numbers(): Generator<number> {
  for (let i = 0; i < 100_000; i++) {
    asked = i + 1;
    yield i;
  }
}
let asked = 0;

it('synchronous work without end stops when its subscriber has enough', async () => {
  const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
  const values = collect(from(['request']).pipe(withConnection(pool, () => numbers()), take(3))); // prettier-ignore
  expect(values).toEqual([0, 1, 2]);
  expect(asked).toBeLessThan(10);
  expect(pool.state).toMatchObject({ idle: 1, active: 0 });
});

it('work is not begun for who left while the checkout was told', async () => {
  const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
  const left$ = new Subject<void>();
  listen(pool.events$, ({ type }) => {
    if (type === 'checkout') left$.next();
  });
  const work = vi.fn(() => numbers());
  collect(from(['request']).pipe(withConnection(pool, work), takeUntil(left$)));
  expect(work).not.toHaveBeenCalled();
  expect(pool.state).toMatchObject({ idle: 1, checkouts: 1, checkins: 1, invalidCheckins: 0 });
});

it('work that kills its own connection is over', async () => {
  const { pool, server } = await fakePool({ minSize: 1, maxSize: 1 });
  const work = (connection: FakeConnection) => {
    server.kill(connection);
    return numbers();
  };
  asked = 0;
  await expect(pool.use(work)).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST' });
  expect(asked).toBeLessThan(2);
});

it('requests without end stop when the subscriber has enough', async () => {
  const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
  const values = collect(from(numbers()).pipe(withConnection(pool, (_, n) => [n * 2]), take(3))); // prettier-ignore
  expect(values).toEqual([0, 2, 4]);
  expect(asked).toBeLessThan(10);
  expect(pool.state).toMatchObject({ idle: 1, active: 0, waiting: 0 });
});
