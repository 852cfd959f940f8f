import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/client';
import type { ServerResponse } from 'node:http';
import type { Linked } from '../../base/linked-list.ts';
import { type ModernAsked, ModernCall } from '../../mcp/session/modern-call.ts';
import type { ModernHost } from '../../mcp/session/modern-host.ts';
import type { ModernListener } from '../../mcp/session/modern-listener.ts';
import type { WireError } from '../../mcp/session/wire-error.ts';
import type { Passage } from '../policy/passage.ts';
import { modernStatusOf } from './error-status.ts';
import type { Heart } from './event-stream.ts';
import { SERVER_ERROR } from './refusal.ts';
import { roundWithNode } from './replica-routes.ts';
import { Reply } from './reply.ts';

/** What an exchange needs of the front. */
export interface ExchangeFront {
  readonly heart: Heart;
  /** The name of this node, where there are others. */
  readonly node: string | undefined;
  /** Called once when it is over, with the result if it has one. */
  over(exchange: ModernExchange, result?: unknown): void;
}

/** A request, and what goes with it. */
export interface Asked extends ModernAsked {
  /** Where rules or the audit have to do with it. */
  readonly passage: Passage | undefined;
}

/** One request of a client of the modern era, and the response to it. */
export class ModernExchange implements ModernListener, Linked<ModernExchange> {
  list: object | undefined = undefined;
  previous: ModernExchange | undefined = undefined;
  following: ModernExchange | undefined = undefined;
  readonly asked: Asked;
  readonly #front: ExchangeFront;
  readonly #reply: Reply;
  readonly #call: ModernCall;
  #isOver = false;

  constructor(front: ExchangeFront, host: ModernHost, asked: Asked, response: ServerResponse) {
    this.#front = front;
    this.asked = asked;
    this.#reply = new Reply(response, front.heart);
    this.#call = new ModernCall(host, asked, this);
    // A client that closes the response does not want the answer.
    response.once('close', this.#closed);
  }

  /** Serves the request. Once only. */
  begin(): void {
    this.#call.begin();
  }

  /** Cancels it, and tells the client. */
  end(): void {
    this.#call.cancel();
    if (!this.#isOver) this.failed({ code: SERVER_ERROR, message: 'the gateway is closing' });
  }

  readonly tell = (message: JSONRPCMessage): void => {
    this.#reply.tell(JSON.stringify(message));
  };

  answered(result: unknown): void {
    this.#over(result);
    const { id, passage } = this.asked;
    if (passage !== undefined) for (const method of questionsIn(result)) passage.asked(method);
    const { node } = this.#front;
    const marked = node === undefined ? result : roundWithNode(result, node);
    const shown = passage === undefined ? marked : passage.shown(marked);
    const text = JSON.stringify({ jsonrpc: '2.0', id, result: shown });
    passage?.answered(text, result);
    this.#reply.answer(text);
  }

  failed(error: WireError): void {
    this.#over();
    const text = errorText(this.asked.id, error);
    this.asked.passage?.answered(text, undefined, error);
    this.#reply.answer(text, modernStatusOf(error));
  }

  readonly #closed = (): void => {
    if (this.#isOver) return;
    this.#over();
    this.asked.passage?.cancelled();
    this.#call.cancel();
  };

  #over(result?: unknown): void {
    this.#isOver = true;
    this.#front.over(this, result);
  }
}

/** What a result asks the client for, by methods; empty for one that is an answer. */
function questionsIn(result: unknown): readonly string[] {
  const { resultType, inputRequests } = Object(result) as Readonly<
    Partial<Record<'resultType' | 'inputRequests', unknown>>
  >;
  if (resultType !== 'input_required') return [];
  return Object.values(Object(inputRequests) as object).map((request) =>
    String(Reflect.get(Object(request) as object, 'method')),
  );
}

/** The message of an error. */
export function errorText(id: RequestId, error: WireError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}
