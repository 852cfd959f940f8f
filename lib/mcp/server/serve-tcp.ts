import type { McpServerFactory } from '@modelcontextprotocol/server';
import type { StdioServerHandle } from '@modelcontextprotocol/server/stdio';
import { createServer as listenTcp, type ListenOptions, type Server, type Socket } from 'node:net';
import { FirstMessage } from '../lines/first-message.ts';
import { type OptionNames, checkKnown } from '../../base/known-options.ts';
import {
  checkCount,
  checkDurationMs,
  checkLimits,
  checkPort,
  checkText,
  type ClientLimits,
  type LineLimits,
} from '../transport/limits.ts';
import { socketCarrier } from '../lines/socket-carrier.ts';
import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { PeerNotReadingError } from '../lines/line-writer.ts';
import { LineTransport } from '../lines/line-transport.ts';

/** Where to listen, and who is told of faults. */
export interface ServeTcpOptions extends LineLimits, ClientLimits {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port; the server tells which. */
  readonly port?: number;
  /** How many may be connected at once; one more is closed at once. Default 1024; 0 or Infinity for any number. */
  readonly maxConnections?: number;
  /**
   * How long a client may take to send its first message, which has to be the first line, in milliseconds; then it is
   * disconnected. Default 10 000; 0 or Infinity for ever.
   */
  readonly firstMessageTimeoutMs?: number;
  /** Bytes that may wait for a client who does not read: 8 MiB. Beyond, it is disconnected. */
  readonly maxBufferedBytes?: number;
  /** In place of host and port: a Unix socket, which is removed at the end, or a named pipe of Windows. */
  readonly path?: string;
  /** Told of every fault of one connection (a reset, a garbage line, a message over the limit); none of them is fatal. */
  readonly onerror?: (error: Error) => void;
}

/** A listening server. */
export interface TcpServer {
  /** The path of a Unix socket where it is one, whose port is 0. */
  readonly host: string;
  /** The port that it listens at, also where `port: 0` was asked for. */
  readonly port: number;
  /** How many are connected now. */
  readonly connections: number;
  /** Stops listening and ends every connection; resolves when the last is gone. Again is the same. */
  close(): Promise<void>;
}

/** Connections that may queue in the kernel: a pool opens many at once. */
const BACKLOG = 4096;

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_MAX_CONNECTIONS = 1024;
const DEFAULT_FIRST_MESSAGE_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

/** How long a connection is silent before the kernel asks whether the client is still there, in milliseconds. */
const KEEP_ALIVE_INITIAL_DELAY = 15_000;

/**
 * Serves MCP over TCP, one message a line. Each connection gets a server of its own from `createServer`, in the era that
 * its first message speaks. Whoever begins with anything else is disconnected unheard: any page in a browser can send an
 * HTTP request with messages in it to a port of this machine. The server of the SDK is loaded by the first call.
 *
 * Rejects when the port cannot be had; throws a TypeError or RangeError for bad options.
 */
export function serveTcp(createServer: McpServerFactory, options: ServeTcpOptions = {}): Promise<TcpServer> {
  const { host = DEFAULT_HOST, port = 0, path } = options;
  return serve(createServer, options, check(path ?? host, port, options));
}

async function serve(create: McpServerFactory, options: ServeTcpOptions, firstMessageMs: number): Promise<TcpServer> {
  // Who only asks servers, and imports all of `rx-mcp-pool/mcp` for it, does not wait for the SDK's server to load.
  const { serveStdio } = await import('@modelcontextprotocol/server/stdio');
  const { host = DEFAULT_HOST, port = 0, path, onerror, maxBufferedBytes = DEFAULT_MAX_BUFFERED_BYTES } = options;
  const limits = { ...options, maxBufferedBytes, maxServerMessagesPerSecond: 0 };
  const handles = new Map<Socket, StdioServerHandle>();
  const server = listenTcp(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_INITIAL_DELAY },
    (socket) => {
      socket.once('close', () => handles.delete(socket));
      const firstMessage = new FirstMessage(firstMessageMs);
      const transport = new ServedTransport(() => socketCarrier(socket), { ...limits, firstMessage });
      handles.set(socket, serveStdio(create, { transport, ...(onerror && { onerror }) }));
    },
  );
  limit(server, options);
  const bound = await listening(server, path === undefined ? { host, port } : { path });
  // Out of descriptors, `accept` fails here; who is connected stays so.
  server.on('error', (error) => onerror?.(error));
  return describe(server, handles, path ?? host, bound);
}

/** Returns how long a client may take to begin. */
function check(host: string, port: number, limits: ServeTcpOptions): number {
  checkKnown('serveTcp', limits, serveTcpNames);
  if (limits.path !== undefined && limits.port !== undefined) throw new TypeError('choose one of path and port');
  checkText(limits.path === undefined ? 'host' : 'path', host);
  checkPort(port, 0);
  checkLimits(limits);
  checkCount('maxConnections', limits.maxConnections);
  const { firstMessageTimeoutMs = DEFAULT_FIRST_MESSAGE_TIMEOUT_MS } = limits;
  return checkDurationMs('firstMessageTimeoutMs', firstMessageTimeoutMs);
}

/** Who is too many is closed by Node before anything is made for it. */
function limit(server: Server, { maxConnections = DEFAULT_MAX_CONNECTIONS, onerror }: ServeTcpOptions): void {
  // To Node 0 would be none at all, or no limit, depending on its version.
  if (maxConnections === 0 || maxConnections === Infinity) return;
  server.maxConnections = maxConnections;
  server.on('drop', () =>
    onerror?.(new Error(`refused a connection: ${maxConnections} of ${maxConnections} are open`)),
  );
}

function listening(server: Server, at: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...at, backlog: BACKLOG }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

function describe(server: Server, handles: Map<Socket, StdioServerHandle>, host: string, port: number): TcpServer {
  let closed: Promise<void> | undefined;
  return {
    host,
    port,
    get connections() {
      return handles.size;
    },
    close: () => (closed ??= closeAll(server, handles)),
  };
}

async function closeAll(server: Server, handles: ReadonlyMap<Socket, StdioServerHandle>): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  await Promise.all([...handles.values()].map((handle) => handle.close()));
  await stopped;
}

const serveTcpNames: OptionNames<ServeTcpOptions> = {
  maxMessageBytes: true,
  maxMessageDepth: true,
  maxGarbageLinesPerSecond: true,
  maxBufferedBytes: true,
  maxMessagesPerSecond: true,
  host: true,
  port: true,
  path: true,
  maxConnections: true,
  firstMessageTimeoutMs: true,
  onerror: true,
};

/** The server's end of a connection: a client that does not read its answers has it ended, with all that waits for it. */
class ServedTransport extends LineTransport {
  override async send(message: JSONRPCMessage): Promise<void> {
    try {
      await super.send(message);
    } catch (error) {
      if (error instanceof PeerNotReadingError) this.fail(error);
      throw error;
    }
  }
}
