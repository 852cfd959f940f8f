import type { Socket } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, stdio, tcp } from '../../lib/mcp/index.ts';
import { type LineServer, startLineServer } from '../support/line-server.ts';
import { isAlive } from '../support/programs.ts';
import { answer, initialising, scriptedProgram } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';
import { pidOf, watched } from '../support/watched.ts';

const mebibyte = 1024 * 1024;

let server: LineServer | undefined;
let pool: McpPool;

afterEach(async () => {
  await pool.close();
  await server?.stop();
  server = undefined;
});

/** A server that answers `long` with so many bytes in chunks of 8 KiB, and never answers `never`. */
async function startTalker(bytes: number): Promise<number> {
  const chunk = 'x'.repeat(8 * 1024);
  const talk = (id: unknown, socket: Socket): void => {
    socket.write(`{"jsonrpc":"2.0","id":${String(id)},"result":{"text":"`);
    for (let i = 0; i < bytes / chunk.length; i++) socket.write(chunk);
    socket.write('"}}\n');
  };
  server = await startLineServer((message, say, socket) => {
    if (message.method === 'long') talk(message.id, socket);
    else if (message.method !== 'never') answer(message, initialising(), say);
  });
  return server.port;
}

describe('a message over maxMessageBytes', () => {
  it('fails every request on its connection with the numbers, and the next one is served', async () => {
    const transport = tcp({ port: await startTalker(11 * mebibyte) });
    pool = createMcpPool({ transport, minSize: 1, maxSize: 1, maxLeasesPerConnection: 3 });
    await pool.ready();
    const lost = ['never', 'never', 'long'].map((method) => pool.use((connection) => connection.request({ method })));
    for (const one of lost) {
      await expect(one).rejects.toMatchObject({
        code: 'POOL_CONNECTION_LOST',
        cause: { message: expect.stringMatching(/the limit is 10485760 \(maxMessageBytes\)$/) as unknown },
      });
    }
    expect(await pool.client.ping()).toEqual({});
    expect([...pool.state.connections].map(({ id }) => id)).toEqual([2]);
    await until(() => server?.sockets.size === 1);
  });

  it('ends the process that said it', async () => {
    const before = `process.stdin.on('data', (chunk) => {
      if (chunk.includes('"long"')) process.stdout.write('x'.repeat(200_000));
    });`;
    const program = scriptedProgram({ ...initialising(), long: { nothing: true } }, before);
    const transport = watched(stdio({ ...program, maxMessageBytes: 100_000 }));
    pool = createMcpPool({ transport, maxSize: 1 });
    const asked = pool.use(async (connection) => {
      await firstValueFrom(connection.request({ method: 'long' }));
    });
    await expect(asked).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST' });
    expect(await pool.client.ping()).toEqual({});
    await until(() => !isAlive(pidOf(transport.made[0])));
  });
});

describe('a message of 32 MiB in chunks of 8 KiB', () => {
  it('is read without being searched again for each of them, where it is allowed', async () => {
    const transport = tcp({ port: await startTalker(32 * mebibyte), maxMessageBytes: 64 * mebibyte });
    pool = createMcpPool({ transport, minSize: 1, maxSize: 1 });
    await pool.ready();
    const began = performance.now();
    const { text } = await pool.use((connection) => connection.request({ method: 'long' }));
    const took = performance.now() - began;
    expect(String(text)).toHaveLength(32 * mebibyte);
    // It takes a second, and 49 s where what has come is searched from the start with each chunk.
    expect(took).toBeLessThan(15_000);
  });
});
