import { createServer } from 'node:net';
import { once } from 'node:events';
import { firstValueFrom, filter, lastValueFrom, map, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createMcpPool, stdio, tcp } from '../../lib/mcp/index.ts';
import { createPool } from '../../lib/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { workServer } from '../../lib/mcp/server/work-server.ts';

const dying = "console.error('cannot open billing.yaml'); process.exit(1)";

/** A port at which nobody listens any more. */
async function refusingPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

describe('the health of a pool', () => {
  it('tells what a server that exits has written, since when, and when it is tried next', async () => {
    const transport = stdio({ command: process.execPath, args: ['-e', dying] });
    await using pool = createMcpPool({ transport, minSize: 1, connectBackoff: { minMs: 20_000, maxMs: 20_000 } });
    const before = performance.now();
    expect(pool.health).toMatchObject({ status: 'degraded' });
    const down = await firstValueFrom(pool.health$.pipe(filter(({ status }) => status === 'down')));
    expect(down.because).toMatch(/^Nothing is up: .*code 1.*cannot open billing\.yaml.* Next try (in [\d.]+ s|now)\.$/);
    expect(down.since).toBeGreaterThanOrEqual(before);
    expect(pool.health.since).toBe(down.since);
    expect(pool.pressure).toBe(1);
  });

  it('keeps secret what must not be logged', async () => {
    const script = "console.error('bad token ' + process.env.API_TOKEN); process.exit(1)";
    const env = { API_TOKEN: 'very-secret-4711' };
    const transport = stdio({ command: process.execPath, args: ['-e', script], env });
    await using pool = createMcpPool({ transport, minSize: 1 });
    const down = await firstValueFrom(pool.health$.pipe(filter(({ status }) => status === 'down')));
    expect(down.because).toMatch(/bad token/);
    expect(down.because).not.toMatch(/4711/);
  });

  it('is well again once a server that refused has come back', async () => {
    const port = await refusingPort();
    const backoff = { minMs: 20, maxMs: 100 };
    await using pool = createMcpPool({ transport: tcp({ port }), minSize: 1, maxSize: 1, connectBackoff: backoff });
    const down = await firstValueFrom(pool.health$.pipe(filter(({ status }) => status === 'down')));
    expect(down.because).toMatch(/ECONNREFUSED/);
    const server = await serveTcp(workServer, { port });
    const well = await firstValueFrom(pool.health$.pipe(filter(({ status }) => status === 'ok')));
    expect(server.port).toBe(port);
    expect(well.because).toBe('1 connection is up.');
    expect(well.since).toBeGreaterThan(down.since);
    expect(pool.pressure).toBe(0);
    await server.close();
  });

  it('is told when it changes and not with each lease, and ends with the pool', async () => {
    const pool = createPool({ connect: () => Promise.resolve({}), minSize: 1, maxSize: 1 });
    const told = lastValueFrom(
      pool.health$.pipe(
        map(({ status }) => status),
        toArray(),
      ),
    );
    await pool.ready();
    for (let n = 0; n < 10; n++) await pool.use(() => n);
    await pool.close();
    expect(await told).toEqual(['degraded', 'ok', 'down']);
    expect(pool.health.because).toBe('The pool is closed.');
  });
});
