import { type McpPool, type SessionOptions, poolTransport } from '../../lib/mcp/index.ts';
import { until } from './until.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A client of a pool that says what it is told to say, and keeps what it hears. */
export interface BareClient {
  /** All that it has heard, in order. */
  readonly heard: Record<string, unknown>[];
  readonly closed: () => boolean;
  say(message: Fields): Promise<void>;
  /** Asks, and resolves with the whole answer. */
  ask(method: string, params?: Fields): Promise<Record<string, unknown>>;
  /** Asks, and resolves with the id at once. */
  begin(method: string, params?: Fields): Promise<number>;
  /** Introduces itself by `initialize`, and says that it is ready. */
  introduce(capabilities?: Fields, protocolVersion?: string): Promise<Record<string, unknown>>;
  /** What it has heard of this method. */
  told(method: string): Record<string, unknown>[];
  close(): Promise<void>;
}

export async function bareClient(pool: McpPool, options?: SessionOptions): Promise<BareClient> {
  const transport = poolTransport(pool, options);
  const heard: Record<string, unknown>[] = [];
  let [ids, isClosed] = [0, false];
  transport.onmessage = (message) => heard.push(message);
  transport.onclose = () => (isClosed = true);
  await transport.start();
  const client: BareClient = {
    heard,
    closed: () => isClosed,
    say: (message) => transport.send({ jsonrpc: '2.0', ...message } as never),
    begin: async (method, params) => {
      const id = ++ids;
      await client.say({ id, method, ...(params && { params }) });
      return id;
    },
    ask: async (method, params) => {
      const id = await client.begin(method, params);
      const find = (): Record<string, unknown> | undefined =>
        heard.find((message) => message['id'] === id && !('method' in message));
      await until(() => find() !== undefined);
      return find() ?? {};
    },
    introduce: async (capabilities = {}, protocolVersion = '2025-06-18') => {
      const clientInfo = { name: 'bare', version: '1.0.0' };
      const answer = await client.ask('initialize', { protocolVersion, capabilities, clientInfo });
      await client.say({ method: 'notifications/initialized' });
      return answer['result'] as Record<string, unknown>;
    },
    told: (method) => heard.filter((message) => message['method'] === method),
    close: () => transport.close(),
  };
  return client;
}
