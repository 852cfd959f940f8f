import { from, lastValueFrom, toArray } from 'rxjs';
import { afterEach, expect, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import { type McpPool, createMcpPool, streamableHttp } from '../../../lib/mcp/index.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { bytesInUse } from '../../support/memory.ts';
import { chosenRuns } from '../../support/chosen.ts';
import { callOf } from '../../support/tool-call.ts';

/** All of them show a leak of a kilobyte a call, a fifth one of three. */
const calls = chosenRuns('HTTP_CALLS', 20_000);
const mebibyte = 1024 * 1024;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function call(pool: McpPool, times: number): Promise<void> {
  const requests = Array.from({ length: times }, () => callOf('echo', { message: 'hi' }));
  const answers = await lastValueFrom(
    from(requests).pipe(withConnection(pool, undefined, { buffer: times }), toArray()),
  );
  expect(answers).toHaveLength(times);
}

it.each(['legacy', 'modern'] as const)(
  'calls thousands of times over HTTP without a warning and without growth (%s)',
  { timeout: 120_000 },
  async (era) => {
    const warnings: string[] = [];
    const warned = ({ message }: Error): unknown => warnings.push(message);
    process.on('warning', warned);
    ends.push(() => process.off('warning', warned));
    const server: HttpServer = await startHttpServer();
    ends.push(() => server.stop());
    const pool = createMcpPool({ transport: streamableHttp({ url: server.url }), era, minSize: 4, maxSize: 4 });
    ends.push(() => pool.close());
    await call(pool, calls / 5);
    server.log.length = 0;
    const before = bytesInUse();
    await call(pool, (calls * 4) / 5);
    server.log.length = 0;
    // The server stands in this process and keeps something of each, too.
    expect(bytesInUse() - before).toBeLessThan(Math.max(4, calls / 1250) * mebibyte);
    expect(warnings).toEqual([]);
    expect(pool.state).toMatchObject({ connects: 4, active: 0 });
  },
);
