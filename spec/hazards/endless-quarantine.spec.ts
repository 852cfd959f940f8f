import { NEVER, Subject } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { given } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1 };

it('I20 a quarantine that does not end costs the connection after closeTimeoutMs', async () => {
  const { pool, server, log } = await fakePool({ ...one, quarantine: ({ id }) => (id === 1 ? NEVER : undefined) });
  await pool.use(() => 1);
  await elapse(1999);
  expect(pool.state.active).toBe(1);
  await elapse(1);
  expect(log.find(({ type }) => type === 'destroy')).toMatchObject({ reason: 'the quarantine went on for 2000 ms' });
  expect(server.connections.map(({ closes }) => closes)).toEqual([1, 0]);
});

it('I20 a quarantine that ends counts as the check of a connection that did not answer in time', async () => {
  const quarantine$ = new Subject<never>();
  const { pool, server } = await fakePool({ ...one, quarantine: () => quarantine$, isTimeout: () => true });
  server.connection(1).health = 'silent';
  await expect(pool.use(() => Promise.reject(new Error('late')))).rejects.toThrow('late');
  expect(pool.state).toMatchObject({ active: 1, unhealthy: 0 });
  quarantine$.complete();
  expect(pool.state).toMatchObject({ idle: 1, unhealthy: 0, healthCheckFailures: 0 });
  expect(given(pool.tryCheckout()).connection.id).toBe(1);
});

it('I20 where it fails such a connection is a suspect, which checks decide about', async () => {
  const quarantine$ = new Subject<never>();
  const { pool, server } = await fakePool({ ...one, quarantine: () => quarantine$, isTimeout: () => true });
  server.connection(1).health = 'silent';
  await expect(pool.use(() => Promise.reject(new Error('late')))).rejects.toThrow('late');
  quarantine$.error(new Error('no sign of life'));
  await settle();
  expect(pool.state).toMatchObject({ idle: 1, unhealthy: 1, destroyed: 0 });
  expect(server.connection(1).checks).toBe(1);
});

it('I20 and where nobody checks it is replaced, for nobody would ever learn that it answers again', async () => {
  const quarantine$ = new Subject<never>();
  const options = { ...one, quarantine: () => quarantine$, isTimeout: () => true, healthCheckIntervalMs: 0 };
  const { pool, server } = await fakePool(options);
  await expect(pool.use(() => Promise.reject(new Error('late')))).rejects.toThrow('late');
  quarantine$.error(new Error('no sign of life'));
  await settle();
  expect(pool.state).toMatchObject({ idle: 1, unhealthy: 0, destroyed: 1 });
  expect(server.connections.map(({ closes }) => closes)).toEqual([1, 0]);
});
