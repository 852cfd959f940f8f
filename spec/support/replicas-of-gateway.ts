import { BehaviorSubject } from 'rxjs';
import { onTestFinished } from 'vitest';
import { type Gateway, type GatewayOptions, type ReplicaOptions, serveGateway } from '../../lib/gateway/index.ts';

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
