import { Subscription } from 'rxjs';
import { report } from '../../base/report.ts';
import type { GatewayOptions } from '../../gateway/gateway-options.ts';
import { type Gateway, serveGateway } from '../../gateway/serve-gateway.ts';
import { messageOf } from '../../base/thrown.ts';
import type { McpConfig } from '../../mcp/config/read-config.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { interrupted } from '../interrupts.ts';
import { auditTo } from './audit-file.ts';
import type { ServeOptions } from './serve-options.ts';
import { boundedIn } from './served-servers.ts';

/** How it is served over HTTP. */
export interface HttpOptions extends Omit<ServeOptions, 'names'> {
  /** The options of the gateway besides its servers. */
  readonly gateway: Omit<GatewayOptions, 'servers' | 'pool'>;
  /** Where the audit is written; `undefined`: nowhere. */
  readonly auditFile: string | undefined;
}

/**
 * Serves clients over HTTP until the command is interrupted, and then until what is open is answered. The first line of
 * stdout is the address. Resolves with the exit code, once all servers have ended: 0, since being told to end is how it ends.
 */
export async function serveOverHttp(
  { config, changes$, maxSize, gateway: own, auditFile }: HttpOptions,
  io: CommandIo,
): Promise<number> {
  const gateway = await opened({ ...own, servers: boundedIn(config, maxSize) });
  const reloading = new Subscription();
  try {
    const audit = auditFile === undefined ? undefined : await auditTo(auditFile, gateway.audit$, io);
    io.stdout.write(`${gateway.url}\n`);
    if (gateway.adminUrl !== undefined) io.stderr.write(`mcp-pool: the admin page is at ${gateway.adminUrl}\n`);
    const next = (changed: McpConfig): void => {
      gateway.reload(boundedIn(changed, maxSize)).catch(report);
      io.stderr.write('mcp-pool: the servers were read again\n');
    };
    reloading.add(changes$.subscribe({ next, error: report }));
    await interrupted(io.signal);
    reloading.unsubscribe();
    io.stderr.write('mcp-pool: waiting for what is open, once more ends at once\n');
    await gateway.close();
    await audit?.ended;
    return 0;
  } finally {
    reloading.unsubscribe();
    await gateway.close();
  }
}

async function opened(options: GatewayOptions): Promise<Gateway> {
  try {
    return await serveGateway(options);
  } catch (error) {
    throw new CommandError(messageOf(error));
  }
}
