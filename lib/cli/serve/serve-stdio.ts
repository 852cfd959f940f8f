import { Subscription } from 'rxjs';
import { report } from '../../base/report.ts';
import type { ConfiguredServer } from '../../mcp/config/configured-server.ts';
import type { McpConfig } from '../../mcp/config/read-config.ts';
import type { HubServer } from '../../mcp/hub/hub-server.ts';
import { type McpHub, createMcpHub } from '../../mcp/hub/mcp-hub.ts';
import { type Answerable, serveLines } from '../../mcp/session/line-front.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { exitCodeOf, interrupted } from '../interrupts.ts';
import { oneLine } from '../terminal/printable.ts';
import type { ServeOptions } from './serve-options.ts';
import { boundedIn } from './served-servers.ts';

/** Serves one client over stdin and stdout until it goes. Resolves with the exit code, once all servers have ended. */
export async function serveOverStdio(options: ServeOptions, io: CommandIo): Promise<number> {
  const { config, changes$, names, maxSize } = options;
  const { stdin, stdout, signal } = io;
  if (stdin === undefined) throw new CommandError('there is no stdin to read from');
  let hub: McpHub | undefined;
  const reloading = new Subscription();
  const open = (answerable: Answerable): McpHub => {
    const forClient = (of: McpConfig): McpConfig => promising(boundedIn(of, maxSize), answerable);
    const opened = createMcpHub(forClient(config), { names });
    const next = (changed: McpConfig): void => void opened.reload(forClient(changed)).catch(report);
    reloading.add(changes$.subscribe({ next, error: report }));
    tellFailures(opened, io);
    hub = opened;
    return opened;
  };
  await Promise.race([serveLines({ input: stdin, output: stdout, open }), interrupted(signal)]);
  reloading.unsubscribe();
  await hub?.close({ timeoutMs: 1000 });
  return signal.aborted ? exitCodeOf(signal.reason) : 0;
}

/** The servers with connections that promise what this client answers. */
function promising(config: McpConfig, capabilities: Answerable): McpConfig {
  const forClient = (server: ConfiguredServer): ConfiguredServer =>
    server.status === 'ready' ? { ...server, options: { ...server.options, clientOptions: { capabilities } } } : server;
  return { ...config, servers: config.servers.map(forClient) };
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
