import type { JSONRPCRequest } from '@modelcontextprotocol/client';
import type { ServerResponse } from 'node:http';
import { Listening } from '../../mcp/session/listening.ts';
import type { ModernServers } from '../../mcp/session/modern-servers.ts';
import type { WireError } from '../../mcp/session/wire-error.ts';
import type { Passage } from '../policy/passage.ts';
import { type PlaceLimits, Places } from '../policy/places.ts';
import { modernStatusOf } from './error-status.ts';
import type { Heart } from './event-stream.ts';
import { errorText } from './modern-exchange.ts';
import { type Refusal, tryLater } from './refusal.ts';
import { Reply } from './reply.ts';

/** A client that is about to listen. */
export interface Hearing {
  readonly servers: ModernServers;
  readonly request: JSONRPCRequest;
  readonly principal: string;
  readonly passage: Passage | undefined;
  readonly response: ServerResponse;
}

/** The clients of the modern era that listen, by `subscriptions/listen`. */
export class Listeners {
  readonly #heart: Heart;
  readonly #places: Places;
  readonly #ends = new Set<() => void>();

  constructor(heart: Heart, limits: PlaceLimits) {
    this.#heart = heart;
    this.#places = new Places(limits);
  }

  /** How many there are. */
  get size(): number {
    return this.#ends.size;
  }

  /** Why this principal cannot have one more; `undefined` where it can. */
  fault(principal: string): Refusal | undefined {
    const fault = this.#places.fault(principal);
    return fault && tryLater('limit', `too many clients${fault === 'all' ? '' : ' of yours'} listen`);
  }

  /** Has the response tell what the client wants to hear, until one of both ends it. */
  listen({ servers, request: { id, method, params }, principal, passage, response }: Hearing): void {
    const reply = new Reply(response, this.#heart);
    let isAnswered = false;
    const answer = (text: string, error?: WireError): void => {
      isAnswered = true;
      passage?.answered(text, undefined, error);
      reply.answer(text, error && modernStatusOf(error));
    };
    const failed = (error: WireError): void => {
      answer(errorText(id, error), error);
    };
    const tell = (told: object): void => {
      reply.tell(JSON.stringify(told));
    };
    const listening = new Listening(servers, { id, request: { method, ...(params && { params }) } }, { tell, failed });
    const end = (): void => {
      listening.end();
      // The end is an answer, by which the client knows that it is not an accident.
      if (!isAnswered) answer(JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete' } }));
    };
    this.#ends.add(end);
    this.#places.take(principal);
    response.once('close', () => {
      this.#ends.delete(end);
      this.#places.free(principal);
      listening.end();
      if (!isAnswered) passage?.cancelled();
    });
    listening.begin();
  }

  /** Ends all of them. */
  end(): void {
    for (const end of this.#ends) end();
  }
}
