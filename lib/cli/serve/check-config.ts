import { messageOf } from '../../base/thrown.ts';
import { resolveGateway, type GatewayOptions } from '../../gateway/gateway-options.ts';
import type { McpConfig } from '../../mcp/config/read-config.ts';
import type { CommandIo } from '../command-io.ts';
import { oneLine } from '../terminal/printable.ts';

/**
 * Tells of each server whether its entry can be used, and what is wrong with the gateway's own block; nothing is started.
 * `settings`: the options of the gateway, or what is wrong with them. Resolves with the exit code: 2 where something cannot be used.
 */
export async function checkConfig(
  { servers }: McpConfig,
  settings: Promise<{ readonly gateway: Omit<GatewayOptions, 'servers' | 'pool'> }>,
  { stdout }: Pick<CommandIo, 'stdout'>,
): Promise<number> {
  let exitCode = 0;
  const tell = (name: string, said: string): void => {
    if (said.startsWith('failed: ')) exitCode = 2;
    stdout.write(`${oneLine(`${name}: ${said}`)}\n`);
  };
  for (const server of servers) {
    tell(server.name, server.status === 'failed' ? `failed: ${server.error.message}` : server.status);
  }
  try {
    const { gateway } = await settings;
    resolveGateway({ servers: {}, ...gateway });
  } catch (error) {
    tell('gateway', `failed: ${messageOf(error)}`);
  }
  return exitCode;
}
