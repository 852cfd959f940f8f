import type { ConfiguredServer } from '../../mcp/config/configured-server.ts';
import { type McpConfig, readConfig } from '../../mcp/config/read-config.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { chooseServer } from '../server/choose-server.ts';
import { inputsIn, variablesIn } from '../server/pairs.ts';
import type { ServerFlags } from '../server/server-flags.ts';
import { oneLine } from '../terminal/printable.ts';

/**
 * The servers that the flags, or the words after `--`, name: all of a file, or a single one. What is odd about them is told on
 * stderr. Rejects with what is wrong, in one line.
 */
export async function servedServers(
  flags: ServerFlags,
  words: readonly string[] | undefined,
  io: Pick<CommandIo, 'env' | 'stderr'>,
): Promise<McpConfig> {
  const { config: file, server } = flags;
  if (file !== undefined && server === undefined && words === undefined) return serversIn(file, flags, io);
  const chosen = await chooseServer(flags, words, io);
  if (chosen === undefined)
    throw new CommandError('name a server: --config, --stdio, --http, --tcp or a command after --');
  const { transport, options, timeoutMs, tools, shared, cap, source } = chosen;
  const name = server ?? options.name ?? 'server';
  const others = {
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(tools !== undefined && { tools }),
    ...(shared !== undefined && { shared }),
    ...(cap !== undefined && { cap }),
  };
  const only = { name, options: { name, ...options, transport }, ...others, source };
  return { servers: [{ ...only, status: 'ready', warnings: [] }], warnings: [] };
}

async function serversIn(
  file: string,
  flags: ServerFlags,
  { env, stderr }: Pick<CommandIo, 'env' | 'stderr'>,
): Promise<McpConfig> {
  const own = variablesIn(flags.env, env);
  const variables = { ...env, ...own };
  const config = await readConfig(file, { variables, inputs: inputsIn(flags.input), env: ['inherit', own] });
  const ofServers = config.servers.flatMap((each) => {
    const failure = each.status === 'failed' ? [`cannot be used: ${each.error.message}`] : [];
    return [...each.warnings, ...failure].map((text) => `${each.name}: ${text}`);
  });
  for (const warning of [...config.warnings, ...ofServers]) {
    stderr.write(`mcp-pool: ${oneLine(`${file}: ${warning}`)}\n`);
  }
  if (config.servers.some(({ status }) => status !== 'disabled')) return config;
  throw new CommandError(`${file} has no server that is enabled`);
}

/** The servers with so many connections to each at most, where that is said. */
export function boundedIn(config: McpConfig, maxSize: number | undefined): McpConfig {
  return { ...config, servers: config.servers.map((server) => bounded(server, maxSize)) };
}

/** The server with so many connections at most, where that is said. */
function bounded(server: ConfiguredServer, maxSize: number | undefined): ConfiguredServer {
  if (server.status !== 'ready' || maxSize === undefined) return server;
  const { minSize } = server.options;
  const least = minSize !== undefined && { minSize: Math.min(minSize, maxSize) };
  return { ...server, options: { ...server.options, maxSize, ...least } };
}
