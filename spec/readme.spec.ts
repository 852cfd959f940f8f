import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

async function writeExample(): Promise<string> {
  const readme = await readFile(`${root}/README.md`, 'utf8');
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
  expect(example.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(10);
  await mkdir(`${root}/build/readme`, { recursive: true });
  const file = `${root}/build/readme/example.ts`;
  await writeFile(file, example);
  return file;
}

function compile(file: string): string[] {
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const outDir = `${root}/build/readme`;
  const program = ts.createProgram([file], { ...options, outDir, rootDir: outDir, noUnusedLocals: false });
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

it('compiles and runs the example of the README as it stands there', async () => {
  const file = await writeExample();
  expect(compile(file)).toEqual([]);
  const { stdout } = await promisify(execFile)(process.execPath, [file.replace('.ts', '.js')], { cwd: root });
  for (const message of ['one', 'two', 'three']) expect(stdout).toContain(`Echo: ${message}`);
  expect(stdout).toMatch(/^\d of \d in use$/m);
}, 60_000);
