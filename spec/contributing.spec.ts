import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from './support/start-tcp-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(`${root}CONTRIBUTING.md`, 'utf8');

/** The files of each walk, in their order, by its heading. */
const walks = new Map(
  page
    .slice(page.indexOf('## Four walks'), page.indexOf('## Where is'))
    .split('\n### ')
    .slice(1)
    .map((text) => [
      text.slice(0, text.indexOf('\n')),
      [...text.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file]) => file),
    ]),
);

type Entered = Readonly<Record<'created' | 'there' | 'back' | 'death', readonly string[]>>;

let entered: Entered;
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [builtProgram('walks')]);
  entered = JSON.parse(stdout) as Entered;
}, 60_000);

describe('the house as CONTRIBUTING tells it', () => {
  it.each<[string, keyof Entered, number]>([
    ['Follow one request', 'there', 15],
    ['And back', 'back', 8],
    ['A connection dies', 'death', 12],
    ['`createMcpPool(options)`', 'created', 8],
  ])('has a walk, "%s", through files that are entered on the way', (heading, walk, most) => {
    const [, files = []] = [...walks].find(([of]) => of.startsWith(heading)) ?? [];
    expect(files.length).toBeGreaterThan(3);
    expect(files.length).toBeLessThanOrEqual(most);
    expect(files.filter((file) => !entered[walk].includes(file ?? ''))).toEqual([]);
  });

  it('names only files and rooms that are there', () => {
    const named = [...page.matchAll(/`((?:lib|spec|perf|\.config)\/[\w./-]+)`/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !existsSync(`${root}${name}`))).toEqual([]);
  });
});
