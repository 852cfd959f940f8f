import {
  CLIENT_CAPABILITIES_META_KEY,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type RequestId,
} from '@modelcontextprotocol/client';
import type { ServerResponse } from 'node:http';
import { LinkedList } from '../../base/linked-list.ts';
import { Listening } from '../../mcp/session/listening.ts';
import { type Found, type ModernServers, modernServers } from '../../mcp/session/modern-servers.ts';
import { type WireError, wireError } from '../../mcp/session/wire-error.ts';
import { checkoutKey } from '../policy/checkout-key.ts';
import { type Passage, type PolicyParts, passageOf } from '../policy/passage.ts';
import { type PlaceLimits, Places } from '../policy/places.ts';
import type { Upstream, Upstreams } from '../upstreams.ts';
import type { Asker } from './asker.ts';
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

/** A request, before it is known where it goes. */
interface Coming {
  readonly way: Way;
  readonly id: RequestId;
  readonly principal: string;
  readonly passage: Passage | undefined;
  readonly response: ServerResponse;
}

/** Serves the clients of the modern era, each of whose requests stands for itself. */
export class ModernFront {
  readonly #upstreams: Upstreams;
  readonly #heart: Heart;
  readonly #ways = new Map<Upstream, Way>();
  readonly #calls = new LinkedList<ModernExchange>();
  #open = 0;
  readonly #listening = new Set<Open>();
  readonly #places: Places;
  readonly #policy: PolicyParts;

  /** `listening`: how many clients may listen at once. */
  constructor(upstreams: Upstreams, heart: Heart, policy: PolicyParts, listening: PlaceLimits) {
    this.#places = new Places(listening);
    this.#policy = policy;
    this.#upstreams = upstreams;
    this.#heart = heart;
  }

  /** How many requests are open, those that only listen not counted. */
  get open(): number {
    return this.#open;
  }

  /** Takes what a client has posted. */
  take(asker: Asker, response: ServerResponse, message: JSONRPCRequest | JSONRPCNotification): void {
    if (!('id' in message)) {
      response.writeHead(202).end();
      return;
    }
    const way = this.#wayOf(message);
    if (message.method === 'subscriptions/listen') {
      const fault = this.#places.fault(asker.principal);
      if (fault === undefined) this.#listen(way, asker, response, message);
      else
        refuse(response, tryLater(`too many clients${fault === 'all' ? '' : ' of yours'} listen`, LATER_S), message.id);
    } else if (message.method !== 'tools/call' || way.tools.areKnown) this.#call(way, asker, response, message);
    else {
      // Which headers have to say the same as the body is known only then.
      void way.tools.learn().then(() => {
        // The client may be gone by now.
        if (!response.destroyed) this.#call(way, asker, response, message);
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

  #call(way: Way, { headers, principal }: Asker, response: ServerResponse, message: JSONRPCRequest): void {
    const { id, method, params } = message;
    const passage = passageOf(this.#policy, principal, message);
    if (passage?.refused !== undefined) {
      refuse(response, { status: 200, ...passage.refused }, id);
      return;
    }
    const isTool = method === 'tools/call';
    const fault = isTool ? way.tools.fault(params, (name) => headerOf(headers, name)) : undefined;
    if (fault !== undefined) {
      const refusal = mismatch(fault);
      passage?.answered('', undefined, refusal);
      refuse(response, refusal, id);
      return;
    }
    const found = way.servers.find({ method, ...(params && { params }) });
    const coming = { way, id, principal, passage, response };
    if (!(found instanceof Promise)) this.#begin(coming, found);
    else {
      this.#open++;
      found.then(this.#begin.bind(this, coming), this.#failed.bind(this, coming)).finally(() => this.#open--);
    }
  }

  #begin({ way, id, principal, passage, response }: Coming, found: Found): void {
    // The client may be gone by now.
    if (response.destroyed) passage?.cancelled();
    else if ('answer' in found) {
      const shown = passage === undefined ? found.answer : passage.shown(found.answer);
      const text = JSON.stringify({ jsonrpc: '2.0', id, result: shown });
      passage?.answered(text, found.answer);
      new Reply(response, this.#heart).answer(text);
    } else {
      const { host, request } = found;
      const front = { heart: this.#heart, over: this.#over.bind(this, way.tools) };
      const key = checkoutKey(principal);
      const checkout = key === undefined ? undefined : { key };
      const exchange = new ModernExchange(front, host, { id, request, principal, checkout, passage }, response);
      this.#calls.push(exchange);
      this.#open++;
      exchange.begin();
    }
  }

  #over(tools: ToolHeaders, exchange: ModernExchange, result: unknown): void {
    if (exchange.list === undefined) return;
    this.#calls.remove(exchange);
    this.#open--;
    if (exchange.asked.request.method === 'tools/list') tools.told(result);
  }

  #failed({ id, passage, response }: Coming, error: unknown): void {
    if (response.destroyed) {
      passage?.cancelled();
      return;
    }
    const wire = wireError(error);
    const text = errorText(id, wire);
    passage?.answered(text, undefined, wire);
    new Reply(response, this.#heart).answer(text, statusOfError(wire));
  }

  #listen({ servers }: Way, { principal }: Asker, response: ServerResponse, message: JSONRPCRequest): void {
    const { id, method, params } = message;
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
    this.#places.take(principal);
    response.once('close', () => {
      this.#listening.delete(open);
      this.#places.free(principal);
      listening.end();
    });
    listening.begin();
  }
}
