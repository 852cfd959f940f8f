import type { JSONRPCMessage, RequestId, Transport } from '@modelcontextprotocol/client';
import { toError } from '../../base/thrown.ts';
import type { McpHub } from '../hub/mcp-hub.ts';
import type { McpPool } from '../mcp-pool.ts';
import { type AnySession, sessionOf } from './any-session.ts';
import type { SessionOptions } from './session.ts';

/** A transport of the server side, of either major version of the SDK. */
export interface ServerTransport {
  /** Called when the client is gone. */
  onclose?: (() => void) | undefined;
  /** Told what goes wrong with messages to the client. */
  onerror?: ((error: Error) => void) | undefined;
  /** Called with each message of the client. */
  onmessage?: Transport['onmessage'];
  /** Begins to carry messages. */
  start(): Promise<void>;
  /** Carries a message to the client; `relatedRequestId`: the request of the client that it belongs to. */
  send(message: JSONRPCMessage, options?: { readonly relatedRequestId?: RequestId }): Promise<void>;
  /** Ends the connection to the client. */
  close(): Promise<void>;
}

/** The pool as an MCP server, for whoever connects servers to transports. */
export interface PoolServer {
  /** Serves the client of this transport; each transport is a session of its own. Resolves when the transport has started. */
  connect(transport: ServerTransport): Promise<void>;
  /** Closes all transports that are connected; the pool stays open. */
  close(): Promise<void>;
}

/** What every class of servers has that is connected to transports, such as the SDK's `McpServer` of both major versions. */
export interface ConnectedServer {
  /** Serves the client of this transport. */
  connect(transport: never): Promise<void>;
  /** Ends what it serves. */
  close(): Promise<void>;
}

/**
 * The pool, or a hub of several, as a server of the SDK's, such as the `instance` of an in-process server of
 * `claude-agent-sdk`. Closing it leaves the pool open. Where a server of the SDK's own class is asked for it has that type, so
 * that it needs no cast; it still has `connect` and `close` and nothing else.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a class with private members is no shape that we could have
export function asServer<Server extends ConnectedServer = PoolServer>(
  pool: McpPool | McpHub,
  options: SessionOptions = {},
): Server {
  const connected = new Set<ServerTransport>();
  const server: PoolServer = {
    connect: (transport) => {
      connected.add(transport);
      serve(new Carried(pool, options, transport), transport, () => connected.delete(transport));
      return transport.start();
    },
    close: async () => {
      await Promise.all([...connected].map((transport) => transport.close()));
    },
  };
  return server as unknown as Server;
}

/** A session whose messages a transport carries. */
class Carried {
  readonly session: AnySession;
  readonly #transport: ServerTransport;

  constructor(pool: McpPool | McpHub, options: SessionOptions, transport: ServerTransport) {
    this.#transport = transport;
    this.session = sessionOf(pool, options, {
      tell: this.#tell.bind(this),
      // Also when the pool has ended: the client is told by the end of its transport.
      ended: () => void transport.close().catch(this.#failed.bind(this)),
    });
  }

  #tell(message: JSONRPCMessage, about?: RequestId): void {
    const options = about === undefined ? undefined : { relatedRequestId: about };
    this.#transport.send(message, options).catch(this.#failed.bind(this));
  }

  #failed(error: unknown): void {
    this.#transport.onerror?.(toError(error));
  }
}

/** Has the session hear what the transport tells; what the transport calls already is called as before. */
function serve({ session }: Carried, transport: ServerTransport, gone: () => void): void {
  const { onclose } = transport;
  transport.onmessage = (message) => {
    session.receive(message);
  };
  transport.onclose = () => {
    gone();
    onclose?.();
    session.end();
  };
}
