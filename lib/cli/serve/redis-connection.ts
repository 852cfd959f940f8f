import { once } from 'node:events';
import { messageOf } from '../../base/thrown.ts';
import type { NodeRedisClient } from '../../cluster/redis-client.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { oneLine } from '../terminal/printable.ts';

/** A client of Redis that is connected, or will be as soon as that is possible. */
export interface RedisConnection {
  readonly client: NodeRedisClient;
  /** Resolves when the last words have arrived, if they can. */
  close(): Promise<void>;
}

/** For so long the first connection is waited for at most, in milliseconds. */
const WAIT_MS = 5000;
/** A connection on which nothing comes for so long is given up, in milliseconds: something is asked each 2.5 s. */
const SILENCE_MS = 10_000;
/** Between two attempts to connect, in milliseconds. */
const PAUSE_MS = 500;

/**
 * Connects to a Redis by the package `redis`. That it cannot be reached is told on stderr, once until it can be again, and is no
 * reason not to begin: what is asked meanwhile fails at once. Rejects where the package is not installed.
 */
export async function connectRedis(url: string, { stderr }: Pick<CommandIo, 'stderr'>): Promise<RedisConnection> {
  const { createClient } = await loaded();
  const socket = { reconnectStrategy: PAUSE_MS, socketTimeout: SILENCE_MS };
  const client = createClient({ url, socket, disableOfflineQueue: true });
  let isAway = false;
  client.on('error', (error: unknown) => {
    if (!isAway) stderr.write(`mcp-pool: ${oneLine(`redis cannot be asked: ${reasonOf(error)}`)}\n`);
    isAway = true;
  });
  client.on('ready', () => {
    if (isAway) stderr.write('mcp-pool: redis can be asked again\n');
    isAway = false;
  });
  // Whatever goes wrong first ends the waiting as well.
  const ready = once(client, 'ready', { signal: AbortSignal.timeout(WAIT_MS) }).catch(() => undefined);
  // It fails when it is ended before it is connected; whatever else goes wrong is told as an error.
  client.connect().catch(() => undefined);
  await ready;
  return {
    client,
    close: async () => {
      if (client.isReady) await client.close();
      else client.destroy();
    },
  };
}

async function loaded(): Promise<typeof import('redis')> {
  try {
    return await import('redis');
  } catch (error) {
    const isMissing = Reflect.get(Object(error) as object, 'code') === 'ERR_MODULE_NOT_FOUND';
    const why = isMissing ? 'the package redis, which is not installed: npm install redis' : messageOf(error);
    throw new CommandError(`gateway.replicas.redis needs ${why}`);
  }
}

/** Of several addresses that were tried Node tells no message. */
function reasonOf(error: unknown): string {
  return messageOf(error) || String(Reflect.get(Object(error) as object, 'code'));
}
