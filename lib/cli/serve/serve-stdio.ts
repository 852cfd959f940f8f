import { report } from '../../base/report.ts';
import type { ConfiguredServer } from '../../mcp/config/configured-server.ts';
import type { HubServer } from '../../mcp/hub/hub-server.ts';
import { type McpHub, createMcpHub } from '../../mcp/hub/mcp-hub.ts';
import { type Answerable, serveLines } from '../../mcp/session/line-front.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { exitCodeOf, interrupted } from '../interrupts.ts';
import { oneLine } from '../terminal/printable.ts';
import type { ServeOptions } from './serve-options.ts';
import { bounded } from './served-servers.ts';

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
  await Promise.race([serveLines({ input: stdin, output: stdout, open }), interrupted(signal)]);
  await hub?.close({ timeoutMs: 1000 });
  return signal.aborted ? exitCodeOf(signal.reason) : 0;
}

/** The server with connections that promise what this client answers. */
function forClient(server: ConfiguredServer, capabilities: Answerable, maxSize: number | undefined): ConfiguredServer {
  const its = bounded(server, maxSize);
  return its.status === 'ready' ? { ...its, options: { ...its.options, clientOptions: { capabilities } } } : its;
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
