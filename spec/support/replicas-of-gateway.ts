import { BehaviorSubject } from 'rxjs';
import { onTestFinished } from 'vitest';
import { type Gateway, type GatewayOptions, type ReplicaOptions, serveGateway } from '../../lib/gateway/index.ts';
import { type McpPoolOptions, serveTcp, tcp } from '../../lib/mcp/index.ts';
import { McpHttpClient } from './mcp-http-client.ts';

/** A key that all nodes of a test have. */
export const KEY = 'what only these nodes know';

/** Several gateways that are one for their clients, and know of each other; they end with the test. */
export async function nodesOf(
  count: number,
  options: (n: number) => Partial<GatewayOptions>,
  others: Partial<ReplicaOptions> = {},
): Promise<Gateway[]> {
  const peers$ = new BehaviorSubject<readonly string[]>([]);
  const nodes = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const replicas = { keys: [KEY], peers$, port: 0, ...others };
      const node = await serveGateway({ port: 0, drainMs: 200, replicas, ...options(n) });
      onTestFinished(() => node.close());
      return node;
    }),
  );
  peers$.next(nodes.map(({ peerPort }) => `http://127.0.0.1:${peerPort ?? 0}`));
  return nodes;
}

/** Options that reach such a server. */
export async function reached(
  create: Parameters<typeof serveTcp>[0],
  others: McpPoolOptions = {},
): Promise<McpPoolOptions> {
  const server = await serveTcp(create);
  onTestFinished(() => server.close());
  return { transport: tcp({ port: server.port }), maxSize: 2, ...others };
}

/** Two nodes before the same servers. */
export async function two(options: Partial<GatewayOptions>): Promise<[Gateway, Gateway]> {
  return (await nodesOf(2, () => options)) as [Gateway, Gateway];
}

/** A client of the first node, and the same one as it speaks to the other. */
export function clientsOf(...nodes: readonly Gateway[]): McpHttpClient[] {
  return nodes.map(({ url }) => {
    const client = new McpHttpClient(url);
    onTestFinished(() => client.close());
    return client;
  });
}

/** A client that was introduced to the first node, and the same one as it speaks to the other. */
export async function introduced(
  nodes: readonly Gateway[],
  capabilities: object = {},
): Promise<[McpHttpClient, McpHttpClient]> {
  const [one, other] = clientsOf(...nodes) as [McpHttpClient, McpHttpClient];
  await one.introduce({ ...capabilities });
  other.session = one.session;
  return [one, other];
}

/** What a call of a tool has. */
export const call = (name: string, args: object = {}): Readonly<Record<string, unknown>> => ({ name, arguments: args });
