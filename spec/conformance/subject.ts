import {
  type AuthProvider,
  Client,
  type ClientCapabilities,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { type McpClient, type McpEra, type McpHandlers, createMcpPool, streamableHttp } from '../../lib/mcp/index.ts';

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
  readonly era: McpEra;
  readonly authProvider?: AuthProvider | OAuthClientProvider;
  /** What it promises beyond what its handlers do. */
  readonly capabilities?: ClientCapabilities;
  readonly handlers?: Required<Pick<McpHandlers, 'elicitation'>>;
}

const clientInfo = { name: 'rx-mcp-pool-conformance', version: '1.0.0' };

/**
 * The suite runs all scenarios at once, however few processors there are; and its servers are there from the start, so
 * that whatever fails once fails for good.
 */
const patience = { checkoutTimeoutMs: 100_000, connectTimeoutMs: 100_000, isPermanent: () => true };

/** The pool: each call is a request of its own, over a connection of the pool. */
export function openPool(url: string, { authProvider, capabilities, era, handlers }: SubjectOptions): Promise<Subject> {
  const transport = streamableHttp({ url, ...(authProvider && { authProvider }) });
  const clientOptions = capabilities && { clientOptions: { capabilities } };
  // One connection: some scenarios count sessions and streams.
  const pool = createMcpPool({
    transport,
    clientInfo,
    maxSize: 1,
    era,
    ...(handlers && { handlers }),
    ...clientOptions,
    ...patience,
  });
  return Promise.resolve({ client: pool.client, close: () => pool.close() });
}

/** The SDK's own client, for what it makes of the same scenario. */
export async function openSdk(
  url: string,
  { authProvider, capabilities, era, handlers }: SubjectOptions,
): Promise<Subject> {
  const mode = era === 'modern' ? { pin: '2026-07-28' } : era;
  const client = new Client(clientInfo, { versionNegotiation: { mode }, ...(capabilities && { capabilities }) });
  if (handlers)
    client.setRequestHandler('elicitation/create', ({ params }, { mcpReq }) => handlers.elicitation(params, mcpReq));
  await client.connect(new StreamableHTTPClientTransport(new URL(url), authProvider ? { authProvider } : {}));
  return { client, close: () => client.close() };
}
