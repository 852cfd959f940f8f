import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { compile } from '../support/compile.ts';
import { blocksIn, paperOf, root } from '../support/papers.ts';

const outDir = `${root}/build/readme/dashboard`;

async function writeExample(): Promise<string> {
  const { source = '' } = blocksIn(paperOf('lib/dashboard/README.md'))[0] ?? {};
  expect(source.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(10);
  await mkdir(outDir, { recursive: true });
  await writeFile(`${outDir}/example.ts`, source);
  return `${outDir}/example.ts`;
}

it('compiles and serves the example of its README as it stands there', async () => {
  const file = await writeExample();
  expect(compile([file], outDir)).toEqual([]);
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
