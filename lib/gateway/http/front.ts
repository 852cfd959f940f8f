import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../base/thrown.ts';
import { depthFault } from '../../mcp/transport/message-depth.ts';
import type { Admission } from './admission.ts';
import type { Asker } from './asker.ts';
import type { Authentication } from './authentication.ts';
import { readBody } from './body.ts';
import { accepts, isJson } from './headers.ts';
import type { Forwarded, Replicas } from '../replicas/replicas.ts';
import { sortInbound } from './inbound.ts';
import { type LegacyFront, closing, notAcceptable } from './legacy-front.ts';
import type { ModernFront } from './modern-front.ts';
import { type Refusal, SERVER_ERROR, refusal } from './refusal.ts';
import type { Refusals } from './refusals.ts';
import type { ReplicaRoutes } from './replica-routes.ts';
import { VERSIONS } from './versions.ts';

/** What the front is made of. */
export interface FrontParts {
  readonly path: string;
  readonly admission: Admission;
  readonly authentication: Authentication;
  readonly refusals: Refusals;
  readonly legacy: LegacyFront;
  readonly modern: ModernFront;
  /** The other nodes, where there are any, and what is for them. */
  readonly replicas: { readonly nodes: Replicas; readonly routes: ReplicaRoutes } | undefined;
}

const ALLOW = ['allow', 'GET, POST, DELETE'];

/** Answers HTTP requests of clients of both eras, by the front of their era. */
export class HttpFront {
  /** Whether nothing is begun any more. */
  isDraining = false;
  readonly #parts: FrontParts;

  constructor(parts: FrontParts) {
    this.#parts = parts;
  }

  /** Begins nothing any more. */
  drain(): void {
    this.isDraining = true;
    this.#parts.legacy.isDraining = true;
  }

  /** Answers one HTTP request. */
  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    const refused = this.#parts.admission(request.headers) ?? this.#pathFault(request);
    if (refused !== undefined) this.#parts.refusals.refuse(response, refused);
    else {
      this.#parts.authentication.identify(request, response, (principal) => {
        this.#serve(request, response, { headers: request.headers, principal });
      });
    }
  };

  /** Answers a request that has come by way of another node, which knows who has asked. */
  answerHop({ method, headers, principal, body }: Forwarded, response: ServerResponse): void {
    this.#answerHere({ headers, principal }, response, method, body);
  }

  #serve(request: IncomingMessage, response: ServerResponse, asker: Asker): void {
    const { method = '' } = request;
    if (method === 'POST') this.#post(request, response, asker);
    else if (method === 'GET' || method === 'DELETE') this.#answer(asker, response, method);
    else this.#refuse(asker, response, refusal(405, `${method} is not for MCP`, ALLOW));
  }

  /** Answers a request here, or has another node answer it. */
  #answer(asker: Asker, response: ServerResponse, method: string, body?: unknown): void {
    const { replicas } = this.#parts;
    const node = replicas?.routes.nodeFor(asker, body);
    const here = this.#answerHere.bind(this, asker, response, method, body);
    if (replicas === undefined || node === undefined) here();
    else {
      const lost = (): void => {
        this.#refuse(asker, response, unknownOutcome(), Reflect.get(Object(body) as object, 'id'));
      };
      // Where that node is no more, what it had is gone: here it is not known either.
      replicas.nodes.forward(node, { method, ...asHopped(asker), body }, response, { gone: here, lost });
    }
  }

  #answerHere(asker: Asker, response: ServerResponse, method: string, body: unknown): void {
    const { legacy } = this.#parts;
    if (method === 'POST') this.#sort(asker, response, body);
    else if (method === 'GET') legacy.get(asker, response);
    else legacy.delete(asker, response);
  }

  #pathFault({ url = '' }: IncomingMessage): Refusal | undefined {
    const { path } = this.#parts;
    if (url === path || url.startsWith(`${path}?`)) return undefined;
    return refusal(404, `nothing is here; MCP is at ${path}`);
  }

  #post(request: IncomingMessage, response: ServerResponse, asker: Asker): void {
    const refused = typeFault(request);
    if (refused !== undefined) {
      request.resume();
      this.#refuse(asker, response, refused);
      return;
    }
    readBody(request, {
      read: (text) => {
        this.#read(asker, response, text);
      },
      refused: (tooLarge) => {
        this.#refuse(asker, response, tooLarge);
      },
    });
  }

  #read(asker: Asker, response: ServerResponse, text: string): void {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch (error) {
      this.#refuse(asker, response, { status: 400, code: -32_700, message: `Parse error: ${messageOf(error)}` });
      return;
    }
    const tooDeep = depthFault(text, body);
    if (tooDeep === undefined) this.#answer(asker, response, 'POST', body);
    else this.#refuse(asker, response, { status: 400, code: -32_600, message: tooDeep.message });
  }

  #sort(asker: Asker, response: ServerResponse, body: unknown): void {
    const { legacy, modern } = this.#parts;
    const inbound = sortInbound(asker.headers, body, VERSIONS);
    if (inbound.kind === 'refused') this.#refuse(asker, response, inbound.refusal, inbound.id);
    else if (inbound.kind === 'modern') {
      if (this.isDraining) this.#refuse(asker, response, closing(), Reflect.get(inbound.message, 'id'));
      else modern.take(asker, response, inbound.message);
    } else if (inbound.kind === 'batch') legacy.batch(asker, response, inbound.messages);
    else legacy.take(asker, response, inbound.message);
  }

  #refuse({ principal }: Asker, response: ServerResponse, refused: Refusal, id?: unknown): void {
    this.#parts.refusals.refuse(response, refused, id, principal);
  }
}

function unknownOutcome(): Refusal {
  const message = 'the gateway that has this session did not answer: the request may have been executed or not';
  return { status: 502, code: SERVER_ERROR, message, data: { code: 'MCP_OUTCOME_UNKNOWN' } };
}

/** The headers that MCP has, and who has asked. */
function asHopped({ headers, principal }: Asker): Pick<Forwarded, 'headers' | 'principal'> {
  const passed = Object.entries(headers).filter(([name]) => /^(?:mcp-.*|accept|traceparent|tracestate)$/.test(name));
  return { principal, headers: Object.fromEntries(passed.map(([name, value]) => [name, String(value)])) };
}

function typeFault({ headers }: IncomingMessage): Refusal | undefined {
  if (!isJson(headers)) return refusal(415, 'the content type must be application/json');
  return accepts(headers, 'application/json') && accepts(headers, 'text/event-stream') ? undefined : notAcceptable();
}
