import {
  CLIENT_CAPABILITIES_META_KEY,
  type JSONRPCNotification,
  type JSONRPCRequest,
  LOG_LEVEL_META_KEY,
  type RequestId,
} from '@modelcontextprotocol/client';
import type { ServerResponse } from 'node:http';
import { shorterOf } from '../../base/durations.ts';
import { LinkedList } from '../../base/linked-list.ts';
import { type Found, type ModernServers, modernServers } from '../../mcp/session/modern-servers.ts';
import { wireError } from '../../mcp/session/wire-error.ts';
import { checkoutKey } from '../policy/checkout-key.ts';
import { type Passage, type PolicyParts, passageOf } from '../policy/passage.ts';
import type { PlaceLimits } from '../policy/places.ts';
import type { Upstream, Upstreams } from '../upstreams.ts';
import type { Asker } from './asker.ts';
import { modernStatusOf } from './error-status.ts';
import type { Heart } from './event-stream.ts';
import { headerOf } from './headers.ts';
import { mismatch } from './inbound.ts';
import { Listeners } from './listeners.ts';
import { ModernExchange, errorText } from './modern-exchange.ts';
import { refuse } from './refusal.ts';
import type { Refusals } from './refusals.ts';
import { roundWithoutNode } from './replica-routes.ts';
import { Reply } from './reply.ts';
import { ToolHeaders } from './tool-headers.ts';

/** What the front is made of. */
interface ModernFrontParts {
  readonly upstreams: Upstreams;
  readonly heart: Heart;
  readonly policy: PolicyParts;
  readonly refusals: Refusals;
  /** How many clients may listen at once. */
  readonly limits: PlaceLimits;
  /** The name of this node, where there are others. */
  readonly node: string | undefined;
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
  readonly #heart: Heart;
  readonly #ways = new Map<Upstream, Way>();
  readonly #calls = new LinkedList<ModernExchange>();
  #open = 0;
  readonly #listeners: Listeners;
  readonly #parts: ModernFrontParts;

  constructor(parts: ModernFrontParts) {
    this.#listeners = new Listeners(parts.heart, parts.limits);
    this.#parts = parts;
    this.#heart = parts.heart;
  }

  /** How many requests are open, those that only listen not counted. */
  get open(): number {
    return this.#open;
  }

  /** How many clients listen. */
  get listening(): number {
    return this.#listeners.size;
  }

  /** Takes what a client has posted. */
  take(asker: Asker, response: ServerResponse, message: JSONRPCRequest | JSONRPCNotification): void {
    if (!('id' in message)) {
      this.#parts.policy.audit.notified(asker.principal, message);
      response.writeHead(202).end();
      return;
    }
    const request = this.#parts.node === undefined ? message : roundWithoutNode(message);
    const way = this.#wayOf(request);
    if (request.method === 'subscriptions/listen') this.#listen(way, asker, response, request);
    else if (request.method !== 'tools/call' || way.tools.areKnown) this.#call(way, asker, response, request);
    else {
      // Which headers have to say the same as the body is known only then.
      this.#open++;
      void way.tools.learn().then(() => {
        this.#open--;
        // The client may be gone by now.
        if (!response.destroyed) this.#call(way, asker, response, request);
      });
    }
  }

  /** Ends the streams of those who only listen. */
  endStreams(): void {
    this.#listeners.end();
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

  /** By what its envelope says that it can be asked, and whether it wants the log. */
  #wayOf({ params }: JSONRPCRequest): Way {
    const meta = Object(params?._meta) as Readonly<Record<string, unknown>>;
    const hearsLog = meta[LOG_LEVEL_META_KEY] !== undefined;
    const upstream = this.#parts.upstreams.for(meta[CLIENT_CAPABILITIES_META_KEY], hearsLog);
    const known = this.#ways.get(upstream);
    if (known !== undefined) return known;
    const servers = modernServers(upstream);
    const way = { servers, tools: new ToolHeaders(servers) };
    this.#ways.set(upstream, way);
    return way;
  }

  #call(way: Way, { headers, principal }: Asker, response: ServerResponse, request: JSONRPCRequest): void {
    const { id, method, params } = request;
    const passage = passageOf(this.#parts.policy, principal, { request, headers });
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
    const coming = { way, id, principal, passage, response };
    if (passage === undefined) this.#find(coming, request);
    else {
      passage.within(() => {
        this.#find(coming, passage.request);
      });
    }
  }

  #find(coming: Coming, { method, params }: JSONRPCRequest): void {
    const found = coming.way.servers.find({ method, ...(params && { params }) });
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
      const { node, policy } = this.#parts;
      const toolTimeoutMs = shorterOf(found.toolTimeoutMs, policy.access?.timeoutMs);
      const front = { heart: this.#heart, node, over: this.#over.bind(this, way.tools) };
      const key = checkoutKey(principal);
      const checkout = key === undefined ? undefined : { key };
      const asked = { id, request, principal, checkout, passage, toolTimeoutMs };
      const exchange = new ModernExchange(front, host, asked, response);
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
    new Reply(response, this.#heart).answer(text, modernStatusOf(wire));
  }

  #listen({ servers }: Way, { headers, principal }: Asker, response: ServerResponse, request: JSONRPCRequest): void {
    const fault = this.#listeners.fault(principal);
    if (fault !== undefined) this.#parts.refusals.refuse(response, fault, request.id, principal);
    else {
      const passage = passageOf(this.#parts.policy, principal, { request, headers });
      this.#listeners.listen({ servers, request, principal, passage, response });
    }
  }
}
