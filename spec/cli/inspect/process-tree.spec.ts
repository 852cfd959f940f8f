import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { footprintOf } from '../../../lib/cli/inspect/process-tree.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Starts a program that says when it is ready. */
async function ready(script: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  running.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

const idle = `process.stdin.resume(); console.log('ready');`;

describe.skipIf(!existsSync('/proc/self/stat'))('what a program takes of the machine', () => {
  it('is its own process, with some megabytes', async () => {
    const { processes, memoryBytes } = await footprintOf(await ready(idle));
    expect(processes).toBe(1);
    expect(memoryBytes).toBeGreaterThan(1_000_000);
    expect(memoryBytes).toBeLessThan(1_000_000_000);
  });

  it('is also what it has started, though in a group of its own', async () => {
    const child = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(idle)}],
      { stdio: ['pipe', 'inherit', 'ignore'], detached: true })`;
    expect(await footprintOf(await ready(child))).toMatchObject({ processes: 2 });
  });
});
