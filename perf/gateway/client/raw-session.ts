import type { Endpoint } from './endpoint.ts';
import { RawConnection } from './raw-connection.ts';
import { TOKEN } from '../token.ts';

const LEGACY_VERSION = '2025-06-18';
const MODERN_VERSION = '2026-07-28';
/** All ids have as many digits, so that all requests of a session are of one length. */
const FIRST_ID = 1_000_000_000;

const clientInfo = { name: 'raw', version: '1.0.0' };
const call = { name: 'echo', arguments: { message: 'hi' } };
const envelope = {
  'io.modelcontextprotocol/protocolVersion': MODERN_VERSION,
  'io.modelcontextprotocol/clientInfo': clientInfo,
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** One client of a server over HTTP, which calls the tool `echo` on a connection of its own. */
export class RawSession {
  /** Of the legacy era, where the server gives one. */
  id: string | undefined;
  readonly #endpoint: Endpoint;
  readonly #connection: RawConnection;
  /** A call before its id and after it. */
  #head = '';
  #tail = '';
  #lastId = FIRST_ID;

  private constructor(endpoint: Endpoint, connection: RawConnection) {
    this.#endpoint = endpoint;
    this.#connection = connection;
  }

  /** A session that was introduced before, by its id; without calls. */
  static of(endpoint: Endpoint, connection: RawConnection, id: string): RawSession {
    const session = new RawSession(endpoint, connection);
    session.id = id;
    return session;
  }

  /** Introduces a client, where its era asks for that; on this connection, or on one of its own. */
  static async open(
    endpoint: Endpoint,
    connection: RawConnection = new RawConnection(endpoint.port),
  ): Promise<RawSession> {
    const session = new RawSession(endpoint, connection);
    if (endpoint.era === 'legacy') await session.#introduce();
    session.#prepareCall();
    return session;
  }

  /** Calls the tool; told once it has its answer. Throws for anything else. */
  call(answered: () => void): void {
    this.#connection.ask(this.#head + String(++this.#lastId) + this.#tail, (response) => {
      if (!response.includes('"result"') || !response.startsWith('200', 9)) throw new Error(`no answer: ${response}`);
      answered();
    });
  }

  /** The same as a promise. */
  called(): Promise<void> {
    return new Promise((resolve) => {
      this.call(resolve);
    });
  }

  /** The status of a ping. */
  async pinged(): Promise<number> {
    return statusOf(await this.#post({ id: 1, method: 'ping' }));
  }

  /** Ends the session. */
  async end(): Promise<void> {
    if (this.id !== undefined) await this.#connection.asked(requestOf('DELETE', this.#endpoint, this.#headers()));
    this.#connection.destroy();
  }

  /** The text of the request for the stream of this session. */
  get streamRequest(): string {
    return requestOf('GET', this.#endpoint, this.#headers());
  }

  async #introduce(): Promise<void> {
    const params = { protocolVersion: LEGACY_VERSION, capabilities: {}, clientInfo };
    const response = await this.#post({ id: 1, method: 'initialize', params });
    if (statusOf(response) !== 200) throw new Error(`no session: ${response}`);
    this.id = /\r\nmcp-session-id: *([^\r]+)/i.exec(response)?.[1];
    await this.#post({ method: 'notifications/initialized' });
  }

  #post(message: object): Promise<string> {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    return this.#connection.asked(requestOf('POST', this.#endpoint, this.#headers(), body));
  }

  #prepareCall(): void {
    const isModern = this.#endpoint.era === 'modern';
    const params = isModern ? { ...call, _meta: envelope } : call;
    const message = { jsonrpc: '2.0', id: FIRST_ID, method: 'tools/call', params };
    const headers = { ...this.#headers(), ...(isModern && { 'mcp-method': 'tools/call', 'mcp-name': call.name }) };
    const text = requestOf('POST', this.#endpoint, headers, JSON.stringify(message));
    const [head = '', tail = ''] = text.split(String(FIRST_ID));
    this.#head = head;
    this.#tail = tail;
  }

  #headers(): Readonly<Record<string, string>> {
    if (this.#endpoint.era === 'modern') return { 'mcp-protocol-version': MODERN_VERSION };
    return this.id === undefined ? {} : { 'mcp-session-id': this.id, 'mcp-protocol-version': LEGACY_VERSION };
  }
}

function requestOf(
  method: string,
  { path, port }: Endpoint,
  headers: Readonly<Record<string, string>>,
  body?: string,
): string {
  const accept = method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream';
  const all = {
    host: `127.0.0.1:${port}`,
    accept,
    // Who does not ask for it does not look at it.
    authorization: `Bearer ${TOKEN}`,
    ...headers,
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(body.length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

function statusOf(response: string): number {
  return Number(response.slice(9, 12));
}
