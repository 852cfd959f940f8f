import { Client, type Result, type StandardSchemaV1, type Transport } from '@modelcontextprotocol/client';
import { lastValueFrom, range } from 'rxjs';
import { withConnection } from '../../lib/index.ts';
import { type McpPool, type McpTransport, createMcpPool } from '../../lib/mcp/index.ts';
import { workRequest } from './places.ts';

/** Sends requests that the server answers at once, so many of them at the same time. */
export interface Requester {
  send(times: number, atOnce: number): Promise<void>;
  close(): Promise<void>;
}

/** One official client, as it is used without a pool. */
export async function bareClient(transport: Transport, how: 'request' | 'callTool'): Promise<Requester> {
  const client = new Client({ name: 'bare', version: '1.0.0' });
  await client.connect(transport);
  const once = how === 'request' ? () => client.request(answered, asSent) : () => client.callTool(tool);
  return { send: (times, atOnce) => promised(once, times, atOnce), close: () => client.close() };
}

/** `withConnection` with the connection's own `request`. */
export async function pooledRequest(options: PoolSize): Promise<Requester> {
  const pool = await opened(options);
  const send = async (times: number, atOnce: number): Promise<void> => {
    const asked = withConnection(pool, (connection) => connection.request(answered), { concurrency: atOnce, buffer });
    await lastValueFrom(range(times).pipe(asked));
  };
  return { send, close: () => pool.close() };
}

/** The drop-in for the SDK's client, in promises. */
export async function pooledCallTool(options: PoolSize): Promise<Requester> {
  const pool = await opened(options);
  const once = (): Promise<unknown> => pool.client.callTool(tool);
  return { send: (times, atOnce) => promised(once, times, atOnce), close: () => pool.close() };
}

/** How many connections, each shared by how many requests. */
export interface PoolSize {
  readonly transport: McpTransport;
  readonly connections: number;
  readonly leases: number;
}

const answered = workRequest(0);
const tool = { name: 'work', arguments: { ms: 0 } };
const buffer = Infinity;

/** What the pool's connections check of a result: the SDK has looked at the message, and the rest is the caller's. */
const asSent: StandardSchemaV1<unknown, Result> = {
  '~standard': { version: 1, vendor: 'perf', validate: (value) => ({ value: value as Result }) },
};

async function opened({ transport, connections, leases }: PoolSize): Promise<McpPool> {
  const pool = createMcpPool({
    transport,
    minSize: connections,
    maxSize: connections,
    maxLeasesPerConnection: leases,
    maxConnecting: 50,
  });
  await pool.ready();
  return pool;
}

async function promised(once: () => Promise<unknown>, times: number, atOnce: number): Promise<void> {
  let left = times;
  const client = async (): Promise<void> => {
    while (left-- > 0) await once();
  };
  await Promise.all(Array.from({ length: atOnce }, client));
}
