import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(`${root}/README.md`, 'utf8');
const first = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
/** Marked as programs that end by themselves: "```ts run". */
const programs = [...readme.matchAll(/```ts run\n(.*?)```/gs)].map(([, source = '']) => source);
const outDir = `${root}/build/readme`;

function compile(files: readonly string[]): string[] {
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([...files], { ...options, outDir, rootDir: outDir, noUnusedLocals: false });
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

async function run(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [`${outDir}/${name}.js`], { cwd: root });
  return stdout;
}

let problems: string[];
beforeAll(async () => {
  await mkdir(outDir, { recursive: true });
  const sources = [first, ...programs];
  const files = sources.map((_, i) => `${outDir}/example-${i}.ts`);
  await Promise.all(files.map((file, i) => writeFile(file, sources[i] ?? '')));
  problems = compile(files);
}, 60_000);

it('has examples that compile as they stand there', () => {
  expect(problems).toEqual([]);
});

it('begins with one of ten lines that does what it says', async () => {
  expect(first.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(10);
  const stdout = await run('example-0');
  for (const message of ['one', 'two', 'three']) expect(stdout).toContain(`Echo: ${message}`);
  expect(stdout).toMatch(/^\d of \d in use$/m);
}, 60_000);

it.each(programs.map((_, i) => `example-${i + 1}`))(
  'has programs that run to their end: %s',
  async (name) => {
    await run(name);
  },
  60_000,
);
