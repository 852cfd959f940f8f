import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outDir = `${root}/build/readme`;

async function writeExample(): Promise<string> {
  const readme = await readFile(`${root}/README.md`, 'utf8');
  const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, block = '']) => block);
  const example = blocks.find((block) => block.includes('rx-mcp-pool/dashboard')) ?? '';
  expect(example.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(10);
  await mkdir(outDir, { recursive: true });
  await writeFile(`${outDir}/dashboard.ts`, example);
  return `${outDir}/dashboard.ts`;
}

function compile(file: string): string[] {
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([file], { ...options, outDir, rootDir: outDir });
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

it('compiles and serves the example of the README as it stands there', async () => {
  const file = await writeExample();
  expect(compile(file)).toEqual([]);
  const child = spawn(process.execPath, [file.replace('.ts', '.js')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as unknown[];
  const url = String(line).trim();
  const page = await fetch(url);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>rx-mcp-pool</title>')]);
  child.kill('SIGKILL');
  await exited;
}, 60_000);
