import { verdictOf } from '../../pool/safe-callbacks.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { KnownServer, KnownServers } from '../connection/known-servers.ts';
import { ToolList } from './tool-list.ts';

/** Whether a tool of this name may be called twice without harm. */
export type TrustTool = (tool: string) => boolean;

/**
 * Which tools may be called twice: those that the operator's function names or, where the hints of the server are trusted,
 * those that it calls read-only or idempotent. What a server says counts for that server alone.
 */
export class ToolHints {
  readonly #trusts: TrustTool | undefined;
  readonly #trustsServer: boolean;
  readonly #servers: KnownServers;
  readonly #lists = new WeakMap<KnownServer, ToolList>();

  constructor(trust: boolean | TrustTool, servers: KnownServers) {
    this.#trustsServer = trust === true;
    this.#trusts = typeof trust === 'function' ? verdictOf((tool) => trust(tool as string)) : undefined;
    this.#servers = servers;
  }

  /** What the server of this connection says of its tools; `undefined` where that does not count. */
  listOf(connection: number): ToolList | undefined {
    const server = this.#trustsServer ? this.#servers.of(connection) : undefined;
    if (server === undefined) return undefined;
    const list = this.#lists.get(server) ?? new ToolList();
    this.#lists.set(server, list);
    return list;
  }

  /** Whether a tool may be called twice, by this list where it is the server that is trusted. */
  isRetryable(tool: string, list: ToolList | undefined): boolean {
    return this.#trusts?.(tool) ?? list?.isRetryable(tool) ?? false;
  }

  /** To be called when a connection has come up: its server is asked for its tools. */
  learn(connection: McpConnection): void {
    this.listOf(connection.id)?.join(connection);
  }
}
