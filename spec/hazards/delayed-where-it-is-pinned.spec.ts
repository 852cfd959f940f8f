import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom, of, throwError } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { type McpPool, createMcpPoolFamily, tcp } from '../../lib/mcp/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { internals } from '../../lib/pool/internals.ts';
import { openPool } from '../support/open-pool.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { toolServer } from '../support/tool-server.ts';
import { until } from '../support/until.ts';

const pinned = { minSize: 1, maxSize: 1, sharing: 'pinned', affinity: () => 'key' } as const;
const long = 60_000;
const fail = () => throwError(() => new Error('failed'));

async function transportToTools(): Promise<ReturnType<typeof tcp>> {
  const server = await serveTcp(toolServer());
  onTestFinished(() => server.close());
  return tcp({ port: server.port });
}

async function openPinned(): Promise<McpPool> {
  return openPool({ transport: await transportToTools(), ...pinned });
}

it('ends the delay of a retry when the pool is closed', async () => {
  const pool = await openPinned();
  const failed = rejectionOf(pool.use(fail, { key: 'key', retry: () => long }));
  await until(() => internals(pool)?.delayedCheckouts() === 1);
  await pool.close();
  expect(await failed).toMatchObject({ message: 'failed' });
});

it('ends the delay of a retry when its signal is aborted', async () => {
  const pool = await openPinned();
  const abort = new AbortController();
  const options = { checkout: () => ({ key: 'key', signal: abort.signal }), retry: () => long };
  const failed = rejectionOf(lastValueFrom(of(1).pipe(withConnection(pool, fail, options))));
  await until(() => internals(pool)?.delayedCheckouts() === 1);
  abort.abort('no longer wanted');
  expect(await failed).toBe('no longer wanted');
});

it('keeps a pin whose connection is gone for who is to come later', async () => {
  const pool = await openPinned();
  let times = 0;
  const work = ({ id }: { readonly id: number }, lease: { destroy(): void }): Promise<number> => {
    if (times++ > 0) return Promise.resolve(id);
    lease.destroy();
    return Promise.reject(new Error('failed'));
  };
  expect(await pool.use(work, { key: 'key', retry: () => 50 })).toBeGreaterThan(1);
});

it.each([
  ['exclusive', {}],
  ['pinned', { ...pinned, pinIdleMs: 20 }],
])('keeps a pool of a family open for who is to come later: %s', async (_, sharing) => {
  const transport = await transportToTools();
  const options = () => ({ transport, minSize: 1, maxSize: 1, ...sharing });
  const pools = createMcpPoolFamily({ key: (user: string) => user, options, maxPools: 1, idleTimeoutMs: 20 });
  onTestFinished(() => pools.close());
  let times = 0;
  const work = (): Promise<string> => (times++ > 0 ? Promise.resolve('done') : Promise.reject(new Error('failed')));
  const asked = pools.for('a').use(work, { key: 'key', retry: () => 300 });
  await until(() => times === 1);
  await sleep(100);
  expect(() => pools.for('b')).toThrow('in use');
  expect(await asked).toBe('done');
  await until(() => pools.size === 0);
});
