import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type McpPool,
  type McpPoolOptions,
  type McpTransport,
  createMcpPool,
  stdio,
  tcp,
} from '../../lib/mcp/index.ts';
import { initialising, scriptedProgram, startScriptedServer } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';
import { type Watched, watched } from '../support/watched.ts';

let pool: McpPool;

afterEach(() => pool.close());

function openPool(options: McpPoolOptions & { readonly transport: McpTransport }): Watched {
  const transport = watched(options.transport);
  pool = createMcpPool({ ...options, transport });
  return transport;
}

/** What is to be true of a server that will never be reached. */
async function expectGivenUp(transport: Watched, reason: string): Promise<void> {
  const told = { code: 'POOL_CONNECT_FAILED', cause: { message: expect.stringContaining(reason) as unknown } };
  const began = performance.now();
  await expect(pool.client.ping()).rejects.toMatchObject(told);
  expect(performance.now() - began).toBeLessThan(2000);
  // Whoever comes later is told at once.
  const later = performance.now();
  await expect(pool.client.ping()).rejects.toMatchObject(told);
  expect(performance.now() - later).toBeLessThan(100);
  await sleep(300);
  // Those that were under way together.
  expect(transport.made.length).toBeLessThanOrEqual(2);
}

describe('a program that cannot be started', () => {
  it.each([
    ['is not found', { command: 'no-such-command' }, 'command not found: no-such-command'],
    ['has no working directory', { command: 'node', cwd: '/no/such' }, 'working directory not found: /no/such'],
    ['may not be executed', { command: '/' }, 'command not executable: /'],
  ])('is given up at once where it %s', async (_, program, reason) => {
    await expectGivenUp(openPool({ transport: stdio(program), minSize: 2, maxConnecting: 2 }), reason);
  });
});

describe('a server of another protocol', () => {
  const reason = "Server's protocol version is not supported: 1999-01-01";

  it('is given up at once over stdio', async () => {
    const program = scriptedProgram(initialising('1999-01-01'));
    await expectGivenUp(openPool({ transport: stdio(program), minSize: 2, maxConnecting: 2 }), reason);
  });

  it('is given up at once over TCP', async () => {
    const server = await startScriptedServer(initialising('1999-01-01'));
    const transport = tcp({ port: server.port });
    await expectGivenUp(openPool({ transport, minSize: 2, maxConnecting: 2 }), reason);
    await pool.close();
    await server.stop();
  });

  it('is given up at once where the client insists on a version', async () => {
    const clientOptions = { versionNegotiation: { mode: { pin: '2026-07-28' } } } as const;
    const transport = stdio(scriptedProgram(initialising()));
    await expectGivenUp(openPool({ transport, clientOptions, maxSize: 1 }), 'did not offer pinned');
  });
});

describe('what may yet be reached', () => {
  const connectBackoff = { minMs: 20, maxMs: 20 };

  it('is tried again', async () => {
    const transport = openPool({ transport: tcp({ port: 1 }), minSize: 1, connectBackoff });
    await expect(pool.ready()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await until(() => transport.made.length >= 4);
  });

  it('is so by the word of the user', async () => {
    const isPermanent = () => false;
    const transport = openPool({ transport: stdio({ command: 'not-yet-installed' }), isPermanent, connectBackoff });
    await expect(pool.ready()).rejects.toMatchObject({ cause: { code: 'ENOENT' } });
    await until(() => transport.made.length >= 4);
  });
});
