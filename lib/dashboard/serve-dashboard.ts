import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DashboardHandler, dashboardHandler } from './dashboard-handler.ts';
import { type DashboardOptions, resolveDashboard } from './dashboard-options.ts';
import type { Pools } from './pool-list.ts';
import { messageOf } from '../base/thrown.ts';

/** A dashboard that is being served. */
export interface Dashboard {
  /** Where to find it: `http://127.0.0.1:3400/`. */
  readonly url: string;
  /** The port that it listens at, also where `port: 0` was asked for. */
  readonly port: number;
  /** Ends all streams and connections; resolves when nothing is left. A second call gets the same promise. */
  close(): Promise<void>;
  /** For `await using`: the same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Serves a page that shows pools as they are, and as they were: one, several, or those of a family, which come and go. The
 * pools are only looked at, and with `history: 'watched'` nothing is subscribed to while no page is open.
 *
 * Resolves when it listens; rejects with an error that says why where it cannot, and with a `TypeError` or `RangeError`
 * for options that make no sense. It does not close with its pools.
 */
export async function serveDashboard(pools: Pools, options: DashboardOptions): Promise<Dashboard> {
  const { port, host, handler: handlerOptions } = resolveDashboard(options);
  const handler = dashboardHandler(pools, handlerOptions);
  const server = createServer((request, response) => {
    handler(request, response);
  });
  try {
    await listening(server, port, host);
  } catch (error) {
    handler.close();
    throw new Error(`the dashboard cannot listen at ${host}:${port}: ${reasonOf(error)}`, { cause: error });
  }
  return new RunningDashboard(server, handler, host, handlerOptions.path);
}

class RunningDashboard implements Dashboard {
  readonly url: string;
  readonly port: number;
  readonly #server: Server;
  readonly #handler: DashboardHandler;
  #closed: Promise<void> | undefined;

  /** `path` is empty, or where it is mounted, without a slash at its end. */
  constructor(server: Server, handler: DashboardHandler, host: string, path: string) {
    this.#server = server;
    this.#handler = handler;
    this.port = (server.address() as AddressInfo).port;
    this.url = `http://${hostInUrl(host)}:${this.port}${path}/`;
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #end(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#handler.close();
    this.#server.close();
    // A page keeps its connections, and a reader who is slow would keep its stream.
    this.#server.closeAllConnections();
    await closed;
  }
}

async function listening(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

function reasonOf(error: unknown): string {
  const code: unknown = Reflect.get(Object(error) as object, 'code');
  return code === 'EADDRINUSE' ? 'the port is in use' : messageOf(error);
}

/** What listens at every address is found at this one. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
