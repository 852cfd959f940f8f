import { Subscription } from 'rxjs';
import { report } from '../../base/report.ts';
import type { GatewayOptions } from '../../gateway/gateway-options.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { serveGateway } from '../../gateway/serve-gateway.ts';
import { messageOf } from '../../base/thrown.ts';
import { redisPeers } from '../../cluster/redis-peers.ts';
import type { PeerReport } from '../../gateway/replicas/peer-problems.ts';
import type { McpConfig } from '../../mcp/config/read-config.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { interrupted } from '../interrupts.ts';
import { oneLine } from '../terminal/printable.ts';
import { auditTo } from './audit-file.ts';
import { type SharedRedis, cappedIn } from './capped-servers.ts';
import type { RedisBlock } from './redis-block.ts';
import { connectRedis } from './redis-connection.ts';
import type { ServeOptions } from './serve-options.ts';
import { boundedIn } from './served-servers.ts';

/** How it is served over HTTP. */
export interface HttpOptions extends Omit<ServeOptions, 'names'> {
  /** The options of the gateway besides its servers. */
  readonly gateway: Omit<GatewayOptions, 'servers' | 'pool'>;
  /** Where the audit is written; `undefined`: nowhere. */
  readonly auditFile: string | undefined;
  /** By which Redis the nodes know of each other, and keep to caps; `undefined`: by none. */
  readonly redis: RedisBlock | undefined;
}

/**
 * Serves clients over HTTP until the command is interrupted, and then until what is open is answered. The first line of
 * stdout is the address. Resolves with the exit code, once all servers have ended: 0, since being told to end is how it ends.
 */
export async function serveOverHttp(options: HttpOptions, io: CommandIo): Promise<number> {
  const { redis: block } = options;
  if (block === undefined) return served(options, undefined, io);
  const redis = await connectRedis(block.url, io);
  try {
    return await served(options, { client: redis.client, name: block.name }, io);
  } finally {
    // After the pools, so that what they give back arrives.
    await redis.close();
  }
}

async function served(
  { config, changes$, maxSize, gateway: own, auditFile }: HttpOptions,
  redis: SharedRedis | undefined,
  io: CommandIo,
): Promise<number> {
  const serversOf = (of: McpConfig): McpConfig => cappedIn(boundedIn(of, maxSize), redis);
  const gateway = await opened({ ...own, ...foundBy(redis, own, io), servers: serversOf(config) });
  const reloading = new Subscription();
  try {
    const audit = auditFile === undefined ? undefined : await auditTo(auditFile, gateway.audit$, io);
    io.stdout.write(`${gateway.url}\n`);
    if (gateway.adminUrl !== undefined) io.stderr.write(`mcp-pool: the admin page is at ${gateway.adminUrl}\n`);
    const next = (changed: McpConfig): void => {
      gateway.reload(serversOf(changed)).catch(report);
      io.stderr.write('mcp-pool: the servers were read again\n');
    };
    reloading.add(tellPeerProblems(gateway, io));
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

/** Tells of nodes that cannot be spoken to, until unsubscribed from. */
function tellPeerProblems({ peerProblems$ }: Gateway, { stderr }: Pick<CommandIo, 'stderr'>): Subscription {
  const next = ({ url, error = '' }: PeerReport): void => {
    stderr.write(`mcp-pool: ${oneLine(`the node at ${url}: ${error}`)}\n`);
  };
  return peerProblems$.subscribe({ next, error: report });
}

/** The nodes as they know of each other by Redis, where there is one. */
function foundBy(
  redis: SharedRedis | undefined,
  { replicas }: HttpOptions['gateway'],
  { stderr }: Pick<CommandIo, 'stderr'>,
): Pick<GatewayOptions, 'replicas'> {
  if (redis === undefined || replicas === undefined) return {};
  const { host = '', port = 0 } = replicas;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const onError = (error: unknown): void => {
    stderr.write(`mcp-pool: ${oneLine(`redis does not tell which nodes there are: ${messageOf(error)}`)}\n`);
  };
  return { replicas: { ...replicas, peers$: redisPeers({ redis: redis.client, name: redis.name, url, onError }) } };
}

async function opened(options: GatewayOptions): Promise<Gateway> {
  try {
    return await serveGateway(options);
  } catch (error) {
    throw new CommandError(messageOf(error));
  }
}
