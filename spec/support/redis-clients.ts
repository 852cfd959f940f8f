import { Redis } from 'ioredis';
import { createClient } from 'redis';
import type { IoredisClient, NodeRedisClient } from '../../lib/cluster/index.ts';

/** A connected client, and what ends it. */
export interface OpenClient<C> {
  readonly client: C;
  close(): void;
}

/** The client of the package `redis`; tries to connect again every 50 ms. */
export async function nodeRedis(port: number): Promise<OpenClient<NodeRedisClient>> {
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: 50 } });
  client.on('error', () => undefined);
  await client.connect();
  const close = (): void => {
    client.destroy();
  };
  return { client, close };
}

/** The client of the package `ioredis`; tries to connect again every 50 ms. */
export function ioredis(port: number): OpenClient<IoredisClient> & { readonly client: Redis } {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  const close = (): void => {
    client.disconnect();
  };
  return { client, close };
}
