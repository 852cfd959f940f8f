import { createMcpPool, type McpPool, stdio } from 'rx-mcp-pool/mcp';

/** A call that takes longer than anybody waits here. */
export const endless = { name: 'trigger-long-running-operation', arguments: { duration: 60, steps: 600 } };
/** A call that tells of its progress twice. */
export const short = { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 2 } };

/** A pool of the reference server, whose clients may be asked. */
export function everythingPool(): McpPool {
  const args = ['node_modules/@modelcontextprotocol/server-everything/dist/index.js', 'stdio'];
  const clientOptions = { capabilities: { sampling: {}, elicitation: {}, roots: {} } };
  return createMcpPool({ transport: stdio({ command: process.execPath, args }), maxSize: 2, clientOptions });
}

/** Resolves as soon as a call is under way. */
export async function underWay(pool: McpPool): Promise<void> {
  while (pool.metrics.activeConnections === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The message of what this rejects with; fails where it does not. */
export function failureOf(outcome: Promise<unknown>): Promise<string> {
  return outcome.then(
    (value) => Promise.reject(new Error(`it went well: ${JSON.stringify(value)}`)),
    (error: unknown) => String(error),
  );
}

/** Resolves as soon as no connection is in use: what was given up has been cancelled at the server, or its server replaced. */
export async function atRest(pool: McpPool): Promise<void> {
  while (pool.metrics.activeConnections > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
