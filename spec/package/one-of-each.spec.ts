import { expect, it } from 'vitest';
import { entryPoints } from '../support/manifest.ts';
import { runCode } from '../support/run-code.ts';

// In a process of its own: the runner of the specs would load the bundle in its own way.

it('has one PoolError, whichever entry point it comes through', async () => {
  const told = await runCode(`
    import { PoolError, createPool } from 'rx-mcp-pool';
    import { createMcpPool, tcp } from 'rx-mcp-pool/mcp';
    const pools = [createPool({ connect: async () => 1 }), createMcpPool({ transport: tcp({ port: 1 }), minSize: 0 })];
    for (const pool of pools) {
      await pool.close();
      const error = await pool.lease().catch((error) => error);
      console.log(error instanceof PoolError, error.constructor === PoolError, error.code);
    }`);
  expect(told.split('\n')).toEqual(['true true POOL_CLOSED', 'true true POOL_CLOSED']);
});

it('has one of everything that several entry points export', async () => {
  const told = await runCode(`
    const names = ${JSON.stringify([...entryPoints.keys()])};
    const entries = await Promise.all(names.map((name) => import(name)));
    const values = new Map();
    for (const entry of entries) {
      for (const [name, value] of Object.entries(entry)) values.set(name, (values.get(name) ?? new Set()).add(value));
    }
    console.log(JSON.stringify([...values].filter(([, { size }]) => size > 1).map(([name]) => name)));
    console.log(values.get('serveTcp').size, entries.every((entry) => Object.keys(entry).length > 0));`);
  expect(told.split('\n')).toEqual(['[]', '1 true']);
});

it('recognises the leases and errors of one entry point in another: isBroken decides about a connection of MCP', async () => {
  const told = await runCode(`
    import { McpServer } from '@modelcontextprotocol/server';
    import { lastValueFrom, of } from 'rxjs';
    import { withConnection } from 'rx-mcp-pool';
    import { createMcpPool, tcp } from 'rx-mcp-pool/mcp';
    import { serveTcp } from 'rx-mcp-pool/serve';
    const server = await serveTcp(() => new McpServer({ name: 'bare', version: '1.0.0' }));
    const retired = [];
    const judged = [];
    const pool = createMcpPool({
      transport: tcp({ port: server.port }),
      minSize: 1,
      maxSize: 1,
      isBroken: ({ code }) => judged.push(code) === 2,
    });
    pool.events$.subscribe(({ type, reason, connection }) => type === 'retire' && retired.push(reason + connection));
    const request = { method: 'there is no such method' };
    for (let i = 0; i < 3; i++) await lastValueFrom(of(request).pipe(withConnection(pool))).catch(() => undefined);
    console.log(judged.join(), retired.join());
    await pool.close();
    await server.close();`);
  expect(told).toBe('-32601,-32601,-32601 broken1');
});
