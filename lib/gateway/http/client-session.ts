import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/client';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type AnySession, sessionOf } from '../../mcp/session/any-session.ts';
import { checkoutKey } from '../policy/checkout-key.ts';
import type { Call } from '../policy/call-watch.ts';
import { type Passage, type PolicyParts, passageOf } from '../policy/passage.ts';
import type { Upstream } from '../upstreams.ts';
import { legacyStatusOf } from './error-status.ts';
import { EventStream, type Heart } from './event-stream.ts';
import { SESSION_ID } from './headers.ts';
import { Reply } from './reply.ts';
import { SERVER_ERROR } from './refusal.ts';

/** Requests that a session may have open at once. */
export const MOST_OPEN = 1000;

/** What a session needs of the front. */
export interface SessionHost {
  readonly upstream: Upstream;
  readonly heart: Heart;
  readonly policy: PolicyParts;
  /** Whose session it is. */
  readonly principal: string;
  /** Called once when it is over, whoever has ended it. */
  readonly ended: (session: ClientSession) => void;
}

/** How long a question waits for the answer of a client whose response is gone, in milliseconds. */
const GONE_MS = 10_000;

/** One client of the legacy era: its session with the pool, and the responses by which messages reach it. */
export class ClientSession {
  readonly id: string = randomUUID();
  /** The version that was agreed on; `undefined` before it is introduced. */
  version: string | undefined;
  /** When it was last asked for something, in milliseconds of the monotonic clock. */
  usedAt: number = performance.now();
  /** Whose it is: for all others it is not there. */
  readonly principal: string;
  readonly #host: SessionHost;
  readonly #since = performance.now();
  readonly #session: AnySession;
  /** Where the answer to each request that is open goes. */
  readonly #replies = new Map<RequestId, Reply>();
  /** Of those requests that rules or the audit have to do with. */
  readonly #passages = new Map<RequestId, Passage>();
  /** The questions that were asked on responses to requests, and are open. */
  readonly #asked = new Set<RequestId>();
  /** For what belongs to no request. */
  #stream: EventStream | undefined;

  constructor(host: SessionHost) {
    this.#host = host;
    this.principal = host.principal;
    const front = { tell: this.#tell.bind(this), ended: this.#ended.bind(this) };
    const turns = checkoutKey(host.principal);
    this.#session = sessionOf(host.upstream, turns === undefined ? {} : { turns }, front);
  }

  /** How many of its requests are open. */
  get open(): number {
    return this.#replies.size;
  }

  /** Whether a request with this id is open: another one cannot be told from it. */
  isInUse(id: RequestId): boolean {
    return this.#replies.has(id);
  }

  /** Takes a request, whose answer goes to this reply. */
  ask(call: Call, reply: Reply): void {
    this.usedAt = performance.now();
    const { request } = call;
    const { id } = request;
    const passage = passageOf(this.#host.policy, this.principal, call);
    if (passage?.refused !== undefined) {
      reply.answer(JSON.stringify({ jsonrpc: '2.0', id, error: passage.refused }));
      return;
    }
    this.#replies.set(id, reply);
    if (passage === undefined) this.#session.receive(request);
    else {
      this.#passages.set(id, passage);
      passage.within(() => {
        this.#session.receive(passage.request);
      });
    }
  }

  /** Takes an answer or a notification. */
  note(message: JSONRPCMessage): void {
    this.usedAt = performance.now();
    if (!('method' in message)) this.#asked.delete(message.id ?? '');
    this.#session.receive(message);
    if (!('method' in message) || message.method !== 'notifications/cancelled') return;
    const id = message.params?.['requestId'] as RequestId;
    this.#replies.get(id)?.drop();
    this.#replies.delete(id);
    this.#passages.get(id)?.cancelled();
    this.#passages.delete(id);
  }

  /** Has this response tell what belongs to no request; the one that did so before is ended. */
  listen(response: ServerResponse): void {
    this.usedAt = performance.now();
    this.#stream?.end();
    this.#stream = new EventStream(response, this.#host.heart);
    this.#stream.open();
  }

  /** Ends the stream of what belongs to no request. */
  endStream(): void {
    this.#stream?.end();
  }

  /** Ends it; what is open is cancelled at the servers. */
  end(): void {
    this.#session.end();
  }

  #tell(message: JSONRPCMessage, about?: RequestId): void {
    if (!('method' in message)) {
      this.#answer(message.id ?? '', message);
      return;
    }
    const isQuestion = 'id' in message;
    if (isQuestion && about !== undefined) this.#passages.get(about)?.asked(message.method);
    const text = JSON.stringify(message);
    const reply = about === undefined ? undefined : this.#replies.get(about);
    if (reply?.tell(text) === true) {
      if (isQuestion) this.#askedOn(reply, message.id);
      return;
    }
    // What is told in the course of a request is of no use beside it; a question is.
    if (this.#stream?.isOver === false && (about === undefined || isQuestion)) this.#stream.send(text);
    else if (isQuestion) this.#notAsked(message.id);
  }

  #answer(id: RequestId, message: JSONRPCMessage): void {
    const reply = this.#replies.get(id);
    this.#replies.delete(id);
    const isIntroduction = this.version === undefined;
    if (isIntroduction && 'result' in message && 'protocolVersion' in message.result) {
      this.version = String(message.result['protocolVersion']);
      if (reply !== undefined) reply.headers = [SESSION_ID, this.id];
    }
    reply?.answer(this.#passed(id, message), legacyStatusOf(message));
    if (isIntroduction && this.version === undefined) this.end();
  }

  /** The text of an answer, as the principal may see it. */
  #passed(id: RequestId, message: JSONRPCMessage): string {
    const passage = this.#passages.get(id);
    if (passage === undefined) return JSON.stringify(message);
    this.#passages.delete(id);
    const result = 'result' in message ? passage.shown(message.result) : undefined;
    const text = JSON.stringify(result === undefined ? message : { ...message, result });
    passage.answered(text, result, 'error' in message ? message.error : undefined);
    return text;
  }

  /** A client may answer though the response is gone on which it was asked, but not whatever it has become of it. */
  #askedOn(reply: Reply, id: RequestId): void {
    this.#asked.add(id);
    reply.whenOver(() => {
      if (!this.#asked.has(id)) return;
      setTimeout(() => {
        if (this.#asked.delete(id) && this.#stream?.isOver !== false) this.#notAsked(id);
      }, GONE_MS).unref();
    });
  }

  /** Nobody is there to be asked: the server need not wait. */
  #notAsked(id: RequestId): void {
    const error = { code: SERVER_ERROR, message: 'the client is not there to be asked' };
    // Not at once: the question is being asked just now.
    queueMicrotask(() => {
      this.#session.receive({ jsonrpc: '2.0', id, error });
    });
  }

  #ended(): void {
    this.#stream?.end();
    const error = { code: SERVER_ERROR, message: 'the session has ended' };
    for (const [id, reply] of this.#replies) reply.answer(JSON.stringify({ jsonrpc: '2.0', id, error }));
    this.#replies.clear();
    for (const passage of this.#passages.values()) passage.cancelled();
    this.#passages.clear();
    const { audit } = this.#host.policy;
    const ms = Math.round(performance.now() - this.#since);
    if (audit.isHeard) audit.tell({ type: 'sessionEnded', at: Date.now(), principal: this.principal, ms });
    this.#host.ended(this);
  }
}
