import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../support/connected-transport.ts';
import { isAlive, nodeProgram, pidIn, started, stopAll, untilGone } from '../../support/programs.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';

/** Says when it is ready to be stubborn, ignores the end of its stdin, and SIGTERM too where told so. */
const staying = (ignored: string): string =>
  `${ignored} setInterval(() => {}, 1000); console.log('ready ' + process.pid);`;
const grandchild = `
  const idle = ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('pid ' + process.pid)"];
  require('node:child_process').spawn(process.execPath, idle, { stdio: 'inherit' });`;

afterEach(stopAll);

describe('closing a child', () => {
  it('lets a polite server leave by itself', async () => {
    const { transport, records } = await started(nodeProgram(`process.stdin.resume();`));
    const began = performance.now();
    await Promise.all([transport.close(), transport.close()]);
    expect(performance.now() - began).toBeLessThan(1500);
    expect(records).toMatchObject({ errors: [], closes: 1 });
    expect(isAlive(transport.pid)).toBe(false);
  });

  it('sends SIGTERM to one that stays, and SIGKILL to one that stays even then', async () => {
    const closing = async (ignored: string): Promise<number> => {
      const { transport, records } = await started(nodeProgram(staying(ignored)));
      await until(() => records.errors.length === 1);
      const began = performance.now();
      await transport.close();
      expect(isAlive(transport.pid)).toBe(false);
      return performance.now() - began;
    };
    const [obedient, stubborn] = await Promise.all([closing(''), closing(`process.on('SIGTERM', () => {});`)]);
    expect(obedient).toBeGreaterThan(1900);
    expect(obedient).toBeLessThan(2900);
    expect(stubborn).toBeGreaterThan(2900);
    expect(stubborn).toBeLessThan(4500);
  });

  it('reads on while it closes, so that a server with much to say can leave', async () => {
    const program = `process.stdin.resume().on('end', () => process.stdout.write('x'.repeat(4e6) + '\\n', () => process.exit()));
      setInterval(() => {}, 1000);`;
    const { transport, records } = await started(nodeProgram(program));
    const began = performance.now();
    await transport.close();
    expect(performance.now() - began).toBeLessThan(1900);
    expect(records.errors).toEqual([]);
  });

  it.each(['close', 'kill'] as const)('leaves no grandchild behind after a %s', async (end) => {
    const { transport, records } = await started(
      nodeProgram(`${grandchild} process.stdin.resume().on('end', () => process.exit());`),
    );
    await until(() => records.errors.length === 1);
    await transport[end]();
    await transport.close();
    await untilGone(pidIn(records.errors[0]));
    expect(records.closes).toBe(1);
  });

  it('kills a stopped child at once', async () => {
    const { transport } = await started(nodeProgram(staying('')));
    process.kill(transport.pid ?? 0, 'SIGSTOP');
    const began = performance.now();
    transport.kill();
    await transport.close();
    expect(performance.now() - began).toBeLessThan(1000);
    expect(isAlive(transport.pid)).toBe(false);
  });

  it('listens to the exit and the signals of this process only while there are children', async () => {
    const ends = ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
    const listeners = () => ends.map((end) => process.listenerCount(end));
    const before = listeners();
    const programs = [1, 2, 3].map(() => started(nodeProgram('process.stdin.resume();')));
    const children = await Promise.all(programs);
    expect(listeners()).toEqual(before.map((count) => count + 1));
    await Promise.all(children.map(({ transport }) => transport.close()));
    expect(listeners()).toEqual(before);
  });
});

describe('out of file descriptors', () => {
  it('rejects the start, and goes on as before when there are some again', async () => {
    const program = [process.execPath, builtProgram('out-of-descriptors')];
    const parent = spawn('sh', ['-c', 'ulimit -n 1024; exec "$0" "$1"', ...program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    parent.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
    await once(parent, 'close');
    expect(told.trim().split('\n')).toEqual([
      'EMFILE out of file descriptors, cannot start: node',
      'EMFILE out of file descriptors, cannot start: node',
      'started',
    ]);
  });
});

describe('when this process ends', () => {
  it.each(['exit', 'throw', 'reject', 'SIGINT', 'SIGTERM', 'SIGHUP'])(
    'has the whole group killed at %s',
    async (how) => {
      const parent = spawn(process.execPath, [builtProgram('ends-with-children'), how], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let told = '';
      parent.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
      const [, signal] = (await once(parent, 'close')) as [number | null, string | null];
      expect(signal).toBe(how.startsWith('SIG') ? how : null);
      const pids = told.trim().split(' ').map(Number);
      expect(pids).toHaveLength(2);
      await Promise.all(pids.map(untilGone));
    },
  );
});
