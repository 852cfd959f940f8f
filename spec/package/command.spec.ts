import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { manifest } from '../support/manifest.ts';
import { root } from '../support/papers.ts';

async function command(...args: readonly string[]): Promise<string> {
  const file = `${root}/${manifest.bin['mcp-pool'] ?? ''}`;
  return (await promisify(execFile)(process.execPath, [file, ...args])).stdout;
}

it('knows its version', async () => {
  expect((await command('--version')).trim()).toBe(manifest.version);
});

it('finds the server that it brings', async () => {
  const report = JSON.parse(await command('load', '--clients', '2', '--duration', '1', '--json')) as object;
  expect(report).toMatchObject({ tool: 'work' });
}, 60_000);
