import type { McpConfig } from '../../mcp/config/read-config.ts';
import type { CommandIo } from '../command-io.ts';
import { oneLine } from '../terminal/printable.ts';

/** Tells of each server whether its entry can be used; nothing is started. Returns the exit code: 2 where one cannot be. */
export function checkConfig({ servers }: McpConfig, { stdout }: Pick<CommandIo, 'stdout'>): number {
  let exitCode = 0;
  for (const server of servers) {
    const said = server.status === 'failed' ? `failed: ${server.error.message}` : server.status;
    if (server.status === 'failed') exitCode = 2;
    stdout.write(`${oneLine(`${server.name}: ${said}`)}\n`);
  }
  return exitCode;
}
