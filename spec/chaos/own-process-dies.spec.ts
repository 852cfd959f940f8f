import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { hasProc, livingInGroups } from '../support/process-groups.ts';
import { builtProgram } from '../support/start-tcp-server.ts';
import { until } from '../support/until.ts';

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  /** The processes that its servers led. */
  readonly groups: readonly number[];
}

/** Runs a program that has a pool under load, and ends so. */
async function ended(...how: string[]): Promise<End> {
  const program = spawn(process.execPath, [builtProgram('dies-with-pool'), ...how], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let told = '';
  program.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const [code, signal] = (await once(program, 'close')) as [number | null, string | null];
  return { code, signal, groups: told.split(' ').map(Number) };
}

async function expectNobodyLeft({ groups }: End): Promise<void> {
  expect(groups).toHaveLength(3);
  await until(() => livingInGroups(groups).length === 0);
}

describe.runIf(hasProc)('no server outlives the process that has the pool', () => {
  it.each([
    ['exit', 0],
    ['throw', 1],
    ['reject', 1],
  ])('when that ends by %s', async (how, code) => {
    const end = await ended(how);
    expect(end).toMatchObject({ code, signal: null });
    await expectNobodyLeft(end);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('when that gets %s and nobody listens', async (signal) => {
    const end = await ended(signal);
    expect(end).toMatchObject({ code: null, signal });
    await expectNobodyLeft(end);
  });

  it.each(['SIGINT', 'SIGTERM'])('when that gets %s and a listener decides to exit', async (signal) => {
    const end = await ended(signal, 'exiting');
    expect(end).toMatchObject({ code: 7, signal: null });
    await expectNobodyLeft(end);
  });

  it.each(['SIGINT', 'SIGTERM'])('when that gets %s and a listener closes the pool', async (signal) => {
    const end = await ended(signal, 'closing');
    // Nothing of the pool keeps the process alive after that.
    expect(end).toMatchObject({ code: 0, signal: null });
    await expectNobodyLeft(end);
  });
});
