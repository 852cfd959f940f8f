import { onTestFinished } from 'vitest';
import { type Gateway, type GatewayOptions, serveGateway } from '../../lib/gateway/index.ts';
import { FrontedGateway } from './fronted-gateway.ts';
import { McpHttpClient } from './mcp-http-client.ts';
import { until } from './until.ts';

/** What the admin page answers with. */
export interface Page {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  readonly json: () => unknown;
}

/** What is at this path of the admin page. */
export async function page(
  gateway: Pick<Gateway, 'adminUrl'>,
  path: string,
  headers: Record<string, string> = {},
): Promise<Page> {
  const response = await fetch(new URL(path, gateway.adminUrl), { headers });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text,
    json: () => JSON.parse(text) as unknown,
  };
}

/** A gateway before a pool, with an admin page; it ends with the test. */
export async function fronted(options: Partial<GatewayOptions> = {}): Promise<FrontedGateway> {
  const server = await FrontedGateway.open('legacy', { gateway: { admin: 0, drainMs: 10_000, ...options } });
  onTestFinished(() => server.stop());
  return server;
}

/** A gateway of these servers, likewise. */
export async function served(servers: NonNullable<GatewayOptions['servers']>): Promise<Gateway> {
  const gateway = await serveGateway({ servers, port: 0, admin: 0, drainMs: 500 });
  onTestFinished(() => gateway.close());
  return gateway;
}

/** A gateway with a session that has a call open, which `answer` answers. */
export async function withCall(
  options: Partial<GatewayOptions> = {},
): Promise<Pick<FrontedGateway, 'gateway' | 'client'> & { answer: () => void }> {
  const server = await fronted(options);
  const { gateway, client } = server;
  let answer = (): void => undefined;
  server.handles('tools/call', ({ id }, say) => (answer = () => say({ id, result: { content: [] } })));
  await client.introduce();
  const asked = client.ask('tools/call', { name: 'x' });
  await until(() => server.calls.length === 1);
  onTestFinished(async () => {
    answer();
    await asked;
  });
  return { gateway, client, answer: () => answer() };
}

/** Asks for the tools, as a client that can be asked this. */
export async function listed({ url }: Gateway, capabilities: object = {}): Promise<void> {
  const client = new McpHttpClient(url);
  onTestFinished(() => client.close());
  await client.introduce(capabilities as Record<string, unknown>);
  await client.ask('tools/list');
}
