import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMPTY, type Observable, Subject, firstValueFrom, from, lastValueFrom, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PoolEvent, createPool, replay } from '../../lib/index.ts';
import { type RecordOptions, type Recording, readLog, recordTo } from '../../lib/log/index.ts';
import { outcomeOf } from '../support/outcome.ts';
import { randomLog } from '../support/random-log.ts';
import { until } from '../support/until.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rx-mcp-pool-log-'));
  file = join(folder, 'pool.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const recorded = (events$: Observable<PoolEvent>, options?: RecordOptions): Promise<Recording | undefined> =>
  lastValueFrom(events$.pipe(recordTo(file, options)), { defaultValue: undefined });
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const eventsIn = (path: string) => [...readLog(path)].filter(({ type }) => type !== 'snapshot' && type !== 'dropped');

describe('recordTo', () => {
  it.each([1, 2, 3, 4])('writes a log that replays to the same state (seed %i)', async (seed) => {
    const log = randomLog(seed, 3000);
    expect(await recorded(from(log))).toEqual({ file, events: 3000, dropped: 0, files: 1 });
    expect(json(replay(readLog(file)))).toEqual(json(replay(log)));
    expect([...readLog(file)]).toEqual(log);
  });

  it('writes a line of JSON for each event, behind a header', async () => {
    await recorded(from(randomLog(1, 3)));
    const lines = (await readFile(file, 'utf8')).split('\n');
    expect(lines).toHaveLength(5);
    expect(lines.map((line) => (line === '' ? '' : (JSON.parse(line) as { type: string }).type))).toEqual([
      'log',
      'opened',
      ...randomLog(1, 3)
        .slice(1)
        .map(({ type }) => type),
      '',
    ]);
  });

  it('begins a file when the last one is full, and each can be read alone', async () => {
    const log = randomLog(5, 4000);
    const events$ = new Subject<PoolEvent>();
    const recording = outcomeOf(events$.pipe(recordTo(file, { maxFileBytes: 50_000, maxFiles: 3 })));
    // In batches, as they come from a pool that has other things to do in between.
    for (let at = 0; at < log.length; at += 100) {
      for (const event of log.slice(at, at + 100)) events$.next(event);
      const written = at + 100;
      await until(() => recording.value?.events === written);
    }
    events$.complete();
    await until(() => recording.completions === 1);
    expect(await readdir(folder)).toEqual(['pool.jsonl', 'pool.jsonl.1', 'pool.jsonl.2']);
    expect(recording.value?.files).toBeGreaterThan(4);
    for (const name of await readdir(folder)) expect((await readFile(join(folder, name))).length).toBeLessThan(80_000);
    const whole = json(replay(log));
    expect(json(replay(readLog(file)))).toEqual(whole);
    const [first] = readLog(file);
    expect(first).toMatchObject({ type: 'snapshot' });
    await rm(`${file}.1`);
    expect(json(replay(readLog(file)))).toEqual(whole);
  });

  it('drops what the disk is too slow for, counts it, and goes on with a snapshot', async () => {
    const log = randomLog(6, 5000);
    const events$ = new Subject<PoolEvent>();
    const recording = outcomeOf(events$.pipe(recordTo(file, { maxBuffered: 50 })));
    for (const event of log.slice(0, 4000)) events$.next(event);
    await until(() => (recording.value?.events ?? 0) + (recording.value?.dropped ?? 0) === 4000);
    for (const event of log.slice(4000, 4050)) events$.next(event);
    events$.complete();
    await until(() => recording.completions === 1);
    expect(recording.value).toMatchObject({ events: 100, dropped: 3950 });
    const entries = [...readLog(file)];
    expect(entries.filter(({ type }) => type === 'dropped')).toEqual([{ type: 'dropped', events: 3950 }]);
    expect(json(replay(entries))).toEqual(json(replay(log.slice(0, 4050))));
  });

  it('sets what is there aside, and does not take it for its own', async () => {
    await recorded(from(randomLog(7, 20)));
    await recorded(from(randomLog(8, 10)));
    expect(eventsIn(file)).toEqual(randomLog(8, 10));
    expect(eventsIn(`${file}.1`)).toEqual(randomLog(7, 20));
    await writeFile(`${file}.2`, 'not ours');
    await recorded(from(randomLog(9, 5)));
    expect(await readFile(`${file}.3`, 'utf8')).toBe('not ours');
  });

  it.each([1, 5])('leaves a directory of that name where it is (maxFiles %i)', async (maxFiles) => {
    await mkdir(file);
    const recording = lastValueFrom(from(randomLog(6, 5)).pipe(recordTo(file, { maxFiles })));
    await expect(recording).rejects.toThrow(`${file} is no file, but a directory`);
    expect(await readdir(folder)).toEqual(['pool.jsonl']);
  });

  it('sets nothing aside where it cannot begin', async () => {
    await recorded(from(randomLog(7, 20)));
    await expect(recorded(from(randomLog(8, 20).slice(10)))).rejects.toThrow('pass { initial: pool.state }');
    expect(await readdir(folder)).toEqual(['pool.jsonl']);
    expect(eventsIn(file)).toEqual(randomLog(7, 20));
  });

  it('begins a file in the middle of many events that came at once', async () => {
    const log = randomLog(12, 9000);
    expect(await recorded(from(log), { maxFileBytes: 50_000, maxFiles: 20 })).toMatchObject({ files: 10, dropped: 0 });
    for (const name of await readdir(folder)) expect((await readFile(join(folder, name))).length).toBeLessThan(300_000);
    expect(json(replay(readLog(file)))).toEqual(json(replay(log)));
    expect(eventsIn(file)).toEqual(log);
  });

  it('goes on from a given state, and needs one where it begins in the middle', async () => {
    const log = randomLog(10, 200);
    await recorded(from(log.slice(100)), { initial: replay(log.slice(0, 110)) });
    expect(json(replay(readLog(file)))).toEqual(json(replay(log)));
    await expect(recorded(from(log.slice(100)))).rejects.toThrow(
      'version 101 comes after 0: pass { initial: pool.state }',
    );
  });

  it('writes what it holds when it is unsubscribed from', async () => {
    const log = randomLog(11, 500);
    const events$ = new Subject<PoolEvent>();
    const recording = outcomeOf(events$.pipe(recordTo(file)));
    for (const event of log) events$.next(event);
    recording.leave();
    expect(events$.observed).toBe(false);
    await until(async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').length === 502);
    expect(recording.completions).toBe(0);
  });

  it('is an empty log for no events, and ends as its source does', async () => {
    expect(await recorded(EMPTY)).toBeUndefined();
    expect([...readLog(file)]).toEqual([]);
    const error = new Error('no');
    await expect(recorded(throwError(() => error))).rejects.toBe(error);
  });

  it("errors with the system's error, and leaves the pool alone", async () => {
    const pool = createPool({ connect: () => Promise.resolve({}), minSize: 1 });
    const nowhere = join(folder, 'nowhere', 'pool.jsonl');
    await expect(lastValueFrom(pool.events$.pipe(recordTo(nowhere)))).rejects.toMatchObject({ code: 'ENOENT' });
    await pool.use(() => [1]);
    await pool.close();
  });

  it('completes with the pool, when the last event is on the disk', async () => {
    const pool = createPool({ connect: () => Promise.resolve({}), minSize: 2, maxSize: 2 });
    const done = lastValueFrom(pool.events$.pipe(recordTo(file)));
    for (let i = 0; i < 50; i++) await pool.use(() => [i]);
    await pool.close();
    const { events } = await done;
    expect(events).toBe(pool.state.version);
    expect(json(replay(readLog(file)))).toEqual(json(pool.state));
  });

  it('never keeps a checkout waiting, however slow the disk is', async () => {
    const pool = createPool({ connect: () => Promise.resolve({}), minSize: 1, maxSize: 1 });
    const recording = outcomeOf(pool.events$.pipe(recordTo(file, { maxBuffered: 10 })));
    await pool.ready();
    for (let i = 0; i < 1000; i++) (await firstValueFrom(pool.checkout())).checkin();
    expect(pool.state.checkouts).toBe(1000);
    await pool.close();
    await until(() => recording.completions === 1);
    const { value } = recording;
    expect((value?.events ?? 0) + (value?.dropped ?? 0)).toBe(pool.state.version);
    expect(json(replay(readLog(file)))).toEqual(json(pool.state));
  });

  it.each([
    ['', {}],
    ['f', { maxFiles: 0 }],
    ['f', { maxFileBytes: 1.5 }],
    ['f', { maxBuffered: 0 }],
    ['f', null],
  ])('refuses what makes no sense: %j %j', (name, options) => {
    expect(() => recordTo(name, options as never)).toThrow(/must be/);
  });
});
