import { firstValueFrom } from 'rxjs';
import { PoolError } from '../../errors.ts';
import type { McpConnection } from '../../mcp/connection/connection.ts';
import { createMcpPool } from '../../mcp/mcp-pool.ts';
import { CommandError } from '../command-error.ts';
import { connecting } from './run-plans.ts';
import type { LoadOptions } from './load-options.ts';
import type { OpenTarget } from './load-target.ts';
import { messageOf } from '../../base/thrown.ts';

const MOST_PAGES = 100;

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
    const tools = await pool.use((connection) => toolsOf(connection), { signal });
    return chosen(tool, tools, name);
  } catch (error) {
    if (error instanceof CommandError || signal.aborted) throw error;
    throw new CommandError(`cannot load ${name}: ${messageOf(reasonOf(error))}`);
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

/** Page by page, with raw requests: the SDK's own `listTools` may write to stdout, which belongs to the report. */
async function toolsOf(connection: McpConnection): Promise<string[]> {
  const names: string[] = [];
  let cursor: unknown;
  for (let page = 0; page < MOST_PAGES; page++) {
    const params = cursor === undefined ? {} : { cursor };
    const list$ = connection.request({ method: 'tools/list', params }, { timeout: 10_000 });
    const result: Readonly<Record<string, unknown>> = await firstValueFrom(list$, { defaultValue: {} });
    names.push(...namesIn(result['tools']));
    cursor = result['nextCursor'];
    if (cursor === undefined) break;
  }
  return names;
}

function namesIn(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return (tools as readonly unknown[]).map((tool) => String(Reflect.get(Object(tool) as object, 'name')));
}

/** The pool says that it could not connect; what the person wants to know is why. */
function reasonOf(error: unknown): unknown {
  return error instanceof PoolError && error.cause !== undefined ? error.cause : error;
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
