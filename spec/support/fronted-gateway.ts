import { type Gateway, type GatewayOptions, serveGateway } from '../../lib/gateway/index.ts';
import { type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { type LineServer, type Message, type Say, startLineServer } from './line-server.ts';
import { McpHttpClient } from './mcp-http-client.ts';
import { type Answers, answer, initialising } from './scripted-server.ts';

/** A message that the server was sent, and on which of its connections, by number. */
export type Got = Message & { readonly connection: number; readonly result?: unknown; readonly error?: unknown };

/** Does something with a message of a client. */
type Handle = (message: Got, say: Say) => void;

const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  logging: {},
};
const accepted = { result: {} };

/** What the server says of itself in both eras, and to whatever is asked of it besides calls of tools. */
const answersOf = {
  legacy: (): Answers => {
    const { initialize, ping = {} } = initialising('2025-11-25');
    const introduced = { result: { ...(initialize?.['result'] as object), capabilities } };
    const others = { 'logging/setLevel': accepted, 'resources/subscribe': accepted, 'resources/unsubscribe': accepted };
    return { initialize: introduced, ping, 'tools/list': listed, ...others };
  },
  modern: (): Answers => ({ 'server/discover': { result: discovered }, 'tools/list': listed }),
};

const mirrored = {
  region: { type: 'string', 'x-mcp-header': 'Region' },
  count: { type: 'integer', 'x-mcp-header': 'N' },
};
const hints = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
const listed = {
  result: {
    ...hints,
    tools: [
      { name: 'x', inputSchema: { type: 'object' } },
      { name: 'mirrored', inputSchema: { type: 'object', properties: mirrored } },
    ],
  },
};
const discovered = {
  ...hints,
  supportedVersions: ['2026-07-28'],
  capabilities,
  _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'scripted', version: '1.0.0' } },
};

/** A server of one era, a pool of connections to it, a gateway before the pool, and a client of the gateway. */
export class FrontedGateway {
  /** All that the server was sent, in order. */
  readonly received: Got[] = [];
  pool!: McpPool;
  gateway!: Gateway;
  client!: McpHttpClient;
  readonly #handles = new Map<string, Handle>();
  readonly #clients: McpHttpClient[] = [];
  #server!: LineServer;

  static async open(
    era: 'legacy' | 'modern' = 'legacy',
    options: { readonly pool?: Partial<McpPoolOptions>; readonly gateway?: Partial<GatewayOptions> } = {},
  ): Promise<FrontedGateway> {
    const fronted = new FrontedGateway();
    await fronted.#start(era);
    fronted.pool = createMcpPool({
      transport: tcp({ port: fronted.#server.port }),
      era,
      clientOptions: { capabilities: { sampling: {}, roots: {}, elicitation: {} } },
      minSize: 0,
      maxSize: 1,
      ...options.pool,
    });
    fronted.gateway = await serveGateway({ pool: fronted.pool, port: 0, drainMs: 200, ...options.gateway });
    fronted.client = fronted.anotherClient();
    return fronted;
  }

  /** One more client, which is known by this token. */
  anotherClient(token?: string): McpHttpClient {
    const client = new McpHttpClient(this.gateway.url);
    client.token = token;
    this.#clients.push(client);
    return client;
  }

  /** The calls of tools that the server was sent. */
  get calls(): Got[] {
    return this.sent('tools/call');
  }

  /** What it was sent of this method. */
  sent(method: string): Got[] {
    return this.received.filter((message) => message.method === method);
  }

  /** Handles what comes of this method; answers, which have none, as `answer`. */
  handles(method: string, handle: Handle): void {
    this.#handles.set(method, handle);
  }

  /** Answers calls of tools with this result, at once. */
  answers(result: object): void {
    this.handles('tools/call', ({ id }, say) => {
      say({ id, result });
    });
  }

  /** Leaves calls of tools open. */
  leavesOpen(): void {
    this.handles('tools/call', () => undefined);
  }

  /** Tells all connections. */
  tells(method: string, params?: object): void {
    for (const socket of this.#server.sockets) socket.write(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`);
  }

  /** Ends all connections. */
  breaks(): void {
    for (const socket of this.#server.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) await client.close();
    await this.gateway.close();
    await this.pool.close({ timeoutMs: 0 });
    await this.#server.stop();
  }

  async #start(era: 'legacy' | 'modern'): Promise<void> {
    const answers = answersOf[era]();
    const connections: unknown[] = [];
    this.#server = await startLineServer((message, say, socket) => {
      if (!connections.includes(socket)) connections.push(socket);
      const got = { ...message, connection: connections.indexOf(socket) };
      this.received.push(got);
      const handle = this.#handles.get((message as Partial<Message>).method ?? 'answer');
      if (handle !== undefined) handle(got, say);
      else if ('method' in message) answer(message, answers, say);
    });
  }
}
