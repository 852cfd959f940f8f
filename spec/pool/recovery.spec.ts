import { firstValueFrom, filter } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Pool, createPool } from '../../lib/index.ts';
import type { Socket } from 'node:net';
import { codeOf, given } from '../support/outcome.ts';
import { collect } from '../support/listen.ts';
import { type TcpEcho, echo, startTcpEcho } from '../support/tcp-echo.ts';

let server: TcpEcho;
let pool: Pool<Socket>;

beforeEach(async () => {
  server = await startTcpEcho();
  pool = createPool({ ...server.connector, minSize: 4, maxSize: 8 });
  await pool.ready();
});
afterEach(async () => {
  await pool.close({ timeoutMs: 1 });
  await server.stop();
});

const event = (type: string) =>
  firstValueFrom(pool.events$.pipe(filter((event) => event.type === type)), { defaultValue: undefined });
const kill = (socket: Socket) => server.sockets.get(Number(socket.localPort))?.destroy();

describe('a pool of real sockets', () => {
  it('is used, and every byte comes back', async () => {
    const texts = Array.from({ length: 40 }, (_, i) => `text ${i}`);
    await expect(Promise.all(texts.map((text) => pool.use((socket) => echo(socket, text))))).resolves.toEqual(texts);
  });

  it('has a new connection within 100 ms after the server killed one', async () => {
    const lease = given(pool.tryCheckout());
    const killedAt = performance.now();
    const replaced = event('up');
    kill(lease.connection);
    await replaced;
    expect(performance.now() - killedAt).toBeLessThan(100);
    expect(pool.state).toMatchObject({ idle: 4, active: 0, lost: 1 });
  });

  it('fails the work on it with POOL_CONNECTION_LOST, and no other work', async () => {
    const lost = pool.use((socket) => {
      kill(socket);
      return echo(socket, 'lost');
    });
    const others = [1, 2, 3].map((i) => pool.use((socket) => echo(socket, `other ${i}`)));
    await expect(lost.catch(codeOf)).resolves.toBe('POOL_CONNECTION_LOST');
    await expect(Promise.all(others)).resolves.toEqual(['other 1', 'other 2', 'other 3']);
  });

  it('tells the holder through revoked$, and a late checkin does no harm', async () => {
    const lease = given(pool.tryCheckout());
    const revocations = collect(lease.revoked$);
    const down = event('down');
    kill(lease.connection);
    await down;
    expect(revocations).toMatchObject([{ reason: 'down' }]);
    lease.checkin();
    expect(pool.state).toMatchObject({ invalidCheckins: 1, lost: 1, checkins: 0, active: 0 });
  });

  it('comes back when all die at once, never connecting more than four at a time', async () => {
    const log = collect(pool.state$);
    for (const socket of server.sockets.values()) socket.destroy();
    await event('down');
    await pool.ready();
    expect(pool.state.idle).toBe(4);
    expect(Math.max(...log.map(({ connecting }) => connecting))).toBeLessThanOrEqual(4);
    await expect(pool.use((socket) => echo(socket, 'again'))).resolves.toBe('again');
  });

  it('finds out that nobody listens any more, and who asks learns it', async () => {
    await server.stop();
    while (pool.state.idle > 0) await event('down');
    const error: unknown = await pool.use((socket) => echo(socket, 'x'), { timeoutMs: 50 }).catch((e: unknown) => e);
    expect(codeOf(error)).toMatch(/POOL_CHECKOUT_TIMEOUT|POOL_CONNECT_FAILED/);
    expect((error as Error).cause).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
