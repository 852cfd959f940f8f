import type { Socket } from 'node:net';
import { type Observable, fromEvent, take } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Pool, createPool, sharedAllowance } from '../../lib/index.ts';
import { type TcpEcho, echo, startTcpEcho } from '../support/tcp-echo.ts';
import { until } from '../support/until.ts';

let server: TcpEcho;

beforeEach(async () => {
  server = await startTcpEcho();
});
afterEach(() => server.stop());

/** Ends its side, and is closed when the server has ended its own: by then the server counts it no longer. */
function closeGently(socket: Socket): Observable<unknown> {
  const closed$ = fromEvent(socket, 'close').pipe(take(1));
  socket.end();
  return closed$;
}

it('keeps to the bound on real connections, as the server counts them, and serves three pools', async () => {
  let [open, most] = [0, 0];
  server.listener.on('connection', (socket: Socket) => {
    most = Math.max(most, ++open);
    socket.once('end', () => open--);
  });
  const allowance = sharedAllowance(4);
  const { connect } = server.connector;
  const common = { connect, close: closeGently, checkoutTimeoutMs: 0, maxUses: 20 };
  const pools = ['a', 'b', 'c'].map((name) => createPool({ ...common, name, allowance, minSize: 0, maxSize: 4 }));
  const work = async (pool: Pool<Socket>): Promise<void> => {
    for (let i = 0; i < 60; i++) expect(await pool.use((socket) => echo(socket, 'hello'))).toBe('hello');
  };
  await Promise.all(pools.flatMap((pool) => Array.from({ length: 6 }, () => work(pool))));
  expect(pools.map(({ state }) => state.checkouts)).toEqual([360, 360, 360]);
  expect(most).toBe(4);
  await Promise.all(pools.map((pool) => pool.close()));
  await until(() => open === 0);
});

it('gives a pool that comes late its share, without cutting off what is under way', async () => {
  const allowance = sharedAllowance(4);
  const options = { ...server.connector, allowance, minSize: 0, maxSize: 4, checkoutTimeoutMs: 5000 };
  const first = createPool({ ...options, name: 'first' });
  const leases = await Promise.all([1, 2, 3, 4].map(() => first.lease()));
  const second = createPool({ ...options, name: 'second' });
  const late = Promise.all([1, 2].map(() => second.lease()));
  await until(() => first.state.allowed === 2 && first.state.closing === 2);
  expect(second.state.size).toBe(0);
  // What is leased goes on until it is given back.
  for (const { connection } of leases) expect(await echo(connection, 'still here')).toBe('still here');
  for (const lease of leases) lease.checkin();
  for (const lease of await late) {
    expect(await echo(lease.connection, 'at last')).toBe('at last');
    lease.checkin();
  }
  expect([first.state.size, second.state.size]).toEqual([2, 2]);
  await Promise.all([first.close(), second.close()]);
});
