import type { ReplicaOptions } from '../../gateway/replicas/replica-options.ts';
import type { BlockReader } from './block-reader.ts';

/** What a file says of the Redis that all nodes of a gateway have. */
export interface RedisBlock {
  /** Where it is, as the package `redis` takes it. It may hold a password. */
  readonly url: string;
  /** What all nodes call the gateway there. */
  readonly name: string;
}

/** Reads `redis` and `name` of `gateway.replicas`; `undefined` where neither is there. */
export function redisBlock(replicas: BlockReader): RedisBlock | undefined {
  const [url, name] = [replicas.text('redis'), replicas.text('name')];
  if (url !== undefined) return { url, name: name ?? 'gateway' };
  if (name === undefined) return undefined;
  throw new TypeError('gateway.replicas.name goes with gateway.replicas.redis');
}

/** Throws a `TypeError` or `RangeError`, with the place in the file, where nodes could not find each other so. */
export function checkRedis({ url, name }: RedisBlock, { peers, host, port }: Partial<ReplicaOptions> = {}): void {
  if (peers !== undefined) throw new TypeError('choose one of gateway.replicas.peers and gateway.replicas.redis');
  // It is not quoted: it may hold a password.
  if (!/^rediss?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
    throw new TypeError('gateway.replicas.redis must be a URL such as redis://10.0.0.9:6379');
  }
  if (name === '' || /[{}]/.test(name)) throw new TypeError('gateway.replicas.name must be a text without braces');
  // What the others are told has to be known before anything listens, and has to lead here from where they are.
  if (port === undefined) throw new TypeError('gateway.replicas.port is missing');
  if (port === 0) throw new RangeError('gateway.replicas.port must be one that the others can be told, not 0');
  if (host === undefined) throw new TypeError('gateway.replicas.host is missing');
  if (/^(?:0\.0\.0\.0|::)$/.test(host)) {
    throw new TypeError('gateway.replicas.host must be an address by which the others reach this node');
  }
}
