import { type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { type BareClient, bareClient } from './bare-client.ts';
import { type LineServer, type Message, type Say, startLineServer } from './line-server.ts';
import { answer, initialising } from './scripted-server.ts';

/** A message that the server was sent, and on which of its connections, by number. */
export type Received = Message & { readonly connection: number; readonly result?: unknown; readonly error?: unknown };

/** Handles a message of a client; `false` where the server is to do with it as it always does. */
type Handle = (message: Message, say: Say, connection: number) => boolean;

const introduced = {
  capabilities: {
    tools: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
    logging: {},
    tasks: { list: {} },
  },
  instructions: 'be kind',
};

/** The call of a tool. */
export const call = { name: 'x' };

/** A server of 2025-06-18 behind a pool that has a client in front of it. */
export class FrontedServer {
  readonly received: Received[] = [];
  onRequest: Handle = () => false;
  pool!: McpPool;
  client!: BareClient;
  #server!: LineServer;

  /** Starts the server, and opens the pool and its client. */
  static async open(options: Partial<McpPoolOptions> = {}): Promise<FrontedServer> {
    const fronted = new FrontedServer();
    await fronted.#start();
    const promised = { capabilities: { sampling: {}, roots: {}, elicitation: {} } };
    const sizes = { minSize: 0, maxSize: 1 };
    const transport = tcp({ port: fronted.#server.port });
    fronted.pool = createMcpPool({ transport, clientOptions: promised, ...sizes, ...options });
    fronted.client = await bareClient(fronted.pool);
    return fronted;
  }

  get sockets(): LineServer['sockets'] {
    return this.#server.sockets;
  }

  /** The calls of tools that it was sent. */
  get calls(): Received[] {
    return this.sent('tools/call');
  }

  /** What it was sent of this method. */
  sent(method: string): Received[] {
    return this.received.filter((message) => message.method === method);
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

  /** Handles what comes of this method, and all else as always. */
  handles(method: string, handle: (message: Message, say: Say, connection: number) => void): void {
    this.onRequest = (message, say, connection) => {
      if (message.method !== method) return false;
      handle(message, say, connection);
      return true;
    };
  }

  /** Tells all who are connected. */
  tells(method: string, params?: object): void {
    for (const socket of this.sockets) socket.write(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`);
  }

  /** Asks during each call, always by the id `q`; the result of the call says what was answered. */
  asks(method: string): void {
    const open = new Map<number, { readonly id: Message['id']; readonly say: Say }>();
    this.onRequest = (message, say, connection) => {
      const { id, result, error } = message as Received;
      if (message.method === 'tools/call') {
        open.set(connection, { id, say });
        say({ id: 'q', method, params: { of: connection } });
      } else if (id === 'q')
        open.get(connection)?.say({ id: open.get(connection)?.id, result: { said: result ?? error } });
      return message.method === 'tools/call';
    };
  }

  async stop(): Promise<void> {
    await this.pool.close({ timeoutMs: 0 });
    await this.#server.stop();
  }

  async #start(): Promise<void> {
    const { initialize, ping = {} } = initialising();
    const accepted = { result: {} };
    const answers = {
      initialize: { result: { ...(initialize?.['result'] as object), ...introduced } },
      ping,
      'logging/setLevel': accepted,
      'resources/subscribe': accepted,
      'resources/unsubscribe': accepted,
    };
    const connections: unknown[] = [];
    this.#server = await startLineServer((message, say, socket) => {
      if (!connections.includes(socket)) connections.push(socket);
      const connection = connections.indexOf(socket);
      this.received.push({ ...message, connection });
      if (!this.onRequest(message, say, connection) && 'method' in message) answer(message, answers, say);
    });
  }
}
