import { Agent, type Dispatcher, request } from 'undici';

type Fields = Readonly<Record<string, unknown>>;

/** What a client of the gateway is told in response to one HTTP request, as it comes. */
export interface HttpExchange {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The messages so far, of JSON or of an event stream; those of a batch one by one. */
  readonly messages: Record<string, unknown>[];
  /** All that has come, as text. */
  readonly text: () => string;
  /** Whether the response has ended. */
  readonly isOver: () => boolean;
  /** Resolves when it has. */
  readonly over: Promise<void>;
  /** Closes the response, as a client that goes away. */
  close(): void;
}

/** How the client asks. */
export interface HttpAsking {
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Partial<Record<string, string | undefined>>>;
  /** Sent as it is. */
  readonly text?: string;
  /** Told of each message as it comes. */
  readonly heard?: (message: Record<string, unknown>) => void;
}

const usual = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** A client of the gateway that sends what it is told to send, and keeps what it hears. */
export class McpHttpClient {
  readonly url: string;
  /** The headers of its session, once it has one. */
  session: Readonly<Record<string, string>> = {};
  /** What it sends to be known by, if anything. */
  token: string | undefined;
  readonly #agent = new Agent({ pipelining: 1 });
  #ids = 0;

  constructor(url: string) {
    this.url = url;
  }

  /** Sends a message, or several; resolves when the response begins. A header that is `undefined` is left out. */
  async send(message: unknown, { method = 'POST', headers = {}, text, heard }: HttpAsking = {}): Promise<HttpExchange> {
    const authorization = this.token === undefined ? undefined : `Bearer ${this.token}`;
    const all = Object.entries({ ...usual, authorization, ...this.session, ...headers }).filter(
      ([, value]: [string, string | undefined]) => value !== undefined,
    );
    const body = text ?? (message === undefined ? null : JSON.stringify(message));
    const response = await request(this.url, {
      method,
      headers: Object.fromEntries(all) as Record<string, string>,
      body,
      dispatcher: this.#agent,
    });
    return exchangeOf(response, heard);
  }

  /** The same; resolves when the response has ended. */
  async post(message: unknown, asking?: HttpAsking): Promise<HttpExchange> {
    const exchange = await this.send(message, asking);
    await exchange.over;
    return exchange;
  }

  /** Sends a request; resolves when the response begins. */
  begin(method: string, params?: Fields, asking?: HttpAsking): Promise<HttpExchange> {
    return this.send(this.request(method, params), asking);
  }

  /** Sends a request; resolves with the last message of the response. */
  async ask(method: string, params?: Fields, asking?: HttpAsking): Promise<Record<string, unknown>> {
    const { messages } = await this.post(this.request(method, params), asking);
    return messages.at(-1) ?? {};
  }

  /** Begins a session. */
  async introduce(capabilities: Fields = {}, protocolVersion = '2025-06-18'): Promise<HttpExchange> {
    const clientInfo = { name: 'spec', version: '1.0.0' };
    const exchange = await this.post(this.request('initialize', { protocolVersion, capabilities, clientInfo }));
    const id = exchange.headers['mcp-session-id'];
    if (typeof id !== 'string') return exchange;
    this.session = { 'mcp-session-id': id, 'mcp-protocol-version': protocolVersion };
    await this.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return exchange;
  }

  /** A request with an id of its own. */
  request(method: string, params?: Fields): { jsonrpc: '2.0'; id: number; method: string; params?: Fields } {
    return { jsonrpc: '2.0', id: ++this.#ids, method, ...(params && { params }) };
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

function exchangeOf(
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  heard?: HttpAsking['heard'],
): HttpExchange {
  const messages: Record<string, unknown>[] = [];
  const take = (message: unknown): void => {
    messages.push(message as Record<string, unknown>);
    heard?.(message as Record<string, unknown>);
  };
  const isStream = String(headers['content-type']).startsWith('text/event-stream');
  let [all, rest, isOver] = ['', '', false];
  body.setEncoding('utf8');
  body.on('data', (chunk: string) => {
    all += chunk;
    if (!isStream) return;
    const blocks = `${rest}${chunk}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) take(JSON.parse(data));
    }
  });
  const over = new Promise<void>((resolve) => {
    const end = (): void => {
      if (!isOver && !isStream && all.startsWith('{')) take(JSON.parse(all));
      if (!isOver && !isStream && all.startsWith('[')) (JSON.parse(all) as unknown[]).forEach(take);
      isOver = true;
      resolve();
    };
    body.once('end', end).once('close', end).once('error', end);
  });
  return { status, headers, messages, over, text: () => all, isOver: () => isOver, close: () => body.destroy() };
}
