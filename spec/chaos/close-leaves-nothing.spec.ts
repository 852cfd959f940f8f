import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Remains } from '../support/closes-under-load.ts';
import { type LineServer, startLineServer } from '../support/line-server.ts';
import { hasProc } from '../support/process-groups.ts';
import { answer, initialising } from '../support/scripted-server.ts';
import { builtProgram } from '../support/start-tcp-server.ts';
import { until } from '../support/until.ts';

const nothing = { resources: [], listeners: 0, processes: [], untold: 0 };

let server: LineServer;

beforeEach(async () => {
  server = await startLineServer((message, say) => {
    if (message.method !== 'never') answer(message, initialising(), say);
  });
});
afterEach(() => server.stop());

/** Runs a program that closes a pool, to its end. */
async function remainsOf(...how: (string | number)[]): Promise<Remains> {
  const args = [builtProgram('closes-under-load'), ...how.map(String)];
  const program = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  program.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const [code] = (await once(program, 'close')) as [number];
  expect(code).toBe(0);
  return JSON.parse(told) as Remains;
}

describe.runIf(hasProc)('I12 after close() of a pool under load', () => {
  it('there is no socket, timer or listener, and everybody has been told', async () => {
    const remains = await remainsOf('tcp', server.port);
    expect(remains).toMatchObject(nothing);
    expect(remains.connections).toBeGreaterThan(2);
    await until(() => server.sockets.size === 0);
  });

  it('there is no process either, whoever started it', async () => {
    const remains = await remainsOf('stdio', 0);
    expect(remains).toMatchObject(nothing);
    expect(remains.connections).toBeGreaterThan(2);
  });
});

describe.runIf(hasProc)('I12 after close() of a pool that has just been opened', () => {
  it.each([0, 10, 40, 120])('there is nothing left of its processes (after %d ms)', async (ms) => {
    expect(await remainsOf('stdio', 0, ms)).toMatchObject(nothing);
  });

  it.each([0, 2, 10])('there is nothing left of its sockets (after %d ms)', async (ms) => {
    expect(await remainsOf('tcp', server.port, ms)).toMatchObject(nothing);
  });
});
