import { didYouMean, nearest } from '../../base/known-options.ts';
import type { ConfiguredServer, ReadyServer } from '../../mcp/config/configured-server.ts';
import { type McpConfig, readConfig } from '../../mcp/config/read-config.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { oneLine } from '../terminal/printable.ts';
import type { ChosenServer } from './chosen-server.ts';

/** Which server of which file. */
interface FileChoice {
  readonly file: string;
  /** Absent: the only one. */
  readonly server: string | undefined;
  readonly inputs: Readonly<Record<string, string>>;
  /** Besides those of the shell. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The server of a configuration file; what is odd about it is told on stderr. Rejects with what is wrong. */
export async function serverInFile(
  { file, server, inputs, variables }: FileChoice,
  { env, stderr }: Pick<CommandIo, 'env' | 'stderr'>,
): Promise<ChosenServer> {
  const seen = { ...env, ...variables };
  const config = await readConfig(file, { variables: seen, inputs, env: ['inherit', variables] });
  const chosen = choose(config, server, file);
  for (const warning of [...config.warnings, ...chosen.warnings.map((text) => `${chosen.name}: ${text}`)]) {
    stderr.write(`mcp-pool: ${oneLine(`${file}: ${warning}`)}\n`);
  }
  const { name, options, timeoutMs, tools, shared, cap, source } = ready(chosen, file);
  const { transport, ...others } = options;
  if (transport === undefined) throw new CommandError(`${name} of ${file} cannot be reached`);
  const report = { kind: transport.kind, file, server: name };
  return { transport, options: others, timeoutMs, tools, shared, cap, source, report };
}

function choose({ servers }: McpConfig, name: string | undefined, file: string): ConfiguredServer {
  const names = servers.map((server) => server.name);
  if (name !== undefined) {
    const named = servers.find((server) => server.name === name);
    if (named !== undefined) return named;
    throw new CommandError(
      `${file} has no server ${name}${didYouMean(nearest(name, names))}; it has: ${listed(servers)}`,
    );
  }
  const usable = servers.filter(({ status }) => status !== 'disabled');
  const [only] = usable;
  if (only !== undefined && usable.length === 1) return only;
  if (usable.length === 0) throw new CommandError(`${file} has no server to choose: ${listed(servers)}`);
  throw new CommandError(`choose a server of ${file} with --server; it has: ${listed(servers)}`);
}

function listed(servers: readonly ConfiguredServer[]): string {
  if (servers.length === 0) return 'none';
  return servers.map(({ name, status }) => (status === 'ready' ? name : `${name} (${status})`)).join(', ');
}

function ready(server: ConfiguredServer, file: string): ReadyServer {
  switch (server.status) {
    case 'ready':
      return server;
    case 'disabled':
      throw new CommandError(`${server.name} of ${file} is disabled`);
    case 'failed':
      throw new CommandError(`${server.name} of ${file}: ${server.error.message}`);
  }
}
