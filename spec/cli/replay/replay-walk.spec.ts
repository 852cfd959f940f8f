import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RecordedLog, recordedLog } from '../recorded-log.ts';
import { type Ran, keyboard, ran } from '../test-io.ts';

let log: RecordedLog;

beforeAll(async () => {
  log = await recordedLog();
});
afterAll(() => log.remove());

describe('the walk', () => {
  /** Presses keys, one whenever something was drawn, and tells of the last line that says where it is. */
  async function walked(keys: readonly string[], columns = 80): Promise<Ran & { where: string; modes: boolean[] }> {
    const stdin = keyboard();
    let where = '';
    const left = [...keys];
    const onWrite = (text: string): void => {
      where = /version [\d,]+ of [\d,]+/.exec(stripVTControlCharacters(text))?.[0] ?? where;
      if (text.includes('\u001b[?2026h')) setImmediate(() => stdin.write(left.shift() ?? ''));
    };
    const result = await ran(['replay', log.file], { isTTY: true, columns, rows: 24, stdin, onWrite });
    return { ...result, where, modes: stdin.modes };
  }
  const last = (): string => log.events.length.toLocaleString('en-US');

  it('goes where the keys lead', async () => {
    expect((await walked(['q'])).where).toBe(`version 1 of ${last()}`);
    expect((await walked(['\u001b[C', '\u001b[C', '\u001b[D', 'q'])).where).toBe(`version 2 of ${last()}`);
    expect((await walked(['\u001b[B', '\u001b[C', 'q'])).where).toBe(`version 102 of ${last()}`);
    expect((await walked(['\u001b[F', 'q'])).where).toBe(`version ${last()} of ${last()}`);
  });

  it('plays to the end', async () => {
    const stdin = keyboard();
    const onWrite = (text: string): void => {
      if (text.includes('\u001b[?1049h')) setImmediate(() => stdin.write(' '));
      if (text.includes('every connection is gone')) setImmediate(() => stdin.write('q'));
    };
    const { exitCode, stdout } = await ran(['replay', log.file], { isTTY: true, rows: 24, stdin, onWrite });
    expect([exitCode, stdout.includes('▶ plays')]).toEqual([0, true]);
  });

  it('leaves the terminal as it was, whatever ends it', async () => {
    const before = process.listenerCount('exit');
    for (const [key, exitCode] of [
      ['q', 0],
      ['\u0003', 130],
    ] as const) {
      const result = await walked([key]);
      expect(result.exitCode).toBe(exitCode);
      expect(result.modes).toEqual([true, false]);
      expect(result.stdout).toMatch(/^\u001b\[\?1049h\u001b\[\?25l/);
      expect(result.stdout).toMatch(/\u001b\[\?25h\u001b\[\?1049l$/);
    }
    const controller = new AbortController();
    const stdin = keyboard();
    const onWrite = (text: string): void => {
      if (text.includes('version 1 of')) controller.abort('SIGTERM');
    };
    const result = await ran(['replay', log.file], { isTTY: true, stdin, signal: controller.signal, onWrite });
    expect([result.exitCode, result.stdout.endsWith('\u001b[?1049l')]).toEqual([143, true]);
    expect([stdin.modes, process.listenerCount('exit')]).toEqual([[true, false], before]);
  });

  it('prints the summary in a terminal where it is told to, or where nobody can press a key', async () => {
    const { stdout } = await ran(['replay', log.file, '--plain'], { isTTY: true, columns: 50, stdin: keyboard() });
    expect(stdout).toMatch(/^log /);
    for (const line of stdout.split('\n').slice(2)) expect(line.length).toBeLessThanOrEqual(49);
    expect((await ran(['replay', log.file], { isTTY: true })).stdout).toMatch(/^log /);
  });
});
