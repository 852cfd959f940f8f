import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { atExit } from '../../../lib/mcp/lines/at-exit.ts';
import { untilGone } from '../../support/programs.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  /** Who was told of the end, in that order. */
  readonly told: string;
}

const lib = fileURLToPath(new URL('../../../build/lib', import.meta.url));
let copy: string;

beforeAll(() => {
  // Beside it, where Node finds the same dependencies.
  copy = mkdtempSync(`${lib}-`);
  cpSync(lib, copy, { recursive: true });
});

afterAll(() => {
  rmSync(copy, { recursive: true });
});

/** Runs a program that takes these steps and ends so; resolves when none of the processes that it started is left. */
async function ended(how: string, ...steps: readonly string[]): Promise<End> {
  const program = spawn(process.execPath, [builtProgram('ends-beside'), how, ...steps], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, COPY: copy },
  });
  let said = '';
  program.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code, signal] = (await once(program, 'close')) as [number | null, string | null];
  const [, pids = '', told = ''] = /^([\d ]*\d)(.*)$/s.exec(said) ?? [];
  await Promise.all(pids.split(' ').map((pid) => untilGone(Number(pid))));
  return { code, signal, told: told.trim() };
}

describe('the children of a process that ends', () => {
  it.each(['SIGHUP', 'SIGQUIT', 'SIGALRM', 'SIGXCPU'])('end with it at %s', async (signal) => {
    expect(await ended(signal, 'child')).toEqual({ code: null, signal, told: '' });
  });

  describe.each(['SIGINT', 'SIGTERM', 'SIGUSR2'])('at %s, which takes its effect,', (signal) => {
    it.each([
      ['beside a second copy of the package', ['child', 'copied child'], ''],
      ['beside signal-exit 4', ['signal-exit 4', 'child'], 'told 4'],
      ['beside signal-exit 4 that came later', ['child', 'signal-exit 4'], 'told 4'],
      ['beside signal-exit 3', ['signal-exit 3', 'child'], 'told 3'],
      ['beside both, and a second copy', ['signal-exit 3', 'child', 'signal-exit 4', 'copied child'], 'told 4 told 3'],
    ])('end with it %s', async (_, steps, told) => {
      expect(await ended(signal, ...steps)).toEqual({ code: null, signal, told });
    });
  });

  it.each([
    ['by itself', ['listener', 'child'], ''],
    ['beside signal-exit and a second copy', ['signal-exit 4', 'child', 'listener', 'copied child'], 'told 4'],
  ])('end when somebody who listens says so, %s', async (_, steps, told) => {
    expect(await ended('SIGTERM', ...steps)).toEqual({ code: 7, signal: null, told });
  });

  it('end when whoever uses signal-exit takes the signal over', async () => {
    expect(await ended('SIGTERM', 'child', 'taken over')).toEqual({ code: 7, signal: null, told: '' });
  });

  it.each(['3', '4'])('keep nobody from being told of an ordinary end by signal-exit %s', async (version) => {
    const steps = [`signal-exit ${version}`, 'child', 'copied child'];
    expect(await ended('exit', ...steps)).toEqual({ code: 0, signal: null, told: `told ${version}` });
  });
});

describe('atExit', () => {
  const listeners = (): number[] =>
    ['exit', 'SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR2'].map((name) => process.listenerCount(name));

  it('is the same for a module that is loaded again', async () => {
    vi.resetModules();
    const again = await import('../../../lib/mcp/lines/at-exit.ts');
    expect(again.atExit).not.toBe(atExit);
    expect(again.atExit()).toBe(atExit());
  });

  it('listens only while there is something to run, once for all', () => {
    const before = listeners();
    const [first, second] = [() => undefined, () => undefined];
    for (const action of [first, second, first]) atExit().add(action);
    expect(listeners()).toEqual(before.map((count) => count + 1));
    atExit().delete(first);
    expect(listeners()).toEqual(before.map((count) => count + 1));
    atExit().delete(second);
    atExit().delete(second);
    expect(listeners()).toEqual(before);
  });
});
