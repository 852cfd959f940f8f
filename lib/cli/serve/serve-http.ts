import { type Gateway, serveGateway } from '../../gateway/serve-gateway.ts';
import { report } from '../../base/report.ts';
import { messageOf } from '../../base/thrown.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { interrupted } from '../interrupts.ts';
import type { ServeOptions } from './serve-options.ts';
import { boundedIn } from './served-servers.ts';

/** Where it is served. */
export interface HttpOptions {
  readonly host: string;
  readonly port: number;
}

/**
 * Serves clients over HTTP until the command is interrupted, and then until what is open is answered. The first line of
 * stdout is the address. Resolves with the exit code, once all servers have ended: 0, since being told to end is how it ends.
 */
export async function serveOverHttp(options: ServeOptions & HttpOptions, io: CommandIo): Promise<number> {
  const { config, changes$, names, maxSize, host, port } = options;
  const gateway = await opened({ servers: boundedIn(config, maxSize), names, host, port });
  io.stdout.write(`${gateway.url}\n`);
  const reloading = changes$.subscribe({
    next: (changed) => {
      gateway.reload(boundedIn(changed, maxSize)).catch(report);
      io.stderr.write('mcp-pool: the servers were read again\n');
    },
    error: report,
  });
  await interrupted(io.signal);
  reloading.unsubscribe();
  io.stderr.write('mcp-pool: waiting for what is open, once more ends at once\n');
  await gateway.close();
  return 0;
}

async function opened(options: Parameters<typeof serveGateway>[0]): Promise<Gateway> {
  try {
    return await serveGateway(options);
  } catch (error) {
    throw new CommandError(messageOf(error));
  }
}
