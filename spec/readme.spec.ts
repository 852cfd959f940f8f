import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from './support/compile.ts';
import { blocksIn, paperOf, papers, root } from './support/papers.ts';

const readme = paperOf('README.md');
const [first] = blocksIn(readme);
// What frameworks are needed for is tried with them, by `npm run frameworks`.
const blocks = papers()
  .filter(({ path }) => path !== 'lib/mcp/session/use-it-with.md')
  .flatMap(blocksIn);
const programs = blocks.filter(({ isProgram }) => isProgram).map(({ name }) => name);
const outDir = `${root}/build/readme`;

async function run(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [`${outDir}/${name}.js`], { cwd: root });
  return stdout;
}

describe('the README', () => {
  it('can be read in one sitting: 150 lines at most', () => {
    expect(readme.text.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });
});

describe('the examples of all READMEs', () => {
  let problems: string[];
  beforeAll(async () => {
    await mkdir(outDir, { recursive: true });
    await Promise.all(blocks.map(({ name, source }) => writeFile(`${outDir}/${name}.ts`, source)));
    problems = compile(
      blocks.map(({ name }) => `${outDir}/${name}.ts`),
      outDir,
    );
  }, 60_000);

  it('compile as they stand there', () => {
    expect(problems).toEqual([]);
  });

  it('begin with one of ten lines that does what it says', async () => {
    const { name = '', source = '' } = first ?? {};
    expect(source.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(10);
    const stdout = await run(name);
    expect(stdout.match(/completed/g)).toHaveLength(6);
    expect(stdout).toMatch(/^2 of 2 in use$/m);
  }, 60_000);

  it.each(programs)(
    'run to their end where they say so: %s',
    async (name) => {
      await run(name);
    },
    60_000,
  );
});
