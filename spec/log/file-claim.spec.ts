import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type PoolEvent } from '../../lib/index.ts';
import { readLog, recordTo } from '../../lib/log/index.ts';
import { FileClaim } from '../../lib/log/file-claim.ts';
import { outcomeOf } from '../support/outcome.ts';
import { randomLog } from '../support/random-log.ts';
import { until } from '../support/until.ts';
import { watchPromise } from '../support/watch-promise.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rx-mcp-pool-claim-'));
  file = join(folder, 'pool.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

it('is taken by one at a time, however the file is called', async () => {
  const [first, second, third] = [file, relative('.', file), file].map((name) => new FileClaim(name)) as [
    FileClaim,
    FileClaim,
    FileClaim,
  ];
  await first.take();
  await first.take();
  await expect(second.take()).rejects.toThrow(`${file} is being recorded already`);
  second.free();
  first.end();
  const taking = third.take();
  const isTaken = watchPromise(taking);
  await Promise.resolve();
  expect(isTaken()).toBe(false);
  first.free();
  await taking;
  await expect(second.take()).rejects.toThrow('is being recorded already');
  third.free();
});

it('keeps two recordings from each other, and lets the next go on when the first has ended', async () => {
  const events$ = new Subject<PoolEvent>();
  const one = outcomeOf(events$.pipe(recordTo(file)));
  const other = outcomeOf(events$.pipe(recordTo(file)));
  const log = randomLog(1, 3000);
  for (const event of log) events$.next(event);
  await until(() => one.value?.events === 3000 && other.errors === 1);
  expect(other.error).toMatchObject({ message: `${file} is being recorded already` });
  one.leave();
  const again$ = new Subject<PoolEvent>();
  const next = outcomeOf(again$.pipe(recordTo(file)));
  for (const event of log.slice(0, 5)) again$.next(event);
  again$.complete();
  await until(() => next.completions === 1);
  expect(await readdir(folder)).toEqual(['pool.jsonl', 'pool.jsonl.1']);
  expect([...readLog(file)]).toEqual(log.slice(0, 5));
});
