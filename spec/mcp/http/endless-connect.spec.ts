import { afterEach, expect, it } from 'vitest';
import { createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { elapse, rest, resumeTime, stopTime } from '../../support/virtual-time.ts';

afterEach(resumeTime);

it('lets a connect take as long as the pool allows, the SDK notwithstanding', async () => {
  const held: (() => void)[] = [];
  const server = await startLineServer((message, say) => {
    held.push(() => {
      answer(message, initialising(), say);
    });
  });
  stopTime();
  const pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, connectTimeoutMs: 0 });
  while (held.length === 0) await rest();
  await elapse(600_000);
  expect(pool.state).toMatchObject({ connecting: 1, connectFailures: 0 });
  for (const say of held) say();
  await pool.ready();
  expect(pool.state.connectMs).toBeGreaterThanOrEqual(600_000);
  await pool.close();
  await server.stop();
});
