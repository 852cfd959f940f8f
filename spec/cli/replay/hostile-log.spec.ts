import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PoolEvent, replay } from '../../../lib/index.ts';
import { opened, logOf } from '../../support/pool-log.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';
import { keyboard, ran } from '../test-io.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-pool-hostile-'));
});
afterAll(() => rm(folder, { recursive: true }));

const header = { type: 'log', format: 1, recording: 'r', part: 1, date: 'd' };
const evil = '\u001b]0;owned\u0007\u009b31m\u202eabc\r\n\u0000';
const [first] = logOf([opened({ maxSize: 4 })]) as [PoolEvent];

async function logWith(...entries: readonly object[]): Promise<string> {
  const file = join(folder, `${Math.random()}.jsonl`);
  await writeFile(file, [header, first, ...entries].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return file;
}

/** Everything that a log may say in words. */
const wordy = (words: string): readonly object[] => {
  const on = { connection: 1, slot: 0, endpoint: words };
  return [
    { type: 'endpointListed', endpoint: words },
    { type: 'connecting', ...on },
    { type: 'up', ...on, info: { [words]: words } },
    { type: 'wait', waiter: words, priority: words, key: words },
    { type: 'notice', ...on, note: words },
    { type: 'retire', ...on, reason: words },
    { type: 'leave', waiter: words, reason: words, key: words },
    { type: 'refuse', reason: words },
    { type: 'circuit', circuit: words, retryAt: words },
    { type: 'resize', size: words },
    { type: words },
  ].map((event, i) => ({ ...event, at: i, version: i + 2 }));
};

describe('a log that says things to the terminal', () => {
  it.each([[], ['--json'], ['--events'], ['--events', '--json'], ['--at', '8'], ['--at', '8', '--json']])(
    'is told with %j as text',
    async (...flags) => {
      const renamed = { ...first, name: evil, strategy: evil, floor: evil, version: 1 };
      const file = await logWith(renamed, ...wordy(evil));
      const { exitCode, stdout, stderr } = await ran(['replay', file, ...flags]);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    },
  );

  it('is walked through as text', async () => {
    const file = await logWith(...wordy(evil));
    let shown = '';
    const stdin = keyboard();
    const onWrite = (text: string) => {
      shown += text;
      if (text.includes('\u001b[?2026h')) setImmediate(() => stdin.write('q'));
    };
    await ran(['replay', file], { isTTY: true, columns: 120, stdin, onWrite });
    expect(shown).not.toMatch(/\u001b\]0|[\u0080-\u009f\u202e]/);
  });

  it('has no such date, in whichever part', async () => {
    const file = join(folder, 'dated.jsonl');
    await writeFile(file, `${JSON.stringify({ ...header, date: evil, recording: evil })}\n${JSON.stringify(first)}\n`);
    for (const flags of [[], ['--json']]) {
      expect((await ran(['replay', file, ...flags])).stdout).not.toMatch(/[\u001b\u0080-\u009f\u202e]/);
    }
  });
});

describe('a log with a slot that cannot be', () => {
  it.each([-1, 4, 2 ** 31, 1e300, 0.5, '0', '__proto__', null, [0]])('of %j is refused, by its line', async (slot) => {
    const file = await logWith({ type: 'connecting', connection: 1, slot, at: 1, version: 2 });
    for (const flags of [[], ['--events'], ['--at', '2', '--json']]) {
      const { exitCode, stdout, stderr } = await ran(['replay', file, ...flags]);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toBe(`mcp-pool: ${file}, line 3: slot ${JSON.stringify(slot)} of a pool that has 4\n`);
    }
  });

  it('is refused where it stands in a snapshot', async () => {
    const state = { ...replay([first]).toJSON(), version: 9, connections: [{ slot: -1 }] };
    const { exitCode, stderr } = await ran(['replay', await logWith({ type: 'snapshot', state })]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('line 3: slot -1 of a pool that has 4');
  });

  it('does nothing to a program that replays it', () => {
    for (const slot of [-1, 0.5, 2 ** 31, NaN]) {
      const connecting: PoolEvent = { type: 'connecting', connection: 1, slot, at: 1, version: 2 };
      expect(replay([first, connecting])).toMatchObject({ version: 2, size: 0 });
      const state = { ...replay([first]).toJSON(), connections: [{ slot }] };
      expect(() => replay([], state as never)).toThrow(RangeError);
    }
  });
});

describe('a log whose entries are of another shape', () => {
  it.each([
    [{ type: 7 }],
    [{ type: 'notice', at: 'now', version: 2 }],
    [{ type: 'notice', at: 1, version: 1.5 }],
    [{ type: 'notice', at: 1, version: 2, note: { toString: 1 } }],
    [{ type: 'up', at: 1, version: 2, connection: 1, slot: 0, info: { server: { toString: 1 } } }],
    [{ type: 'dropped', events: '1' }],
    [{ type: 'snapshot', state: { version: 5, connections: 'none' } }],
  ])('is refused, by its line: %j', async (entry) => {
    const { exitCode, stderr } = await ran(['replay', await logWith(entry), '--events']);
    expect([exitCode, stderr.split('\n').length]).toEqual([2, 2]);
    expect(stderr).toContain(', line 3: ');
  });

  it('takes nothing of a snapshot that is of another type', () => {
    const state = { ...replay([first]).toJSON(), lowIdleBefore: 'x', checkouts: {}, name: 7 };
    expect(replay([], state as never)).toMatchObject({ lowIdleBefore: [], checkouts: 0, name: '', maxSize: 4 });
  });
});

describe.runIf(process.platform !== 'win32')('what is no file', () => {
  it.each(['/dev/zero', '/dev/null'])('is not read: %s', async (file) => {
    expect(await ran(['replay', file])).toMatchObject({
      exitCode: 2,
      stderr: `mcp-pool: ${file} is no regular file\n`,
    });
  });

  it('does not hang on a pipe that nobody writes to', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await ran(['replay', pipe])).toMatchObject({
      exitCode: 2,
      stderr: `mcp-pool: ${pipe} is no regular file\n`,
    });
  });
});

describe('long lines', () => {
  it('are read to the end in one pass', async () => {
    const note = 'é'.repeat(12 * 1024 * 1024);
    const file = await logWith({ type: 'notice', connection: 1, slot: 0, note, at: 1, version: 2 });
    const before = process.cpuUsage();
    const { exitCode } = await ran(['replay', file]);
    expect([exitCode, process.cpuUsage(before).user < 10_000_000]).toEqual([0, true]);
  });

  it('are refused above 64 MiB, before they are in memory', async () => {
    const file = await logWith();
    const handle = await open(file, 'r+');
    const { size } = await handle.stat();
    await handle.truncate(size + 2 ** 33);
    await handle.close();
    const { exitCode, stderr } = await ran(['replay', file]);
    expect([exitCode, stderr]).toEqual([2, `mcp-pool: ${file}, line 3: longer than 67108864 bytes\n`]);
  });
});

it('hears Ctrl-C while it reads', async () => {
  const file = join(folder, 'huge.jsonl');
  const wait = (n: number) => `${JSON.stringify({ type: 'wait', at: n, version: n, waiter: n, priority: 0 })}\n`;
  const lines = Array.from({ length: 400_000 }, (_, i) => wait(i + 2)).join('');
  await writeFile(file, `${JSON.stringify(header)}\n${JSON.stringify(first)}\n${lines}`);
  const main = builtProgram('../../lib/cli/main');
  const child = spawn(process.execPath, [main, 'replay', file, '--events'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  child.stdout.resume();
  expect(await once(child, 'exit')).toEqual([130, null]);
});
