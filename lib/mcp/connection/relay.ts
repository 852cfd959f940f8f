import {
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type JSONRPCResponse,
  ProtocolError,
  ProtocolErrorCode,
  type Progress,
  type RequestOptions,
} from '@modelcontextprotocol/client';
import type { Unsubscribable } from 'rxjs';
import type { ExchangeListener } from '../exchange/exchange.ts';
import type { Exchanges } from '../exchange/exchanges.ts';
import { messageOf } from '../../base/thrown.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { MessageHolder } from '../transport/tapped-transport.ts';
import type { ConnectionTransport } from '../transport/transport.ts';

/** Who is told what comes of a request that is passed on for somebody else, all of it as the server sent it. */
export interface RelayListener {
  /** The answer, whatever it says. Once, and last. */
  answered(answer: RelayedAnswer): void;
  /** The answer will not come. Once, and last. */
  failed(error: unknown): void;
  /** The server tells something, such as its log or the progress of this request. */
  told(notification: Pick<JSONRPCNotification, 'method' | 'params'>): void;
  /** Whether it answers questions of this method; others are for the handlers of the connection and of the pool. */
  answers(method: string): boolean;
  /**
   * The server asks something; the outcome is sent to it, a rejection as an error. The signal is aborted when the server
   * takes its question back, or the request is over.
   */
  asked(question: Pick<JSONRPCRequest, 'method' | 'params'>, signal: AbortSignal): Promise<object>;
}

/** What a server answered: a result, or an error of JSON-RPC. */
export type RelayedAnswer = { readonly result: unknown } | { readonly error: unknown };

const ofServer =
  /^notifications\/(?:(?:tools|prompts|resources)\/list_changed|resources\/updated|subscriptions\/acknowledged)$/;

/**
 * Whether a notification is about the server or a subscription, and not about a request: the connection has to hear it as
 * well.
 */
export function isOfServer(method: string): boolean {
  return ofServer.test(method);
}

/**
 * One request that is passed on for somebody else, without a look at its parameters or its result. While it is open, what
 * the server asks and tells on this connection is for whoever it is passed on for; not where the connection is shared, since
 * then nobody knows whom the server means.
 */
export class Relay implements ExchangeListener, MessageHolder, Unsubscribable {
  readonly #transport: ConnectionTransport;
  readonly #listener: RelayListener;
  #exchange: Unsubscribable | undefined;
  /** What comes together with the answer by which the connection became free was not meant for this request. */
  #isSettling = true;
  #isOver = false;
  /** What the server has asked and is not answered yet, by the server's own ids. */
  readonly #questions = new Map<unknown, AbortController>();

  constructor(transport: ConnectionTransport, listener: RelayListener) {
    this.#transport = transport;
    this.#listener = listener;
  }

  /** Sends the request. Once only. */
  begin(exchanges: Exchanges, request: McpRequest, options: RequestOptions, isShared: boolean): this {
    if (!isShared) this.#transport.holder = this;
    process.nextTick(() => (this.#isSettling = false));
    const { progressToken } = Object(request.params?.['_meta']) as { readonly progressToken?: unknown };
    const onprogress = (progress: Progress): void => {
      this.#listener.told({ method: 'notifications/progress', params: { ...progress, progressToken } });
    };
    const wanted = progressToken === undefined ? options : { ...options, onprogress };
    this.#exchange = exchanges.begin(request, wanted, this);
    return this;
  }

  raw(answer: JSONRPCResponse): void {
    this.#end();
    this.#listener.answered('result' in answer ? { result: answer.result } : { error: answer.error });
  }

  /** Never called, because the answer is taken as it is. */
  next(): void {
    this.#end();
  }

  error(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#listener.failed(error);
  }

  take(message: JSONRPCMessage): boolean {
    // Progress that reaches this point is that of a request which somebody else has given up.
    if (this.#isSettling || !('method' in message) || message.method === 'notifications/progress') return false;
    const { method, params } = message;
    const what = { method, ...(params && { params }) };
    if ('id' in message) {
      if (!this.#listener.answers(method)) return false;
      void this.#ask(message.id, what);
      return true;
    }
    if (method === 'notifications/cancelled') return this.#takenBack(params?.['requestId']);
    this.#listener.told(what);
    return !isOfServer(method);
  }

  unsubscribe(): void {
    this.#end();
    this.#exchange?.unsubscribe();
  }

  async #ask(id: JSONRPCRequest['id'], question: Pick<JSONRPCRequest, 'method' | 'params'>): Promise<void> {
    const abort = new AbortController();
    this.#questions.set(id, abort);
    const answer = await this.#answerTo(question, abort.signal);
    // The server has taken it back, and waits for no answer.
    if (!this.#questions.delete(id)) return;
    // An answer now would go out under somebody else's lease.
    const refused = { error: { code: ProtocolErrorCode.MethodNotFound, message: 'nobody answers this now' } };
    const message = { jsonrpc: '2.0', id, ...(this.#isOver ? refused : answer) } as JSONRPCMessage;
    await this.#transport.send(message).catch(() => undefined);
  }

  /** Whether it was a question to this listener that the server takes back. */
  #takenBack(id: unknown): boolean {
    const question = this.#questions.get(id);
    this.#questions.delete(id);
    question?.abort();
    return question !== undefined;
  }

  async #answerTo(question: Pick<JSONRPCRequest, 'method' | 'params'>, signal: AbortSignal): Promise<object> {
    try {
      return { result: await this.#listener.asked(question, signal) };
    } catch (error) {
      const isProtocol = error instanceof ProtocolError;
      const { code, data } = isProtocol ? error : { code: ProtocolErrorCode.InternalError, data: undefined };
      return { error: { code, message: messageOf(error), ...(data !== undefined && { data }) } };
    }
  }

  #end(): void {
    this.#isOver = true;
    if (this.#transport.holder === this) this.#transport.holder = undefined;
    for (const question of this.#questions.values()) question.abort();
  }
}
