import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { from, lastValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PoolEvent } from '../../lib/index.ts';
import { readLog, recordTo } from '../../lib/log/index.ts';
import { randomLog } from '../support/random-log.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rx-mcp-pool-log-'));
  file = join(folder, 'pool.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const record = (log: readonly PoolEvent[]) => lastValueFrom(from(log).pipe(recordTo(file)));

describe('readLog', () => {
  it('leaves out a last line that was cut off', async () => {
    const log = randomLog(12, 30);
    await record(log);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, -10));
    expect([...readLog(file)]).toEqual(log.slice(0, 29));
  });

  it('reads what is not ASCII wherever a chunk ends', async () => {
    const leaks = Array.from({ length: 3000 }, (_, i): PoolEvent => ({
      type: 'strategyFailed',
      error: `${'é'.repeat(i % 7)}€😀`,
      at: i,
      version: i + 2,
    }));
    const [opened] = randomLog(1, 1) as [PoolEvent];
    await record([opened, ...leaks]);
    expect([...readLog(file)].slice(1)).toEqual(leaks);
  });

  it('tells where a line is no entry, and that a file is no log', async () => {
    await record(randomLog(13, 3));
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, lines.toSpliced(2, 1, '{"type":').join('\n'));
    expect(() => [...readLog(file)]).toThrow(new SyntaxError(`${file}, line 3: not an entry of a log`));
    await writeFile(file, '{"type":"opened"}\n');
    expect(() => [...readLog(file)]).toThrow(new TypeError(`${file} is no log: its first line is not a header`));
    await writeFile(file, '');
    expect(() => [...readLog(file)]).toThrow(TypeError);
    expect(() => [...readLog(`${file}.9`)]).toThrow('ENOENT');
  });

  it.runIf(process.platform === 'linux')('closes its file when it is left early', async () => {
    await record(randomLog(14, 3000));
    for (let i = 0; i < 2000; i++) for (const entry of readLog(file)) if (entry.type === 'opened') break;
    expect((await readdir('/proc/self/fd')).length).toBeLessThan(500);
  });
});
