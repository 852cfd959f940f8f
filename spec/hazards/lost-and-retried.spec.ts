import { NEVER, of, range } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withConnection } from '../../lib/requests/with-connection.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const fixed = { healthCheckIntervalMs: 0 };

it('I9 a request that is retried as its connection goes down does not get that connection again', async () => {
  const { pool, server } = await fakePool({ minSize: 1, maxSize: 1, ...fixed });
  const asked: number[] = [];
  const project = ({ id }: FakeConnection) => (asked.push(id) === 1 ? NEVER : of(id));
  const outcome = outcomeOf(of(1).pipe(withConnection(pool, project, { retry: () => true })));
  server.kill({ id: 1 });
  expect(pool.state).toMatchObject({ waiting: 1, lost: 1 });
  await elapse(1000);
  expect([asked, outcome.value]).toEqual([[1, 2], 2]);
});

it('I7 it waits behind those who waited already', async () => {
  const { pool, server } = await fakePool({ minSize: 1, maxSize: 1, ...fixed });
  const order: string[] = [];
  const work = (name: string) => () => {
    order.push(name);
    return name === 'lost' && order.length === 1 ? NEVER : of(name);
  };
  const lost = pool.use(work('lost'), { retry: () => true });
  const waiting = pool.use(work('waiting'));
  server.kill({ id: 1 });
  await elapse(1000);
  expect(await Promise.all([lost, waiting])).toEqual(['lost', 'waiting']);
  expect(order).toEqual(['lost', 'waiting', 'lost']);
});

it('all that shared the connection are asked again, each once', async () => {
  const { pool, server } = await fakePool({ minSize: 1, maxSize: 1, maxLeasesPerConnection: 8, ...fixed });
  const asked: number[] = [];
  const errors: unknown[] = [];
  const project = ({ id }: FakeConnection, request: number) => {
    asked.push(request);
    return id === 1 ? NEVER : of(request);
  };
  const retry = (error: unknown) => errors.push(error) > 0;
  const values = collect(range(0, 8).pipe(withConnection(pool, project, { retry, ordered: true })));
  server.kill({ id: 1 });
  await elapse(1000);
  expect(values).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(asked).toHaveLength(16);
  expect(errors).toMatchObject(Array.from({ length: 8 }, () => ({ data: { sent: true, leases: 8 } })));
});

it('one that was lost on its way to the request is no attempt that had begun', async () => {
  const { pool, server } = await fakePool({ minSize: 1, maxSize: 1, ...fixed });
  const killed = new Set<number>();
  pool.events$.subscribe((event) => {
    if (event.type === 'checkout' && event.waiter !== null && killed.size === 0) {
      killed.add(event.connection);
      server.kill({ id: event.connection });
    }
  });
  const lease = given(pool.tryCheckout());
  const begun: boolean[] = [];
  const used = pool.use(({ id }) => of(id), {
    retry: (error, failed) => codeOf(error) === 'POOL_CONNECTION_LOST' && begun.push(failed.begun) > 0,
  });
  lease.checkin();
  await settle();
  await elapse(1000);
  expect([await used, begun]).toEqual([2, [false]]);
});

it('a server that kills each connection that is used ends it by the circuit breaker', async () => {
  const { pool, server } = await fakePool({ minSize: 1, maxSize: 2, ...fixed });
  const project = ({ id }: FakeConnection) => {
    server.kill({ id });
    return NEVER;
  };
  const outcome = outcomeOf(of(1).pipe(withConnection(pool, project, { retry: () => true })));
  await elapse(10_000);
  expect([codeOf(outcome.error), outcome.errors]).toEqual(['POOL_CONNECT_FAILED', 1]);
  expect(server.connections.length).toBeLessThan(20);
  await pool.close();
  expect(pool.state).toMatchObject({ phase: 'closed', size: 0, active: 0, waiting: 0 });
});
