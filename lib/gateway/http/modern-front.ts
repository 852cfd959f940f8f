import {
  CLIENT_CAPABILITIES_META_KEY,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type RequestId,
} from '@modelcontextprotocol/client';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { LinkedList } from '../../base/linked-list.ts';
import { Listening } from '../../mcp/session/listening.ts';
import { type Found, type ModernServers, modernServers } from '../../mcp/session/modern-servers.ts';
import { type WireError, wireError } from '../../mcp/session/wire-error.ts';
import type { Upstream, Upstreams } from '../upstreams.ts';
import type { Heart } from './event-stream.ts';
import { headerOf } from './headers.ts';
import { mismatch } from './inbound.ts';
import { ModernExchange, errorText, statusOfError } from './modern-exchange.ts';
import { LATER_S, refuse, tryLater } from './refusal.ts';
import { Reply } from './reply.ts';
import { ToolHeaders } from './tool-headers.ts';

/** A client that listens. */
interface Open {
  end(): void;
}

/** What one kind of clients is served by, and which headers belong to its tools. */
interface Way {
  readonly servers: ModernServers;
  readonly tools: ToolHeaders;
}

/** Serves the clients of the modern era, each of whose requests stands for itself. */
export class ModernFront {
  readonly #upstreams: Upstreams;
  readonly #heart: Heart;
  readonly #ways = new Map<Upstream, Way>();
  readonly #calls = new LinkedList<ModernExchange>();
  #open = 0;
  readonly #listening = new Set<Open>();
  readonly #mostListening: number;

  /** `mostListening`: how many clients may listen at once. */
  constructor(upstreams: Upstreams, heart: Heart, mostListening: number) {
    this.#mostListening = mostListening;
    this.#upstreams = upstreams;
    this.#heart = heart;
  }

  /** How many requests are open, those that only listen not counted. */
  get open(): number {
    return this.#open;
  }

  /** Takes what a client has posted. */
  take(headers: IncomingHttpHeaders, response: ServerResponse, message: JSONRPCRequest | JSONRPCNotification): void {
    if (!('id' in message)) {
      response.writeHead(202).end();
      return;
    }
    const way = this.#wayOf(message);
    if (message.method === 'subscriptions/listen') {
      if (this.#listening.size < this.#mostListening) this.#listen(way, response, message);
      else refuse(response, tryLater('too many clients listen', LATER_S), message.id);
    } else if (message.method !== 'tools/call' || way.tools.areKnown) this.#call(way, headers, response, message);
    else {
      // Which headers have to say the same as the body is known only then.
      void way.tools.learn().then(() => {
        // The client may be gone by now.
        if (!response.destroyed) this.#call(way, headers, response, message);
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
    for (const { servers, tools } of this.#ways.values()) {
      servers.end();
      tools.end();
    }
    // Each leaves the list as it ends.
    for (let call = this.#calls.first; call !== undefined; call = this.#calls.first) call.end();
  }

  /** By what its envelope says that it can be asked. */
  #wayOf({ params }: JSONRPCRequest): Way {
    const meta = Object(params?._meta) as Readonly<Record<string, unknown>>;
    const upstream = this.#upstreams.for(meta[CLIENT_CAPABILITIES_META_KEY]);
    const known = this.#ways.get(upstream);
    if (known !== undefined) return known;
    const servers = modernServers(upstream);
    const way = { servers, tools: new ToolHeaders(servers) };
    this.#ways.set(upstream, way);
    return way;
  }

  #call(
    { servers, tools }: Way,
    headers: IncomingHttpHeaders,
    response: ServerResponse,
    message: JSONRPCRequest,
  ): void {
    const { id, method, params } = message;
    const isTool = method === 'tools/call';
    const fault = isTool ? tools.fault(params, (name) => headerOf(headers, name)) : undefined;
    if (fault !== undefined) {
      refuse(response, mismatch(fault), id);
      return;
    }
    const found = servers.find({ method, ...(params && { params }) });
    const begin = (it: Found): void => {
      this.#begin(it, tools, id, response);
    };
    if (!(found instanceof Promise)) begin(found);
    else {
      this.#open++;
      found.then(begin, this.#failed.bind(this, id, response)).finally(() => this.#open--);
    }
  }

  #begin(found: Found, tools: ToolHeaders, id: RequestId, response: ServerResponse): void {
    // The client may be gone by now.
    if (response.destroyed) return;
    if ('answer' in found) {
      new Reply(response, this.#heart).answer(JSON.stringify({ jsonrpc: '2.0', id, result: found.answer }));
      return;
    }
    const front = { heart: this.#heart, over: this.#over.bind(this, tools) };
    const exchange = new ModernExchange(front, found.host, { id, request: found.request }, response);
    this.#calls.push(exchange);
    this.#open++;
    exchange.begin();
  }

  #over(tools: ToolHeaders, exchange: ModernExchange, result: unknown): void {
    if (exchange.list === undefined) return;
    this.#calls.remove(exchange);
    this.#open--;
    if (exchange.asked.request.method === 'tools/list') tools.told(result);
  }

  #failed(id: RequestId, response: ServerResponse, error: unknown): void {
    if (response.destroyed) return;
    const wire = wireError(error);
    new Reply(response, this.#heart).answer(errorText(id, wire), statusOfError(wire));
  }

  #listen({ servers }: Way, response: ServerResponse, { id, method, params }: JSONRPCRequest): void {
    const reply = new Reply(response, this.#heart);
    const failed = (error: WireError): void => {
      reply.answer(errorText(id, error), statusOfError(error));
    };
    const tell = (told: object): void => {
      reply.tell(JSON.stringify(told));
    };
    const request = { method, ...(params && { params }) };
    const listening = new Listening(servers, { id, request }, { tell, failed });
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
