import {
  type AuthProvider,
  Client,
  type ClientOptions,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { type McpClient, createMcpPool, streamableHttp } from '../../lib/mcp/index.ts';

/** What is put to the test. */
export interface Subject {
  readonly client: Pick<
    McpClient,
    'listTools' | 'callTool' | 'listResources' | 'readResource' | 'listPrompts' | 'getPrompt'
  >;
  close(): Promise<void>;
}

/** What a scenario asks of it. */
export interface SubjectOptions {
  readonly authProvider?: AuthProvider | OAuthClientProvider;
  readonly clientOptions?: ClientOptions;
  readonly onClient?: (client: Client) => void;
}

const clientInfo = { name: 'rx-mcp-pool-conformance', version: '1.0.0' };

/**
 * The suite runs all scenarios at once, however few processors there are; and its servers are there from the start, so
 * that whatever fails once fails for good.
 */
const patience = { checkoutTimeoutMs: 100_000, connectTimeoutMs: 100_000, isPermanent: () => true };

/** The pool: each call is a request of its own, over a connection of the pool. */
export function openPool(url: string, { authProvider, ...options }: SubjectOptions): Promise<Subject> {
  const transport = streamableHttp({ url, ...(authProvider && { authProvider }) });
  // One connection: some scenarios count sessions and streams.
  const pool = createMcpPool({ transport, clientInfo, maxSize: 1, ...patience, ...options });
  return Promise.resolve({ client: pool.client, close: () => pool.close() });
}

/** The SDK's own client, for what it makes of the same scenario. */
export async function openSdk(
  url: string,
  { authProvider, clientOptions, onClient }: SubjectOptions,
): Promise<Subject> {
  const client = new Client(clientInfo, clientOptions);
  onClient?.(client);
  await client.connect(new StreamableHTTPClientTransport(new URL(url), authProvider ? { authProvider } : {}));
  return { client, close: () => client.close() };
}
