import type { JSONRPCMessage, JSONRPCRequest, RequestId } from '@modelcontextprotocol/client';
import { randomUUID } from 'node:crypto';
import { type AnySession, sessionOf } from '../../mcp/session/any-session.ts';
import type { SessionFront, SessionOptions } from '../../mcp/session/session.ts';
import { checkoutKey } from '../policy/checkout-key.ts';
import type { PolicyParts } from '../policy/passage.ts';
import { INITIALIZED } from '../replicas/begun-anew.ts';
import type { Upstream } from '../upstreams.ts';

/** A client, and what serves it. */
interface Client {
  readonly upstream: Upstream;
  /** What does once it wants the log, opened when it is needed; `undefined` where that is the same. */
  readonly withLog: (() => Upstream) | undefined;
  readonly principal: string;
  readonly policy: Pick<PolicyParts, 'access'>;
}

/** The beginning of the ids of requests that are not the client's. No client can know it. */
const OWN: string = randomUUID();
const INTRODUCTION = `${OWN} initialize`;

/** A session of the client that this front carries the messages of. */
export function clientSession({ upstream, withLog, principal, policy }: Client, front: SessionFront): AnySession {
  const options = { turns: checkoutKey(principal), toolTimeoutMs: policy.access?.timeoutMs };
  return withLog === undefined
    ? sessionOf(upstream, options, front)
    : new LogSession(upstream, withLog, options, front);
}

/**
 * The session of a client that shares connections until it sets a level of its log: then it goes on with connections of which
 * nobody else has a part, since on others nobody could tell whose the log is. The client does not notice; what is open is
 * answered where it is.
 */
class LogSession implements AnySession {
  readonly #withLog: () => Upstream;
  readonly #options: SessionOptions;
  readonly #front: SessionFront;
  #session: AnySession;
  /** The one before, as long as requests are open there. */
  #before: AnySession | undefined;
  /** The requests that are open, and where that is. */
  readonly #open = new Map<RequestId, AnySession>();
  /** The resources that the client follows. */
  readonly #followed = new Set<unknown>();
  #introduction: JSONRPCRequest | undefined;
  /** What has come while the client is being introduced to the other session. */
  #waiting: JSONRPCMessage[] | undefined;
  #hasLog = false;

  constructor(upstream: Upstream, withLog: () => Upstream, options: SessionOptions, front: SessionFront) {
    this.#withLog = withLog;
    this.#options = options;
    this.#front = front;
    this.#session = this.#begin(upstream);
  }

  receive(message: JSONRPCMessage): void {
    const before = this.#openBefore(message);
    if (before !== undefined) before.receive(message);
    else if (this.#waiting !== undefined) this.#waiting.push(message);
    else if (!this.#hasLog && isAbout(message, 'logging/setLevel')) this.#move(message);
    else this.#pass(message);
  }

  end(): void {
    this.#before?.end();
    this.#session.end();
  }

  #pass(message: JSONRPCMessage): void {
    if ('method' in message) this.#note(message);
    if ('method' in message && 'id' in message) this.#open.set(message.id, this.#session);
    this.#session.receive(message);
  }

  /** What the other session will have to know. */
  #note(message: JSONRPCMessage): void {
    if (isAbout(message, 'initialize')) this.#introduction = message;
    else if (isAbout(message, 'resources/subscribe')) this.#followed.add(message.params?.['uri']);
    else if (isAbout(message, 'resources/unsubscribe')) this.#followed.delete(message.params?.['uri']);
  }

  /** The session in which a request is open that the client cancels, where that is the one before. */
  #openBefore(message: JSONRPCMessage): AnySession | undefined {
    if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined;
    const id = message.params?.['requestId'] as RequestId;
    if (this.#before === undefined || this.#open.get(id) !== this.#before) return undefined;
    this.#open.delete(id);
    return this.#before;
  }

  #move(message: JSONRPCMessage): void {
    this.#hasLog = true;
    this.#waiting = [message];
    this.#before = this.#session;
    this.#session = this.#begin(this.#withLog());
    const params = this.#introduction?.params;
    this.#session.receive({ jsonrpc: '2.0', id: INTRODUCTION, method: 'initialize', ...(params && { params }) });
    this.#leave();
  }

  /** The client is introduced, as far as that can be. */
  #moved(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#session.receive(INITIALIZED);
    for (const uri of this.#followed) {
      const id = `${OWN} ${String(uri)}`;
      this.#session.receive({ jsonrpc: '2.0', id, method: 'resources/subscribe', params: { uri } });
    }
    for (const message of waiting) this.receive(message);
  }

  /** Ends the session before once nothing is open there. */
  #leave(): void {
    const before = this.#before;
    if (before === undefined || [...this.#open.values()].includes(before)) return;
    this.#before = undefined;
    before.end();
  }

  #begin(upstream: Upstream): AnySession {
    const session: AnySession = sessionOf(upstream, this.#options, {
      tell: (message, about) => {
        this.#told(() => session, message, about);
      },
      ended: () => {
        if (session === this.#session) this.#front.ended();
      },
    });
    return session;
  }

  #told(of: () => AnySession, message: JSONRPCMessage, about: RequestId | undefined): void {
    const isAnswer = !('method' in message);
    if (isAnswer && message.id === INTRODUCTION) this.#moved();
    else if (isAnswer && !String(message.id).startsWith(OWN)) {
      this.#open.delete(message.id ?? '');
      this.#front.tell(message);
      this.#leave();
      // What belongs to no request is told by the other session as well.
    } else if (!isAnswer && (about !== undefined || of() !== this.#before)) this.#front.tell(message, about);
  }
}

function isAbout(message: JSONRPCMessage, method: string): message is JSONRPCRequest {
  return 'method' in message && 'id' in message && message.method === method;
}
