import { afterEach, expect, it } from 'vitest';
import { createMcpPool, serveTcp, tcp, type McpPool, type TcpServer } from '../../lib/mcp/index.ts';
import { keyOf, orWanted } from '../../lib/mcp/wanted-connection.ts';
import { leastLoaded } from '../../lib/index.ts';
import { askingTools } from '../support/asking-tools.ts';

let server: TcpServer;
let pool: McpPool;
afterEach(async () => {
  await pool.close();
  await server.close();
});

async function open(): Promise<number[]> {
  server = await serveTcp(askingTools().create);
  pool = createMcpPool({ transport: tcp({ port: server.port }), era: 'modern', minSize: 3, maxSize: 3 });
  await pool.ready();
  return [...pool.state.connections].map(({ id }) => id);
}

it('is given to who wants it, whose turn it may be', async () => {
  for (const id of await open()) {
    for (let i = 0; i < 3; i++) {
      using lease = await pool.lease({ key: keyOf(id) });
      expect(lease.id).toBeGreaterThan(0);
      expect(lease.connection.id).toBe(id);
    }
  }
});

it('is waited for while somebody else has it, though others are free', async () => {
  const [id = 0] = await open();
  const lease = await pool.lease({ key: keyOf(id) });
  const waiting = pool.lease({ key: keyOf(id) });
  expect(pool.state.waiting).toBe(1);
  lease.checkin();
  using second = await waiting;
  expect(second.connection.id).toBe(id);
});

it('is another one where it is gone, and for a key that means something else', async () => {
  const ids = await open();
  using gone = await pool.lease({ key: keyOf(999) });
  using named = await pool.lease({ key: 'somebody' });
  expect(ids).toEqual(expect.arrayContaining([gone.connection.id, named.connection.id]));
});

it('leaves the name of a strategy as it was, and a strategy of a user alone', async () => {
  await open();
  expect(pool.state.strategy).toBe('roundRobin');
  expect(Reflect.get(orWanted(leastLoaded()), 'strategyName')).toBe('leastLoaded');
  const own = leastLoaded().bind(undefined);
  expect(orWanted(own)).toBe(own);
});
