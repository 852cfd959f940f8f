import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type McpPool, createMcpPool, stdio } from '../../../lib/mcp/index.ts';
import { startPackageRegistry } from '../../support/package-registry.ts';
import { initialising, scriptedProgram } from '../../support/scripted-server.ts';

const name = 'a-small-server';
const answers = { ...initialising(), 'tools/call': { result: { content: [{ type: 'text', text: 'at last' }] } } };
const program = `#!/usr/bin/env node\n${String(scriptedProgram(answers).args?.at(-1))}`;
/** Longer than a checkout waits. */
const archiveMs = 5500;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** As on a machine where it has never run: nothing is cached, and the registry is slow. */
async function poolOf(packageName: string): Promise<McpPool> {
  const registry = await startPackageRegistry({ name, program }, archiveMs);
  const home = await mkdtemp(join(tmpdir(), 'first-run-'));
  ends.push(
    () => registry.stop(),
    () => rm(home, { recursive: true, force: true, maxRetries: 5 }),
  );
  const env = {
    HOME: home,
    npm_config_cache: join(home, 'cache'),
    npm_config_registry: registry.url,
    npm_config_update_notifier: 'false',
  };
  const pool = createMcpPool({
    transport: stdio({ command: 'npx', args: ['-y', packageName], env, cwd: home }),
  });
  ends.push(() => pool.close());
  return pool;
}

it('serves the first request though npx has to load the server first, with nothing configured', async () => {
  const pool = await poolOf(name);
  const began = performance.now();
  expect(await pool.client.callTool({ name: 'any' })).toEqual({ content: [{ type: 'text', text: 'at last' }] });
  expect(performance.now() - began).toBeGreaterThan(archiveMs);
  expect(pool.state.connectFailures).toBe(0);
}, 60_000);

it('tells at once that there is no such package, in the words of npm', async () => {
  const pool = await poolOf('none-such');
  await expect(pool.client.callTool({ name: 'any' })).rejects.toThrow(
    // The registry's address is a value of the environment.
    /the server exited with code 1, at once and twice in a row: npm error 404 Not Found - GET \*\*\*none-such/,
  );
}, 60_000);
