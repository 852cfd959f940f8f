import { NEVER, firstValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { CommandError } from '../../../lib/cli/command-error.ts';
import { type RunPlan, loadRun } from '../../../lib/cli/load/load-run.ts';
import { tcp } from '../../../lib/mcp/lines/tcp.ts';

it('errors when nothing can be reached', async () => {
  const plan: RunPlan = {
    mode: 'with pool',
    clients: 1,
    request: { method: 'ping' },
    timeoutMs: 1000,
    durationMs: 1000,
    requests: undefined,
    schedule: undefined,
    warmupMs: 0,
    pool: { transport: tcp({ port: 1 }) },
  };
  const outcome = firstValueFrom(loadRun(plan, NEVER).pipe(toArray()), { defaultValue: [] });
  await expect(outcome).rejects.toThrow(CommandError);
  await expect(outcome).rejects.toThrow(
    /^cannot open the pool: [^:]+: connecting failed .*ECONNREFUSED 127.0.0.1:1; next try in \d+ ms$/,
  );
});
