import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A file of these servers, and what it says of the gateway, which goes with the test. */
export async function fileOf(mcpServers: Readonly<Record<string, unknown>>, gateway?: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'serve-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'mcp.json');
  await writeFile(file, JSON.stringify({ mcpServers, gateway }));
  return file;
}
