import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PoolEvent, replay } from '../../../lib/index.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';
import { type RecordedLog, recordedLog } from '../recorded-log.ts';
import { type Ran, keyboard, ran } from '../test-io.ts';

let log: RecordedLog;
let folder: string;
let file: string;
let events: readonly PoolEvent[];

beforeAll(async () => {
  log = await recordedLog();
  ({ folder, file, events } = log);
});
afterAll(() => log.remove());

function replayed(flags: string, given: Parameters<typeof ran>[1] = {}, path = file): Promise<Ran> {
  return ran(['replay', path, ...flags.split(' ').filter(Boolean)], given);
}

async function fileOf(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

describe('mcp-pool replay', () => {
  it('sums a log up where there is no terminal', async () => {
    const { exitCode, stdout, stderr } = await replayed('');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^log +.*pool\.jsonl, ([3-9]|\d\d) files, begun 20/);
    expect(stdout).toContain(`versions        1 to ${events.length.toLocaleString('en-US')} in 0:0`);
    expect(stdout).toMatch(/^events .*\b400 checkout\b/m);
    expect(stdout).toMatch(/^dropped +0\npool +search: 4 to 4, roundRobin, closed\n/m);
    expect(stdout).toMatch(/^checkouts +400 so far, 400 checked in$/m);
  });

  it('sums it up as one document', async () => {
    const { stdout } = await replayed('--json');
    const counts = (type: string): number => events.filter((event) => event.type === type).length;
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'replay',
      log: { file, recording: expect.any(String) as string },
      span: { from: 1, to: events.length, fromAt: events[0]?.at, toAt: events.at(-1)?.at },
      events: { wait: counts('wait'), checkout: counts('checkout'), connecting: counts('connecting'), closed: 1 },
      dropped: 0,
      pool: { name: 'search', phase: 'closed', checkouts: 400, checkins: 400, version: events.length },
    });
  });

  it('prints the state at a version, the last one being that of the pool', async () => {
    const { stdout } = await replayed('--at 321 --json');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(replay(events.slice(0, 321)))));
    expect(JSON.parse((await replayed(`--at ${events.length} --json`)).stdout)).toEqual(
      JSON.parse(JSON.stringify(log.state)),
    );
    expect((await replayed('--at 321')).stdout).toMatch(/^version +321, 0:0.* after the first\npool +search/);
  });

  it('prints a line for each event, of some types or of all', async () => {
    const all = (await replayed('--events')).stdout.trimEnd().split('\n');
    expect(all.length).toBe(events.length);
    expect(all[0]).toBe('        1  0:00.000  opened           a pool of 4 to 4 connections, roundRobin');
    const some = (await replayed('--events up,closed')).stdout.trimEnd().split('\n');
    expect(some).toEqual(all.filter((line) => / (up|closed) {3}/.test(line)));
    expect(some.length).toBe(5);
  });

  it('prints events as one list', async () => {
    expect(JSON.parse((await replayed('--events --json')).stdout)).toEqual(events);
    expect(JSON.parse((await replayed('--events leak --json')).stdout)).toEqual([]);
  });

  it('reads a log that was cut off, and says what is missing', async () => {
    const [first = '', second = '', ...rest] = (await readFile(`${file}.1`, 'utf8')).split('\n');
    const after = JSON.parse(second) as { state: { version: number } };
    const header = first.replace(/"part":\d+/, '"part":1');
    const jump = { ...after.state, version: 900_000 };
    const lines = [header, second, ...rest.slice(0, 9), '{"type":"dropped","events":12}'];
    const log = await fileOf(
      'gap.jsonl',
      `${lines.join('\n')}\n${JSON.stringify({ type: 'snapshot', state: jump })}\n{"ty`,
    );
    const { exitCode, stdout } = await replayed('', {}, log);
    expect([exitCode, /^dropped +12$/m.test(stdout)]).toEqual([0, true]);
    expect((await replayed('--events', {}, log)).stdout).toMatch(/\n12 events are missing here\n$/);
    expect((await replayed('--at 800000', {}, log)).stderr).toContain(`to 900000, but for those that were dropped\n`);
  });

  it('sums up a log that nothing has happened in yet', async () => {
    const header = (await readFile(file, 'utf8')).split('\n')[0] ?? '';
    const log = await fileOf('empty.jsonl', `${header.replace(/"part":\d+/, '"part":1')}\n`);
    expect((await replayed('', { isTTY: true, stdin: keyboard() }, log)).stdout).toMatch(
      /^events +none\ndropped +0\n$/m,
    );
    expect((await replayed('--at 1', {}, log)).stderr).toBe(`mcp-pool: ${log} has no versions yet\n`);
  });
});

describe('mcp-pool replay exits with 2 and one line', () => {
  it.each([
    ['for a file that is not there', '', 'nowhere.jsonl', 'there is no file '],
    ['for a directory', '', '.', ' is a directory'],
    ['for a version that the log does not have', '--at 99999', 'pool.jsonl', ' has no version 99999: it has 1 to '],
    ['for a type that there is not', '--events up,bogus', 'pool.jsonl', 'There is no type bogus; there are: opened,'],
    ['for flags that do not go together', '--at 1 --events', 'pool.jsonl', 'choose one of --at and --events'],
    ['for a bad number', '--at -1', 'pool.jsonl', 'It must be a whole number'],
  ])('%s', async (_, flags, name, message) => {
    const { exitCode, stdout, stderr } = await replayed(flags, {}, join(folder, name));
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^mcp-pool: .+\n$/);
    expect(stderr).toContain(message);
  });

  it.each([
    ['hello\nworld\n', ' is no log: its first line is not a header'],
    ['{"type":"up","at":1,"version":1}\n', ' is no log: its first line is not a header'],
    ['', ' is no log: its first line is not a header'],
  ])('for a file that is no log: %j', async (text, message) => {
    expect(await replayed('', {}, await fileOf('no.jsonl', text))).toMatchObject({
      exitCode: 2,
      stderr: `mcp-pool: ${join(folder, 'no.jsonl')}${message}\n`,
    });
  });

  it.each([
    ['broken\n', ', line 3: not an entry of a log'],
    ['{"type":"wait"}\n', ', line 3: an event without a version or an instant'],
    ['{"type":"wait","version":7,"at":1}\n', ' is damaged: version 7 comes after version 1'],
    ['{"type":"snapshot"}\n', ', line 3: no valid snapshot'],
    ['{"type":"snapshot","state":{"version":9}}\n', ', line 3: no valid snapshot'],
  ])('for a damaged one: %j', async (text, message) => {
    const header = (await readFile(file, 'utf8')).split('\n')[0] ?? '';
    const first = `${header.replace(/"part":\d+/, '"part":1')}\n${JSON.stringify(events[0])}\n`;
    const { exitCode, stderr } = await replayed('', {}, await fileOf('bad.jsonl', first + text));
    expect([exitCode, stderr.split('\n').length]).toEqual([2, 2]);
    expect(stderr).toContain(`${join(folder, 'bad.jsonl')}${message}`);
  });
});

it('ends quietly when nobody reads any more', async () => {
  const log = join(folder, 'long.jsonl');
  await writeFile(log, `${(await readFile(file, 'utf8')).split('\n')[0]?.replace(/"part":\d+/, '"part":1') ?? ''}\n`);
  const wait = (n: number): string => JSON.stringify({ type: 'wait', at: n, version: n, waiter: n, priority: 0 });
  await appendFile(log, `${Array.from({ length: 50_000 }, (_, i) => wait(i + 1)).join('\n')}\n`);
  const command = `"${process.execPath}" "${builtProgram('../../lib/cli/main')}" replay "${log}" --events | head -2`;
  const [error, stdout, stderr] = await new Promise<[unknown, string, string]>((resolve) => {
    execFile('/bin/sh', ['-c', command], (...result) => resolve(result));
  });
  expect([error, stderr]).toEqual([null, '']);
  expect(stdout.split('\n').length).toBe(3);
});
