import type { JSONRPCMessage, JSONRPCRequest, RequestId } from '@modelcontextprotocol/client';
import type { ServerResponse } from 'node:http';
import { classOf } from '../capability-class.ts';
import { KEPT } from '../replicas/kept-requests.ts';
import type { Replicas } from '../replicas/replicas.ts';
import type { Upstreams } from '../upstreams.ts';
import type { Asker } from './asker.ts';
import { type ClientSession, MOST_OPEN } from './client-session.ts';
import { SESSION_ID, accepts, headerOf } from './headers.ts';
import { MODERN } from './inbound.ts';
import { type Refusal, refusal, tryLater } from './refusal.ts';
import type { Refusals } from './refusals.ts';
import { Reply } from './reply.ts';
import type { Sessions } from './sessions.ts';
import { LEGACY_VERSIONS } from './versions.ts';

/** The last version in which several messages may come at once. */
const BATCHES = '2025-03-26';

/** What the front of the legacy era is made of. */
export interface LegacyParts {
  readonly upstreams: Upstreams;
  readonly sessions: Sessions;
  readonly refusals: Refusals;
  /** The way to the other nodes, where there are any. */
  readonly replicas: Replicas | undefined;
}

/** Serves the clients of the legacy era, each of which has a session. */
export class LegacyFront {
  /** Whether no session is begun any more. */
  isDraining = false;
  readonly #upstreams: Upstreams;
  readonly #sessions: Sessions;
  readonly #refusals: Refusals;
  readonly #replicas: Replicas | undefined;

  constructor({ upstreams, sessions, refusals, replicas }: LegacyParts) {
    this.#upstreams = upstreams;
    this.#sessions = sessions;
    this.#refusals = refusals;
    this.#replicas = replicas;
  }

  /** Takes what a client has posted. */
  take(asker: Asker, response: ServerResponse, message: JSONRPCMessage): void {
    const id = 'id' in message ? message.id : undefined;
    const isIntroduction = 'method' in message && message.method === 'initialize' && 'id' in message;
    if (isIntroduction && asker.headers[SESSION_ID] === undefined) {
      this.#introduce(asker, response, message);
      return;
    }
    const session = this.#sessionOf(asker);
    if (!('usedAt' in session)) this.#refuse(asker, response, session, id);
    else if (isIntroduction) {
      this.#refuse(asker, response, refusal(400, 'this session has been initialized before'), id);
    } else if (isRequest(message)) this.#ask(session, asker, response, message);
    else {
      this.#note(session, message);
      response.writeHead(202).end();
    }
  }

  /** Takes what another node was told by a client. */
  told(key: string, message: JSONRPCMessage): void {
    const session = this.#sessions.keyed(key);
    if (session === undefined) return;
    if (isRequest(message)) session.also(message);
    else session.note(message, true);
  }

  /** Takes several messages at once. */
  batch(asker: Asker, response: ServerResponse, messages: readonly JSONRPCMessage[]): void {
    const session = this.#sessionOf(asker);
    if (!('usedAt' in session)) {
      this.#refuse(asker, response, session);
      return;
    }
    const requests = messages.filter(isRequest);
    const fault = batchFault(session, requests);
    if (fault !== undefined) this.#refuse(asker, response, fault);
    else {
      const reply = new Reply(response, this.#sessions.heart, { batch: requests.length });
      if (requests.length === 0) response.writeHead(202).end();
      for (const message of messages) {
        if (isRequest(message)) session.ask({ request: message, headers: asker.headers }, reply);
        else this.#note(session, message);
      }
    }
  }

  /** Has the response tell what belongs to no request. */
  get(asker: Asker, response: ServerResponse): void {
    const session = this.#sessionOf(asker);
    if (!('usedAt' in session)) this.#refuse(asker, response, session);
    else if (!accepts(asker.headers, 'text/event-stream')) this.#refuse(asker, response, notAcceptable());
    else if (this.isDraining) this.#refuse(asker, response, closing());
    else session.listen(response);
  }

  /** Ends a session. */
  delete(asker: Asker, response: ServerResponse): void {
    const session = this.#sessionOf(asker);
    if (!('usedAt' in session)) {
      this.#refuse(asker, response, session);
      return;
    }
    this.#replicas?.ended(session.key);
    session.end();
    response.writeHead(200).end();
  }

  #introduce(asker: Asker, response: ServerResponse, request: JSONRPCRequest): void {
    const { headers, principal } = asker;
    const fault = this.#sessions.fault(principal);
    if (this.isDraining || !this.#upstreams.isOpen) this.#refuse(asker, response, closing(), request.id);
    else if (fault !== undefined) this.#refuse(asker, response, tryLater('limit', fault), request.id);
    else {
      const announced = request.params?.['capabilities'];
      const capabilities = classOf(announced).name;
      const session = this.#sessions.begin({ principal, capabilities, begun: undefined });
      session.ask({ request, headers }, new Reply(response, this.#sessions.heart));
    }
  }

  #ask(session: ClientSession, asker: Asker, response: ServerResponse, request: JSONRPCRequest): void {
    const fault = session.isInUse(request.id) ? idInUse() : openFault(session, 1);
    if (fault !== undefined) this.#refuse(asker, response, fault, request.id);
    else {
      session.ask({ request, headers: asker.headers }, new Reply(response, this.#sessions.heart));
      if (KEPT.has(request.method)) this.#replicas?.take(session.key, request);
    }
  }

  #note(session: ClientSession, message: JSONRPCMessage): void {
    const isCancel = 'method' in message && message.method === 'notifications/cancelled';
    const id = isCancel ? (message.params?.['requestId'] as RequestId) : undefined;
    // What is not open here is open on another node, or nowhere.
    if (id !== undefined && !session.isInUse(id)) this.#replicas?.take(session.key, message);
    session.note(message);
  }

  /** A session that has begun on another node, begun anew here. */
  #begunAnew(id: string, principal: string): ClientSession | Refusal | undefined {
    const facts = this.#replicas?.open(id, principal);
    // A server that keeps state for a session has it on one node only.
    if (facts === undefined || this.#upstreams.isPinned) return undefined;
    if (this.isDraining || !this.#upstreams.isOpen) return closing();
    const fault = this.#sessions.fault(principal);
    if (fault !== undefined) return tryLater('limit', fault);
    const { capabilities } = facts;
    return this.#sessions.begin({ principal, capabilities, begun: { id, facts } });
  }

  #refuse({ principal }: Asker, response: ServerResponse, refused: Refusal, id?: unknown): void {
    this.#refusals.refuse(response, refused, id, principal);
  }

  /** The session that a message belongs to, or why there is none. */
  #sessionOf({ headers, principal }: Asker): ClientSession | Refusal {
    const id = headerOf(headers, SESSION_ID);
    const version = headerOf(headers, 'mcp-protocol-version');
    if (id === undefined) {
      if (version === MODERN) return refusal(405, `only POST is for clients of ${MODERN}`, ['allow', 'POST']);
      return refusal(400, 'the Mcp-Session-Id header is missing: initialize comes first');
    }
    const session = this.#sessions.get(id) ?? this.#begunAnew(id, principal);
    if (session !== undefined && !('usedAt' in session)) return session;
    // It tells the client to begin anew. That somebody else has such a session is nobody's business.
    if (session?.principal !== principal) {
      return { ...refusal(404, 'there is no such session'), code: -32_001, reason: 'session' };
    }
    if (version === undefined || LEGACY_VERSIONS.includes(version)) return session;
    return refusal(400, `the protocol version ${version} is not that of a session`);
  }
}

function isRequest(message: JSONRPCMessage): message is JSONRPCRequest {
  return 'method' in message && 'id' in message;
}

function batchFault(session: ClientSession, requests: readonly JSONRPCRequest[]): Refusal | undefined {
  const ids = new Set(requests.map(({ id }) => id));
  if (session.version !== BATCHES) return noBatches();
  if (ids.size < requests.length || requests.some(({ id }) => session.isInUse(id))) return idInUse();
  return openFault(session, requests.length);
}

function openFault(session: ClientSession, more: number): Refusal | undefined {
  if (session.open + more <= MOST_OPEN) return undefined;
  return tryLater('limit', `a session may have ${MOST_OPEN} requests open`);
}

/** The refusal of a client that takes no event streams. */
export function notAcceptable(): Refusal {
  return refusal(406, 'the client must accept application/json and text/event-stream');
}

/** The refusal of what would be begun while the gateway is closing. */
export function closing(): Refusal {
  return tryLater('closing', 'the gateway is closing');
}

function idInUse(): Refusal {
  return { status: 400, code: -32_600, message: 'a request with this id is open' };
}

function noBatches(): Refusal {
  return { status: 400, code: -32_600, message: `only version ${BATCHES} has batches` };
}
