import {
  type McpHandlers,
  type McpPool,
  type McpPoolOptions,
  type McpRequest,
  createMcpPool,
  streamableHttp,
  tcp,
} from '../../lib/mcp/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { type AskingTools, type Asked, askingTools } from './asking-tools.ts';
import { startHttpServer } from './http-server.ts';
import { callOf, textOf } from './tool-call.ts';

export const carriers = ['TCP', 'HTTP'] as const;
export type Carrier = (typeof carriers)[number];

/** A pool whose server asks back. */
export interface AskingPool {
  readonly tools: AskingTools;
  readonly pool: McpPool;
  stop(): Promise<void>;
}

/** Opens one of the modern era that promises to answer whatever is asked. */
export async function openAskingPool(carrier: Carrier, options: Partial<McpPoolOptions> = {}): Promise<AskingPool> {
  const tools = askingTools();
  const server = carrier === 'TCP' ? await serveTcp(tools.create) : await startHttpServer(tools.create);
  const transport = 'url' in server ? streamableHttp({ url: server.url }) : tcp({ port: server.port });
  const clientOptions = { capabilities: { sampling: {}, elicitation: {}, roots: {} } };
  const pool = createMcpPool({ transport, era: 'modern', minSize: 1, clientOptions, ...options });
  const stop = async (): Promise<void> => {
    await pool.close();
    await ('close' in server ? server.close() : server.stop());
  };
  return { tools, pool, stop };
}

/** Answers with its own name, so that it shows who was asked. */
export function named(name: string): McpHandlers {
  return {
    sampling: () => ({ model: name, role: 'assistant', content: { type: 'text', text: 'hi' } }),
    elicitation: ({ message }) => ({ action: 'accept', content: { name: `${name}: ${message}` } }),
    roots: () => ({ roots: [{ uri: `file:///${name}` }] }),
  };
}

/** A call that is asked back, so many times. */
export function asks(asked: readonly Asked[], text = 'text', times = 1): McpRequest {
  return callOf('ask', { asks: asked, text, times });
}

/** What was answered to the last that was asked. */
export async function answerTo(pool: McpPool, request: McpRequest, handlers?: McpHandlers): Promise<unknown> {
  const answer = await pool.use((connection) => connection.request(request, handlers && { handlers }));
  return JSON.parse(textOf(answer)) as unknown;
}
