import { report } from '../../base/report.ts';
import type { ConfiguredServer } from '../../mcp/config/configured-server.ts';
import type { McpConfig } from '../../mcp/config/read-config.ts';
import type { HubServer } from '../../mcp/hub/hub-server.ts';
import { type McpHub, createMcpHub } from '../../mcp/hub/mcp-hub.ts';
import type { NameRule } from '../../mcp/hub/names.ts';
import { type Answerable, serveLines } from '../../mcp/session/line-front.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { exitCodeOf } from '../interrupts.ts';
import { oneLine } from '../terminal/printable.ts';

/** What is served, and how. */
export interface ServeOptions {
  readonly config: McpConfig;
  readonly names: NameRule;
  /** Connections to each server at most; as its file says where it is left out. */
  readonly maxSize: number | undefined;
}

/** Serves one client over stdin and stdout until it goes. Resolves with the exit code, once all servers have ended. */
export async function serveOverStdio({ config, names, maxSize }: ServeOptions, io: CommandIo): Promise<number> {
  const { stdin, stdout, signal } = io;
  if (stdin === undefined) throw new CommandError('there is no stdin to read from');
  let hub: McpHub | undefined;
  const open = (answerable: Answerable): McpHub => {
    const servers = config.servers.map((server) => forClient(server, answerable, maxSize));
    hub = createMcpHub({ ...config, servers }, { names });
    tellFailures(hub, io);
    return hub;
  };
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  await Promise.race([serveLines({ input: stdin, output: stdout, open }), stopped]);
  await hub?.close({ timeoutMs: 1000 });
  return signal.aborted ? exitCodeOf(signal.reason) : 0;
}

/** The server with connections that promise what this client answers. */
function forClient(server: ConfiguredServer, capabilities: Answerable, maxSize: number | undefined): ConfiguredServer {
  if (server.status !== 'ready') return server;
  const { minSize } = server.options;
  const sizes = maxSize !== undefined && {
    maxSize,
    ...(minSize !== undefined && { minSize: Math.min(minSize, maxSize) }),
  };
  return { ...server, options: { ...server.options, ...sizes, clientOptions: { capabilities } } };
}

/** Tells each server that cannot be reached, once for each reason: hosts show what is written to stderr. */
function tellFailures(hub: McpHub, { stderr }: Pick<CommandIo, 'stderr'>): void {
  const told = new Map<string, string>();
  const next = (servers: readonly HubServer[]): void => {
    for (const { name, error } of servers) {
      if (error === undefined) told.delete(name);
      else if (told.get(name) !== error.message) {
        told.set(name, error.message);
        stderr.write(`mcp-pool: ${oneLine(`${name}: ${error.message}`)}\n`);
      }
    }
  };
  hub.servers$.subscribe({ next, error: report });
}
