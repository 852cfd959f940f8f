import type { JSONRPCNotification, JSONRPCRequest } from '@modelcontextprotocol/client';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { McpPool } from '../../mcp/mcp-pool.ts';
import { Listening } from '../../mcp/session/listening.ts';
import { ModernCall } from '../../mcp/session/modern-call.ts';
import type { ModernListener } from '../../mcp/session/modern-listener.ts';
import { ParkedCalls } from '../../mcp/session/parked-calls.ts';
import type { WireError } from '../../mcp/session/wire-error.ts';
import type { McpRequest } from '../../mcp/transport/mcp-request.ts';
import type { Heart } from './event-stream.ts';
import { headerOf } from './headers.ts';
import { mismatch } from './inbound.ts';
import { refuse } from './refusal.ts';
import { Reply } from './reply.ts';
import { ToolHeaders } from './tool-headers.ts';

/** What an exchange can be ended by. */
interface Open {
  end(): void;
}

/** Errors that have an HTTP status of their own; all others come with 200. */
const statusOf: ReadonlyMap<number, number> = new Map([
  [-32_601, 404],
  [-32_020, 400],
  [-32_021, 400],
  [-32_022, 400],
]);

/** Serves the clients of the modern era, each of whose requests stands for itself. */
export class ModernFront {
  readonly #pool: McpPool;
  readonly #heart: Heart;
  readonly #parked: ParkedCalls;
  readonly #tools: ToolHeaders;
  readonly #calls = new Set<Open>();
  readonly #listening = new Set<Open>();

  constructor(pool: McpPool, heart: Heart) {
    this.#pool = pool;
    this.#heart = heart;
    this.#parked = new ParkedCalls(pool);
    this.#tools = new ToolHeaders(pool);
  }

  /** How many requests are open, those that only listen not counted. */
  get open(): number {
    return this.#calls.size;
  }

  /** Takes what a client has posted. */
  take(headers: IncomingHttpHeaders, response: ServerResponse, message: JSONRPCRequest | JSONRPCNotification): void {
    if (!('id' in message)) response.writeHead(202).end();
    else if (message.method === 'subscriptions/listen') this.#listen(response, message);
    else if (message.method !== 'tools/call' || this.#tools.areKnown) this.#call(headers, response, message);
    else {
      // Which headers have to say the same as the body is known only then.
      void this.#tools.learn().then(() => {
        this.#call(headers, response, message);
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
    this.#parked.end();
    for (const call of this.#calls) call.end();
    this.#tools.end();
  }

  #call(headers: IncomingHttpHeaders, response: ServerResponse, { id, method, params }: JSONRPCRequest): void {
    const isTool = method === 'tools/call';
    const fault = isTool ? this.#tools.fault(params, (name) => headerOf(headers, name)) : undefined;
    if (fault !== undefined) refuse(response, mismatch(fault), id);
    else this.#serve(response, { id, request: { method, ...(params && { params }) } });
  }

  #serve(response: ServerResponse, { id, request }: { id: JSONRPCRequest['id']; request: McpRequest }): void {
    const reply = new Reply(response, this.#heart);
    let isOver = false;
    const over = (): void => {
      isOver = true;
      this.#calls.delete(open);
    };
    const listener: ModernListener = {
      tell: (told) => {
        reply.tell(JSON.stringify(told));
      },
      answered: (result) => {
        over();
        if (request.method === 'tools/list') this.#tools.told(result);
        reply.answer(JSON.stringify({ jsonrpc: '2.0', id, result }));
      },
      failed: (error) => {
        over();
        reply.answer(JSON.stringify({ jsonrpc: '2.0', id, error }), statusOf.get(error.code));
      },
    };
    const call = new ModernCall({ pool: this.#pool, parked: this.#parked }, { id, request }, listener);
    const open: Open = {
      end: () => {
        call.cancel();
        listener.failed({ code: -32_000, message: 'the gateway is closing' });
      },
    };
    this.#calls.add(open);
    // A client that closes the response does not want the answer.
    response.once('close', () => {
      if (isOver) return;
      over();
      call.cancel();
    });
    call.begin();
  }

  #listen(response: ServerResponse, { id, method, params }: JSONRPCRequest): void {
    const reply = new Reply(response, this.#heart);
    const failed = (error: WireError): void => {
      reply.answer(JSON.stringify({ jsonrpc: '2.0', id, error }), statusOf.get(error.code));
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
