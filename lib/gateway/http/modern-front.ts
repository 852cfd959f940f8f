import type { JSONRPCNotification, JSONRPCRequest } from '@modelcontextprotocol/client';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { LinkedList } from '../../base/linked-list.ts';
import type { McpPool } from '../../mcp/mcp-pool.ts';
import { Listening } from '../../mcp/session/listening.ts';
import { ParkedCalls } from '../../mcp/session/parked-calls.ts';
import type { WireError } from '../../mcp/session/wire-error.ts';
import type { Heart } from './event-stream.ts';
import { headerOf } from './headers.ts';
import { mismatch } from './inbound.ts';
import { type ExchangeHost, ModernExchange, errorText, statusOfError } from './modern-exchange.ts';
import { LATER_S, refuse, tryLater } from './refusal.ts';
import { Reply } from './reply.ts';
import { ToolHeaders } from './tool-headers.ts';

/** A client that listens. */
interface Open {
  end(): void;
}

/** Serves the clients of the modern era, each of whose requests stands for itself. */
export class ModernFront {
  readonly #pool: McpPool;
  readonly #host: ExchangeHost;
  readonly #tools: ToolHeaders;
  readonly #calls = new LinkedList<ModernExchange>();
  #open = 0;
  readonly #listening = new Set<Open>();
  readonly #mostListening: number;

  /** `mostListening`: how many clients may listen at once. */
  constructor(pool: McpPool, heart: Heart, mostListening: number) {
    this.#mostListening = mostListening;
    this.#pool = pool;
    this.#tools = new ToolHeaders(pool);
    this.#host = { pool, heart, parked: new ParkedCalls(pool), over: this.#over.bind(this) };
  }

  /** How many requests are open, those that only listen not counted. */
  get open(): number {
    return this.#open;
  }

  /** Takes what a client has posted. */
  take(headers: IncomingHttpHeaders, response: ServerResponse, message: JSONRPCRequest | JSONRPCNotification): void {
    if (!('id' in message)) response.writeHead(202).end();
    else if (message.method === 'subscriptions/listen') {
      if (this.#listening.size < this.#mostListening) this.#listen(response, message);
      else refuse(response, tryLater('too many clients listen', LATER_S), message.id);
    } else if (message.method !== 'tools/call' || this.#tools.areKnown) this.#call(headers, response, message);
    else {
      // Which headers have to say the same as the body is known only then.
      void this.#tools.learn().then(() => {
        // The client may be gone by now.
        if (!response.destroyed) this.#call(headers, response, message);
      });
    }
  }

  /** Ends the streams of those who only listen. */
  endStreams(): void {
    for (const listening of this.#listening) listening.end();
  }

  /** Cancels what is open. */
  end(): void {
    this.endStreams();
    this.#host.parked.end();
    // Each leaves the list as it ends.
    for (let call = this.#calls.first; call !== undefined; call = this.#calls.first) call.end();
    this.#tools.end();
  }

  #over(exchange: ModernExchange, result: unknown): void {
    if (exchange.list === undefined) return;
    this.#calls.remove(exchange);
    this.#open--;
    if (exchange.asked.request.method === 'tools/list') this.#tools.told(result);
  }

  #call(headers: IncomingHttpHeaders, response: ServerResponse, { id, method, params }: JSONRPCRequest): void {
    const isTool = method === 'tools/call';
    const fault = isTool ? this.#tools.fault(params, (name) => headerOf(headers, name)) : undefined;
    if (fault !== undefined) refuse(response, mismatch(fault), id);
    else {
      const exchange = new ModernExchange(this.#host, { id, request: { method, ...(params && { params }) } }, response);
      this.#calls.push(exchange);
      this.#open++;
      exchange.begin();
    }
  }

  #listen(response: ServerResponse, { id, method, params }: JSONRPCRequest): void {
    const reply = new Reply(response, this.#host.heart);
    const failed = (error: WireError): void => {
      reply.answer(errorText(id, error), statusOfError(error));
    };
    const request = { method, ...(params && { params }) };
    const listening = new Listening(
      this.#pool,
      { id, request },
      {
        tell: (told) => {
          reply.tell(JSON.stringify(told));
        },
        failed,
      },
    );
    const open: Open = {
      end: () => {
        listening.end();
        // The end is an answer, by which the client knows that it is not an accident.
        reply.answer(JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete' } }));
      },
    };
    this.#listening.add(open);
    response.once('close', () => {
      this.#listening.delete(open);
      listening.end();
    });
    listening.begin();
  }
}
