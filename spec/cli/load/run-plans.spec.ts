import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { LoadFlags } from '../../../lib/cli/load/load-options.ts';
import type { RunPlan } from '../../../lib/cli/load/load-run.ts';
import { clientsWithoutPool, runPlans } from '../../../lib/cli/load/run-plans.ts';
import { stdio } from '../../../lib/mcp/lines/stdio.ts';
import { tcp } from '../../../lib/mcp/lines/tcp.ts';
import { optionsOf, serverAt } from '../samples.ts';

const overTcp = { transport: tcp({ port: 3000 }), name: 'x', close: () => Promise.resolve() };
const overStdio = { ...overTcp, transport: stdio({ command: 'node' }) };

function plansOf(flags: Partial<LoadFlags>, target = overTcp): readonly RunPlan[] {
  return runPlans(optionsOf({ args: { message: 'hi' }, ...flags }), target, 'echo');
}

describe('runPlans', () => {
  it('sends the same requests of the same clients with a pool and without', () => {
    const [first, second] = plansOf({ min: 2, max: 4, leases: 3, strategy: 'least-loaded', name: 'mine' });
    const request = { method: 'tools/call', params: { name: 'echo', arguments: { message: 'hi' } } };
    const common = { request, clients: 100, timeoutMs: 10_000, durationMs: 10_000 };
    expect(first).toMatchObject({ ...common, mode: 'with pool', pool: { minSize: 2, maxSize: 4, name: 'mine' } });
    expect(first?.pool).toMatchObject({ maxLeasesPerConnection: 3, connectTimeoutMs: 10_000 });
    expect(second).toMatchObject({ ...common, mode: 'without pool', pool: { pool: false } });
  });

  it('has room for a connection of each client, and for those that are being closed', () => {
    const [, second] = plansOf({ clients: 700 });
    expect(second?.pool.maxSize).toBeGreaterThanOrEqual(1400);
  });

  it('leaves out the run without a pool where nothing is to be compared', () => {
    expect(plansOf({ compare: false }).map(({ mode }) => mode)).toEqual(['with pool']);
  });

  it('starts no more processes at once than there are processors', () => {
    const processors = Math.max(2, availableParallelism());
    expect(plansOf({}, overStdio).map(({ clients }) => clients)).toEqual([100, Math.min(100, processors)]);
    expect([clientsWithoutPool(1, overStdio.transport), clientsWithoutPool(500, overTcp.transport)]).toEqual([1, 500]);
  });

  it("opens connections as the server's file says", () => {
    const ofFile = { era: 'modern' as const, connectTimeoutMs: 700, idleTimeoutMs: 1000 };
    const options = optionsOf({}, serverAt(overTcp.transport, ofFile));
    const [first, second] = runPlans(options, overTcp, 'echo');
    expect(first?.pool).toMatchObject({ ...ofFile, minSize: 10, maxSize: 50 });
    expect(second?.pool).toMatchObject({ era: 'modern', connectTimeoutMs: 700, pool: false });
  });

  it('gives a program the time to be downloaded', () => {
    expect(plansOf({}, overStdio).map(({ pool }) => pool.connectTimeoutMs)).toEqual([60_000, 60_000]);
  });
});
