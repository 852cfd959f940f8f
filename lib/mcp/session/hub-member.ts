import type { JSONRPCMessage, JSONRPCResponse, RequestId } from '@modelcontextprotocol/client';
import { randomUUID } from 'node:crypto';
import type { McpPool } from '../mcp-pool.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { Tell } from './questions.ts';
import { Session, type SessionOptions } from './session.ts';
import { AnsweredError } from './wire-error.ts';

/** What a server of a hub is told of the client, and who hears what it says to it. */
interface HubMemberOptions {
  readonly session: SessionOptions;
  /** The parameters of the client's `initialize`. */
  readonly introduction: McpRequest['params'];
  readonly tell: Tell;
  /** The pool of the server has ended. */
  readonly ended: () => void;
}

/** The session that the client of a hub has with one of its servers. */
export class HubMember {
  readonly pool: McpPool;
  readonly #session: Session;
  /** The requests that are the hub's own, by their ids. */
  readonly #own = new Map<RequestId, (answer: JSONRPCResponse) => void>();
  /** Resolves when the server knows of the client; rejects where it does not come up. */
  readonly ready: Promise<unknown>;

  constructor(pool: McpPool, { session, introduction, tell, ended }: HubMemberOptions) {
    this.pool = pool;
    this.#session = new Session(pool, session, {
      tell: (message, about) => {
        const own = 'method' in message || message.id === undefined ? undefined : this.#own.get(message.id);
        if (own === undefined) tell(message, about);
        else own(message as JSONRPCResponse);
      },
      ended,
    });
    this.ready = this.#ask({ method: 'initialize', ...(introduction && { params: introduction }) });
  }

  /** Passes on what the client says, once it is ready. */
  receive(message: JSONRPCMessage): void {
    this.#session.receive(message);
  }

  /** Has the server told of the level of the client's log; one without a log refuses it, which nobody minds. */
  setLevel(level: string): void {
    const tell = (): Promise<unknown> => this.#ask({ method: 'logging/setLevel', params: { level } });
    this.ready.then(tell).catch(() => undefined);
  }

  /** Has the server asked to tell of these resources. */
  follow(uris: readonly string[]): void {
    const ask = (uri: string): Promise<unknown> => this.#ask({ method: 'resources/subscribe', params: { uri } });
    // One that cannot be had has nothing to be told of.
    this.ready.then(() => Promise.all(uris.map(ask))).catch(() => undefined);
  }

  end(): void {
    this.#session.end();
  }

  #ask(request: McpRequest): Promise<unknown> {
    const id = randomUUID();
    const { method, params } = request;
    return new Promise((resolve, reject) => {
      this.#own.set(id, (answer) => {
        this.#own.delete(id);
        if ('result' in answer) resolve(answer.result);
        else reject(new AnsweredError(answer.error));
      });
      this.#session.receive({ jsonrpc: '2.0', id, method, ...(params && { params: { ...params } }) });
    });
  }
}
