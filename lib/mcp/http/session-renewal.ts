import type { JSONRPCMessage, JSONRPCRequest } from '@modelcontextprotocol/client';
import { type Observable, Subject } from 'rxjs';
import { currentContext } from '../../base/async-context.ts';
import { HttpExchange } from './http-exchange.ts';
import type { HttpSession, HttpWire } from './http-wire.ts';

/** How long a server may take to begin a session anew, in milliseconds. */
const RENEW_WITHIN_MS = 10_000;

/** Begins a session anew as it was begun before, behind the back of the SDK's client, which must not notice. */
export class SessionRenewal {
  readonly #wire: HttpWire;
  readonly #renewed$ = new Subject<void>();
  /** Of the connection: a stream that begins with the session lives longer than the request that met its end. */
  readonly #context = currentContext();
  #underWay: Promise<void> | undefined;
  #initialize: JSONRPCRequest | undefined;
  #times = 0;
  #exchange: HttpExchange | undefined;

  constructor(wire: HttpWire) {
    this.#wire = wire;
  }

  /** Emits when the new session can be used; completes with the connection. */
  get renewed$(): Observable<void> {
    return this.#renewed$;
  }

  /** What whoever sends something has to wait for. */
  get underWay(): Promise<void> | undefined {
    return this.#underWay;
  }

  /** Joins what is under way, or begins it. */
  once(begin: () => Promise<void>): Promise<void> {
    this.#underWay ??= this.#context.runInAsyncScope(begin).finally(() => (this.#underWay = undefined));
    return this.#underWay;
  }

  /** To be shown every message that is sent: one of them begins the session. */
  sent(message: JSONRPCMessage): void {
    if ('method' in message && 'id' in message && message.method === 'initialize') this.#initialize = message;
  }

  /** Resolves with the new session, in the same version of the protocol; rejects with what stands in the way. */
  async renew({ version }: HttpSession): Promise<HttpSession> {
    if (!this.#initialize) throw new Error('nothing is known of how it began');
    // An id of its own: those of the SDK's client are numbers.
    const request = { ...this.#initialize, id: `rx-mcp-pool:initialize:${++this.#times}` };
    let answer: JSONRPCMessage | undefined;
    let id: string | undefined;
    const nothing = (): void => undefined;
    const listener = {
      began: (sessionId: string) => (id = sessionId),
      message: (message: JSONRPCMessage) => (answer = message),
      ...{ error: nothing, lingers: nothing, over: nothing },
    };
    const out = { verb: 'POST', text: JSON.stringify(request), id: request.id, method: request.method } as const;
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error): void => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      };
      const session = version === undefined ? {} : { version };
      const exchange = new HttpExchange(this.#wire, session, listener, { ...out, done });
      const timer = setTimeout(() => {
        exchange.abort(new Error(`no answer to initialize within ${RENEW_WITHIN_MS} ms`));
      }, RENEW_WITHIN_MS);
      this.#exchange = exchange;
      exchange.begin();
    });
    check(answer, version);
    return { ...(id !== undefined && { id }), ...(version !== undefined && { version }) };
  }

  /** The server knows that the session has begun. */
  done(): void {
    this.#renewed$.next();
  }

  /** Gives up what is under way. */
  stop(): void {
    this.#exchange?.abort();
    this.#renewed$.complete();
  }
}

function check(answer: JSONRPCMessage | undefined, version: string | undefined): void {
  if (answer === undefined || !('result' in answer)) throw new Error('the server refused to initialize again');
  const now: unknown = answer.result['protocolVersion'];
  if (now !== version) throw new Error(`the server speaks ${String(now)} now, not ${String(version)}`);
}
