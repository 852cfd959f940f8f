import type { JSONRPCMessage, JSONRPCRequest, RequestId } from '@modelcontextprotocol/client';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { AnySession } from '../../mcp/session/any-session.ts';
import type { Call } from '../policy/call-watch.ts';
import { type Passage, type PolicyParts, passageOf } from '../policy/passage.ts';
import { ALSO, ANEW_ID, SessionInlet } from '../replicas/begun-anew.ts';
import { KeptRequests } from '../replicas/kept-requests.ts';
import { ownQuestion, withNode } from '../replicas/question-node.ts';
import type { Replicas } from '../replicas/replicas.ts';
import type { SessionFacts } from '../replicas/sealed-id.ts';
import type { Upstream } from '../upstreams.ts';
import { AskedQuestions } from './asked-questions.ts';
import { legacyStatusOf } from './error-status.ts';
import { EventStream, type Heart } from './event-stream.ts';
import { SESSION_ID } from './headers.ts';
import { clientSession } from './log-session.ts';
import { Reply } from './reply.ts';
import { SERVER_ERROR } from './refusal.ts';

/** Requests that a session may have open at once. */
export const MOST_OPEN = 1000;

/** What a session needs of the front. */
export interface SessionHost {
  readonly upstream: Upstream;
  /** What serves it once its client wants the log, where that may be something else. */
  readonly withLog: (() => Upstream) | undefined;
  readonly heart: Heart;
  readonly policy: PolicyParts;
  /** Whose session it is. */
  readonly principal: string;
  /** What its client has announced, as its class is called. */
  readonly capabilities: string;
  /** The node that it is on, and the way to the others; `undefined` where there are none. */
  readonly replicas: Replicas | undefined;
  /** What is known of it where it has begun on another node, and by which id. */
  readonly begun: { readonly id: string; readonly facts: SessionFacts } | undefined;
  /** Called when it has the id by which its client names it. */
  readonly introduced: (session: ClientSession) => void;
  /** Called once when it is over, whoever has ended it. */
  readonly ended: (session: ClientSession) => void;
}

const NOT_THERE = { code: SERVER_ERROR, message: 'the client is not there to be asked' };
const ENDED = { code: SERVER_ERROR, message: 'the session has ended' };

/** One client of the legacy era: its session with the pool, and the responses by which messages reach it. */
export class ClientSession {
  /** Tells it from all others; its client does not know this where there are several nodes. */
  readonly key: string;
  /** By which its client names it, once it is introduced. */
  id: string;
  /** The version that was agreed on; `undefined` before it is introduced. */
  version: string | undefined;
  /** When it was last asked for something, in milliseconds of the monotonic clock. */
  usedAt: number = performance.now();
  /** Whose it is: for all others it is not there. */
  readonly principal: string;
  readonly #host: SessionHost;
  readonly #since = performance.now();
  readonly #session: AnySession;
  readonly #inlet = new SessionInlet((message) => {
    this.#kept.note(message);
    this.#session.receive(message);
  });
  /** Where the answer to each request that is open goes. */
  readonly #replies = new Map<RequestId, Reply>();
  /** Of those requests that rules or the audit have to do with. */
  readonly #passages = new Map<RequestId, Passage>();
  readonly #kept = new KeptRequests();
  /** The questions that may be answered still, though nobody may be there to do so. */
  readonly #asked = new AskedQuestions((id) => {
    if (this.#stream?.isOver !== false) this.#notAsked(id);
  });
  /** For what belongs to no request. */
  #stream: EventStream | undefined;

  constructor(host: SessionHost) {
    this.#host = host;
    this.principal = host.principal;
    this.key = host.begun?.facts.session ?? randomUUID();
    this.id = host.begun?.id ?? this.key;
    const front = { tell: this.#tell.bind(this), ended: this.#ended.bind(this) };
    this.#session = clientSession(host, front);
    this.version = host.begun?.facts.version;
    if (host.begun !== undefined) this.#inlet.begin(host.begun.facts);
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
    if (passage === undefined) this.#inlet.take(request);
    else {
      this.#passages.set(id, passage);
      passage.within(() => {
        this.#inlet.take(passage.request);
      });
    }
  }

  /** Takes an answer or a notification. `isTold`: another node has taken it, too, and told of it. */
  note(message: JSONRPCMessage, isTold = false): void {
    this.usedAt = performance.now();
    if (!('method' in message)) {
      const id = ownQuestion(message.id, this.#host.replicas?.node);
      this.#asked.answered(id ?? '');
      this.#inlet.take({ ...message, id } as JSONRPCMessage);
      return;
    }
    if (!isTold) this.#host.policy.audit.notified(this.principal, message);
    this.#inlet.take(message);
    if (message.method !== 'notifications/cancelled') return;
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

  /** Takes a request that another node answers: what it changes holds here as well. */
  also(request: JSONRPCRequest): void {
    this.#inlet.take(asAlso(request));
  }

  /** What it has asked for that still holds. */
  get kept(): readonly JSONRPCRequest[] {
    return this.#kept.all;
  }

  /** Has its client told, if it listens here. */
  show(message: JSONRPCMessage): void {
    if (this.#stream?.isOver === false) this.#stream.send(JSON.stringify(message));
  }

  /** Ends the stream of what belongs to no request. */
  endStream(): void {
    this.#stream?.end();
  }

  /** Ends it; what is open is cancelled at the servers. */
  end(): void {
    this.#session.end();
  }

  async #begunAnew(): Promise<void> {
    const kept = (await this.#host.replicas?.keptOf(this.key)) ?? [];
    // Requests that have come meanwhile may have the same ids.
    this.#inlet.begun(kept.map((request, n) => asAlso({ ...request, id: `kept-${n}` })));
  }

  #tell(untold: JSONRPCMessage, about?: RequestId): void {
    if (!('method' in untold)) {
      if (untold.id === ANEW_ID) void this.#begunAnew();
      else if (!String(untold.id).startsWith(ALSO)) this.#answer(untold.id ?? '', untold);
      return;
    }
    const message = withNode(untold, this.#host.replicas?.node);
    const isQuestion = 'id' in message;
    if (isQuestion && about !== undefined) this.#passages.get(about)?.asked(message.method);
    const text = JSON.stringify(message);
    const reply = about === undefined ? undefined : this.#replies.get(about);
    if (reply?.tell(text) === true) {
      if (isQuestion) this.#asked.on(reply, (untold as JSONRPCRequest).id);
      return;
    }
    // What is told in the course of a request is of no use beside it; a question is.
    if (this.#stream?.isOver === false && (about === undefined || isQuestion)) this.#stream.send(text);
    else if (isQuestion) this.#askedElsewhere(untold as JSONRPCRequest, message);
    else if (about === undefined) this.#host.replicas?.show(this.key, message);
  }

  #answer(id: RequestId, message: JSONRPCMessage): void {
    const reply = this.#replies.get(id);
    this.#replies.delete(id);
    const isIntroduction = this.version === undefined;
    if (isIntroduction && 'result' in message && 'protocolVersion' in message.result) {
      this.version = String(message.result['protocolVersion']);
      this.#named(this.version);
      if (reply !== undefined) reply.headers = [SESSION_ID, this.id];
    }
    reply?.answer(this.#passed(id, message), legacyStatusOf(message));
    if (isIntroduction && this.version === undefined) this.end();
  }

  /** Where there are several nodes its id tells the others what they have to know of it. */
  #named(version: string): void {
    const { replicas, principal, capabilities, introduced } = this.#host;
    if (replicas !== undefined) this.id = replicas.seal({ session: this.key, principal, capabilities, version });
    introduced(this);
  }

  /** The text of an answer, as the principal may see it. */
  #passed(id: RequestId, message: JSONRPCMessage): string {
    const passage = this.#passages.get(id);
    if (passage === undefined) return JSON.stringify(message);
    this.#passages.delete(id);
    const given = 'result' in message ? message.result : undefined;
    const result = given && passage.shown(given);
    const text = JSON.stringify(result === given ? message : { ...message, result });
    passage.answered(text, result, 'error' in message ? message.error : undefined);
    return text;
  }

  /** Its client may listen at another node, where there are some. */
  #askedElsewhere({ id }: JSONRPCRequest, message: JSONRPCMessage): void {
    const { replicas } = this.#host;
    replicas?.show(this.key, message);
    if (replicas?.hasPeers === true) this.#asked.elsewhere(id);
    else this.#notAsked(id);
  }

  /** Nobody is there to be asked: the server need not wait. */
  #notAsked(id: RequestId): void {
    // Not at once: the question is being asked just now.
    queueMicrotask(() => {
      this.#session.receive({ jsonrpc: '2.0', id, error: NOT_THERE });
    });
  }

  #ended(): void {
    this.#stream?.end();
    for (const [id, reply] of this.#replies) reply.answer(JSON.stringify({ jsonrpc: '2.0', id, error: ENDED }));
    this.#replies.clear();
    for (const passage of this.#passages.values()) passage.cancelled();
    this.#passages.clear();
    this.#host.policy.audit.sessionEnded(this.principal, this.#since);
    this.#host.ended(this);
  }
}

/** A request that another node answers. */
function asAlso(request: JSONRPCRequest): JSONRPCRequest {
  return { ...request, id: `${ALSO}${String(request.id)}` };
}
