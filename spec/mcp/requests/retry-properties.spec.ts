import * as fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import { type McpRequest, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';

/** What a server does with a request: `before` and `after` its execution the connection is cut, in one turn or the next. */
const faults = ['none', 'none', 'before', 'after', 'late', 'error', 'reset'] as const;
const methods = ['tools/call', 'resources/read', 'logging/setLevel', 'prompts/get'] as const;

const asked = fc.record({ method: fc.constantFrom(...methods), faults: fc.array(fc.constantFrom(...faults)) });

it('I18 under any faults a request that is not safe is executed at most once, and each settles once', async () => {
  const property = fc.asyncProperty(
    fc.array(asked, { minLength: 1, maxLength: 25 }),
    fc.integer({ min: 1, max: 4 }),
    run,
  );
  await fc.assert(property, { numRuns: 60 });
}, 60_000);

async function run(plan: readonly { readonly method: string; readonly faults: readonly string[] }[], leases: number) {
  const executions = plan.map(() => 0);
  const received = plan.map(() => 0);
  const server = await startLineServer((message, say, socket) => {
    const n = message.params?.['name'];
    if (typeof n !== 'string') {
      answer(message, initialising(), say);
      return;
    }
    const index = Number(n);
    const fault = plan[index]?.faults[received[index] ?? 0] ?? 'none';
    received[index] = (received[index] ?? 0) + 1;
    if (fault === 'before') {
      socket.destroy();
      return;
    }
    executions[index] = (executions[index] ?? 0) + 1;
    if (fault === 'error') say({ id: message.id, error: { code: -32000, message: 'no' } });
    else if (fault === 'after') socket.destroy();
    else if (fault === 'reset') socket.resetAndDestroy();
    else if (fault === 'late') setImmediate(() => socket.destroy());
    else say({ id: message.id, result: {} });
  });
  const backoff = { minMs: 1, maxMs: 1 };
  const sizes = { minSize: 2, maxSize: 4, maxLeasesPerConnection: leases, connectBackoff: backoff };
  const pool = createMcpPool({ transport: tcp({ port: server.port }), ...sizes });
  const requests: McpRequest[] = plan.map(({ method }, i) => ({ method, params: { name: String(i) } }));
  const options = { settle: true, ordered: true } as const;
  const outcomes = await lastValueFrom(from(requests).pipe(withConnection(pool, undefined, options), toArray()));
  await pool.close();
  await server.stop();
  expect(outcomes).toHaveLength(plan.length);
  for (const [i, { method }] of plan.entries()) {
    const isSafe = method === 'resources/read' || method === 'prompts/get';
    expect(executions[i]).toBeLessThanOrEqual(isSafe ? 3 : 1);
    expect(received[i]).toBeLessThanOrEqual(isSafe ? 3 : 1);
  }
}
