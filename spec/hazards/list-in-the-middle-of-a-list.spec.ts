import { BehaviorSubject } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Endpoint, createPool, replay } from '../../lib/index.ts';
import { FakeServer } from '../support/fake-server.ts';
import { collect } from '../support/listen.ts';
import { resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('takes a list that comes while connections of the one before are being closed, and no connection is forgotten', async () => {
  const [a, b, c] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
  const endpoints$ = new BehaviorSubject<readonly Endpoint[]>([a, b]);
  const server = new FakeServer();
  const { connector } = server;
  const pool = createPool<object, Endpoint>({
    connect: connector.connect,
    // Whoever is told of the end of the first one puts the endpoint back at once.
    close: () => {
      if (endpoints$.value.includes(c)) endpoints$.next([b, a]);
    },
    endpoints$,
    minSize: 6,
  });
  const log = collect(pool.events$);
  await settle();
  endpoints$.next([b, c]);
  await settle();
  expect(pool.state.endpoints.map(({ id, connections }) => [id, connections])).toEqual([
    ['b', 3],
    ['a', 3],
  ]);
  expect(pool.state.idle).toBe(6);
  expect(log.filter(({ type }) => type === 'retire')).toHaveLength(3);
  expect(JSON.stringify(replay(log))).toBe(JSON.stringify(pool.state));
});
