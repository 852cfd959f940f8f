import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NEVER, Subject, concat, from, lastValueFrom, of, range, map, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordLines } from '../../lib/log/index.ts';
import { until } from '../support/until.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lines-'));
  file = join(folder, 'audit.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

async function lines(path = file): Promise<unknown[]> {
  const text = await readFile(path, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

describe('recordLines', () => {
  it('writes each object in a line, and tells how far it is', async () => {
    const recording = await lastValueFrom(from([{ a: 1 }, { b: '\n' }]).pipe(recordLines(file), toArray()));
    expect(await lines()).toEqual([{ a: 1 }, { b: '\n' }]);
    expect(recording).toEqual([
      { file, events: 0, dropped: 0, files: 1 },
      { file, events: 2, dropped: 0, files: 1 },
    ]);
  });

  it('goes on with a file that is there, after its last line, whole or not', async () => {
    await writeFile(file, '{"old":1}\n');
    await lastValueFrom(of({ a: 1 }).pipe(recordLines(file)));
    expect(await lines()).toEqual([{ old: 1 }, { a: 1 }]);
    await writeFile(file, '{"cut":');
    await lastValueFrom(of({ a: 2 }).pipe(recordLines(file)));
    expect(await readFile(file, 'utf8')).toBe('{"cut":\n{"a":2}\n');
  });

  it('sets a full file aside, and keeps as many as it may', async () => {
    const objects$ = range(3500).pipe(map((n) => ({ n })));
    const { files } = await lastValueFrom(objects$.pipe(recordLines(file, { maxFileBytes: 1000, maxFiles: 3 })));
    expect(files).toBe(4);
    expect((await readdir(folder)).sort()).toEqual(['audit.jsonl', 'audit.jsonl.1', 'audit.jsonl.2']);
    const all = [...(await lines(`${file}.2`)), ...(await lines(`${file}.1`)), ...(await lines())];
    expect(all).toEqual(Array.from({ length: 2500 }, (_, n) => ({ n: n + 1000 })));
  });

  it('says how much it had to drop', async () => {
    const { dropped } = await lastValueFrom(
      range(10).pipe(
        map((n) => ({ n })),
        recordLines(file, { maxBuffered: 4 }),
      ),
    );
    expect(dropped).toBe(6);
    expect(await lines()).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }, { type: 'dropped', events: 6 }]);
  });

  it('writes what is buffered when it is unsubscribed from, and then another may go on', async () => {
    const subscription = concat(of({ a: 1 }), NEVER)
      .pipe(recordLines(file))
      .subscribe();
    subscription.unsubscribe();
    await lastValueFrom(of({ a: 2 }).pipe(recordLines(file)));
    expect(await lines()).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('fails with the error of the objects, after what came before', async () => {
    const objects$ = new Subject<object>();
    const recording = lastValueFrom(objects$.pipe(recordLines(file)));
    objects$.next({ a: 1 });
    objects$.error(new Error('enough'));
    await expect(recording).rejects.toThrow('enough');
    expect(await lines()).toEqual([{ a: 1 }]);
  });

  it('fails where there is a folder of this name, or another recording of it', async () => {
    await expect(lastValueFrom(NEVER.pipe(recordLines(folder)))).rejects.toThrow('is no file, but a directory');
    await expect(lastValueFrom(NEVER.pipe(recordLines(join(folder, 'no', 'such'))))).rejects.toThrow('ENOENT');
    let isOpen = false;
    const first = NEVER.pipe(recordLines(file)).subscribe(() => (isOpen = true));
    await until(() => isOpen);
    await expect(lastValueFrom(NEVER.pipe(recordLines(file)))).rejects.toThrow('is being recorded already');
    first.unsubscribe();
  });

  it('refuses options that make no sense', () => {
    expect(() => recordLines('')).toThrow(TypeError);
    expect(() => recordLines(file, { maxFiles: 0 })).toThrow(RangeError);
  });
});
