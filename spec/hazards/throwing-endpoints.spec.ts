import { Observable } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Endpoint, createPool } from '../../lib/index.ts';
import { FakeServer } from '../support/fake-server.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

function poolOf(endpoints$: Observable<readonly Endpoint[]>) {
  const server = new FakeServer();
  const { connector } = server;
  const pool = createPool<object, Endpoint>({ connect: connector.connect, endpoints$, minSize: 2 });
  return { pool, server };
}

it('I12 closes though the teardown of endpoints$ throws', async () => {
  const { pool } = poolOf(
    new Observable((subscriber) => {
      subscriber.next([{ id: 'a' }]);
      return () => {
        throw new Error('teardown');
      };
    }),
  );
  await pool.ready();
  const closed = vi.fn();
  void pool.close().then(closed);
  await elapse(5000);
  expect(closed).toHaveBeenCalledOnce();
  expect(pool.state).toMatchObject({ phase: 'closed', size: 0 });
});

it('takes a subscription that throws for an error', async () => {
  const { pool } = poolOf(
    new Observable(() => {
      throw new Error('no such name');
    }),
  );
  await expect(pool.ready()).rejects.toThrow('there are no endpoints, and the list has ended: no such name');
  await pool.close();
});

it('takes an endpoint whose id throws for no endpoint', async () => {
  const list: readonly Endpoint[] = [
    {
      get id(): string {
        throw new Error('no id');
      },
    },
  ];
  const { pool } = poolOf(
    new Observable((subscriber) => {
      subscriber.next([{ id: 'a' }]);
      subscriber.next(list);
    }),
  );
  await settle();
  expect(pool.state).toMatchObject({ idle: 2, endpoints: [{ id: 'a' }] });
  await pool.close();
});
