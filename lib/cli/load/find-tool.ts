import { createMcpPool } from '../../mcp/mcp-pool.ts';
import { CommandError } from '../command-error.ts';
import { connectReason } from '../server/connect-reason.ts';
import { connecting } from '../server/connecting.ts';
import { listedTools } from '../server/listed-tools.ts';
import type { LoadOptions } from './load-options.ts';
import type { OpenTarget } from './load-target.ts';
import { messageOf } from '../../base/thrown.ts';

/**
 * Makes sure, over a connection of its own, that the server can be reached and has the tool. Rejects with a
 * `CommandError` that says what is wrong, or with the signal's reason.
 */
export async function findTool(
  { transport, name }: OpenTarget,
  { tool, server }: Pick<LoadOptions, 'tool' | 'server'>,
  signal: AbortSignal,
): Promise<string> {
  const pool = createMcpPool({
    ...connecting(transport, server),
    minSize: 1,
    maxSize: 1,
    healthCheckIntervalMs: 0,
  });
  try {
    await aborting(pool.ready(), signal);
    const tools = await pool.use((connection) => listedTools(connection), { signal });
    return chosen(
      tool,
      tools.map((listed) => listed.name),
      name,
    );
  } catch (error) {
    if (error instanceof CommandError || signal.aborted) throw error;
    throw new CommandError(`cannot load ${name}: ${messageOf(connectReason(error))}`);
  } finally {
    await pool.close({ timeoutMs: 0 });
  }
}

function chosen(tool: string | undefined, tools: readonly string[], name: string): string {
  const offer = tools.length === 0 ? 'it has none' : `it has: ${tools.join(', ')}`;
  if (tool === undefined) throw new CommandError(`choose a tool of ${name} with --tool; ${offer}`);
  if (!tools.includes(tool)) throw new CommandError(`${name} has no tool ${tool}; ${offer}`);
  return tool;
}

function aborting<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new Error(`interrupted by ${String(signal.reason)}`));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
