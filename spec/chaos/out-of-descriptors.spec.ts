import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Shortage } from '../support/pool-out-of-descriptors.ts';
import { builtProgram } from '../support/start-tcp-server.ts';

/** Loading the program takes hundreds at once; what is left for the pool, it decides itself. */
async function run(limit: number): Promise<Shortage> {
  const program = [process.execPath, builtProgram('pool-out-of-descriptors')];
  const child = spawn('sh', ['-c', `ulimit -n ${limit}; exec "$0" "$1"`, ...program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(0);
  return JSON.parse(told) as Shortage;
}

it.runIf(existsSync('/bin/sh'))(
  'a pool that is out of descriptors works on with what it has, and recovers',
  async () => {
    const { failures, attempts, shortMs, answered, asked, idle } = await run(1024);
    expect(failures).toEqual([expect.stringMatching(/^out of file descriptors, cannot start/)]);
    expect(answered).toBe(asked);
    expect(asked).toBeGreaterThan(3);
    // Delays of up to 100 ms are 50 ms in the mean; a pool that spins makes hundreds.
    expect(attempts).toBeLessThan(3 * (shortMs / 50));
    expect(attempts).toBeGreaterThan(0);
    expect(idle).toBe(12);
  },
);
