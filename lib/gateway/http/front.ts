import type { JSONRPCMessage, JSONRPCRequest } from '@modelcontextprotocol/client';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../base/thrown.ts';
import { depthFault } from '../../mcp/transport/message-depth.ts';
import type { Upstreams } from '../upstreams.ts';
import type { Admission } from './admission.ts';
import type { Asker } from './asker.ts';
import type { Authentication } from './authentication.ts';
import { readBody } from './body.ts';
import type { ClientSession } from './client-session.ts';
import { SESSION_ID, accepts, headerOf, isJson } from './headers.ts';
import { MODERN, sortInbound } from './inbound.ts';
import type { ModernFront } from './modern-front.ts';
import { LATER_S, type Refusal, refusal, refuse, tryLater } from './refusal.ts';
import { Reply } from './reply.ts';
import type { Sessions } from './sessions.ts';
import { LEGACY_VERSIONS, VERSIONS } from './versions.ts';

/** What the front is made of. */
export interface FrontParts {
  readonly upstreams: Upstreams;
  readonly path: string;
  readonly admission: Admission;
  readonly authentication: Authentication;
  readonly sessions: Sessions;
  readonly modern: ModernFront;
}

/** The last version in which several messages may come at once. */
const BATCHES = '2025-03-26';

const ALLOW = ['allow', 'GET, POST, DELETE'];

/** Answers HTTP requests of clients of both eras, by the pool. */
export class HttpFront {
  /** Whether no session is begun any more. */
  isDraining = false;
  readonly #parts: FrontParts;

  constructor(parts: FrontParts) {
    this.#parts = parts;
  }

  /** Answers one HTTP request. */
  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    const refused = this.#parts.admission(request.headers) ?? this.#pathFault(request);
    if (refused !== undefined) refuse(response, refused);
    else {
      this.#parts.authentication.identify(request, response, (principal) => {
        this.#serve(request, response, principal);
      });
    }
  };

  #serve(request: IncomingMessage, response: ServerResponse, principal: string): void {
    const asker = { headers: request.headers, principal };
    if (request.method === 'POST') this.#post(request, response, asker);
    else if (request.method === 'GET') this.#get(asker, response);
    else if (request.method === 'DELETE') this.#delete(asker, response);
    else refuse(response, refusal(405, `${request.method ?? ''} is not for MCP`, ALLOW));
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
      refuse(response, refused);
      return;
    }
    readBody(request, {
      read: (text) => {
        this.#read(asker, response, text);
      },
      refused: (tooLarge) => {
        refuse(response, tooLarge);
      },
    });
  }

  #read(asker: Asker, response: ServerResponse, text: string): void {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch (error) {
      refuse(response, { status: 400, code: -32_700, message: `Parse error: ${messageOf(error)}` });
      return;
    }
    const tooDeep = depthFault(text, body);
    if (tooDeep === undefined) this.#sort(asker, response, body);
    else refuse(response, { status: 400, code: -32_600, message: tooDeep.message });
  }

  #sort(asker: Asker, response: ServerResponse, body: unknown): void {
    const inbound = sortInbound(asker.headers, body, VERSIONS);
    if (inbound.kind === 'refused') refuse(response, inbound.refusal, inbound.id);
    else if (inbound.kind === 'modern') {
      if (this.isDraining) refuse(response, closing(), Reflect.get(inbound.message, 'id'));
      else this.#parts.modern.take(asker, response, inbound.message);
    } else if (inbound.kind === 'batch') this.#batch(asker, response, inbound.messages);
    else this.#legacy(asker, response, inbound.message);
  }

  #legacy(asker: Asker, response: ServerResponse, message: JSONRPCMessage): void {
    const id = 'id' in message ? message.id : undefined;
    const isIntroduction = 'method' in message && message.method === 'initialize' && 'id' in message;
    if (isIntroduction && asker.headers[SESSION_ID] === undefined) {
      this.#introduce(asker, response, message);
      return;
    }
    const session = this.#sessionOf(asker);
    if (!('usedAt' in session)) refuse(response, session, id);
    else if (isIntroduction) refuse(response, refusal(400, 'this session has been initialized before'), id);
    else if (isRequest(message)) this.#ask(session, response, message);
    else {
      session.note(message);
      response.writeHead(202).end();
    }
  }

  #introduce({ principal }: Asker, response: ServerResponse, message: JSONRPCRequest): void {
    const { sessions, upstreams } = this.#parts;
    const fault = sessions.fault(principal);
    if (this.isDraining || !upstreams.isOpen) refuse(response, closing(), message.id);
    else if (fault !== undefined) refuse(response, tryLater(fault, LATER_S), message.id);
    else {
      const upstream = upstreams.for(message.params?.['capabilities']);
      sessions.begin(upstream, principal).ask(message, new Reply(response, sessions.heart));
    }
  }

  #ask(session: ClientSession, response: ServerResponse, message: JSONRPCRequest): void {
    if (session.isInUse(message.id)) refuse(response, idInUse(), message.id);
    else session.ask(message, new Reply(response, this.#parts.sessions.heart));
  }

  #batch(asker: Asker, response: ServerResponse, messages: readonly JSONRPCMessage[]): void {
    const session = this.#sessionOf(asker);
    if (!('usedAt' in session)) {
      refuse(response, session);
      return;
    }
    const requests = messages.filter(isRequest);
    const ids = new Set(requests.map(({ id }) => id));
    if (session.version !== BATCHES) refuse(response, noBatches());
    else if (ids.size < requests.length || requests.some(({ id }) => session.isInUse(id))) refuse(response, idInUse());
    else {
      const reply = new Reply(response, this.#parts.sessions.heart, { batch: requests.length });
      if (requests.length === 0) response.writeHead(202).end();
      for (const message of messages) {
        if (isRequest(message)) session.ask(message, reply);
        else session.note(message);
      }
    }
  }

  #get(asker: Asker, response: ServerResponse): void {
    const session = this.#sessionOf(asker);
    if (!('usedAt' in session)) refuse(response, session);
    else if (!accepts(asker.headers, 'text/event-stream')) refuse(response, notAcceptable());
    else if (this.isDraining) refuse(response, closing());
    else session.listen(response);
  }

  #delete(asker: Asker, response: ServerResponse): void {
    const session = this.#sessionOf(asker);
    if (!('usedAt' in session)) {
      refuse(response, session);
      return;
    }
    session.end();
    response.writeHead(200).end();
  }

  /** The session that a message belongs to, or why there is none. */
  #sessionOf({ headers, principal }: Asker): ClientSession | Refusal {
    const id = headerOf(headers, SESSION_ID);
    const version = headerOf(headers, 'mcp-protocol-version');
    if (id === undefined) {
      if (version === MODERN) return refusal(405, `only POST is for clients of ${MODERN}`, ['allow', 'POST']);
      return refusal(400, 'the Mcp-Session-Id header is missing: initialize comes first');
    }
    const session = this.#parts.sessions.get(id);
    // It tells the client to begin anew. That somebody else has such a session is nobody's business.
    if (session?.principal !== principal) return { ...refusal(404, 'there is no such session'), code: -32_001 };
    if (version === undefined || LEGACY_VERSIONS.includes(version)) return session;
    return refusal(400, `the protocol version ${version} is not that of a session`);
  }
}

function isRequest(message: JSONRPCMessage): message is JSONRPCRequest {
  return 'method' in message && 'id' in message;
}

function typeFault({ headers }: IncomingMessage): Refusal | undefined {
  if (!isJson(headers)) return refusal(415, 'the content type must be application/json');
  return accepts(headers, 'application/json') && accepts(headers, 'text/event-stream') ? undefined : notAcceptable();
}

function notAcceptable(): Refusal {
  return refusal(406, 'the client must accept application/json and text/event-stream');
}

function closing(): Refusal {
  return tryLater('the gateway is closing', LATER_S);
}

function idInUse(): Refusal {
  return { status: 400, code: -32_600, message: 'a request with this id is open' };
}

function noBatches(): Refusal {
  return { status: 400, code: -32_600, message: `only version ${BATCHES} has batches` };
}
