import {
  type JSONRPCMessage,
  type RequestId,
  type TransportSendOptions,
  isInitializedNotification,
} from '@modelcontextprotocol/client';
import type { Observable } from 'rxjs';
import type { Notice } from '../../supply/connector.ts';
import type { CarriedRequest } from '../transport/carried-request.ts';
import { TappedTransport } from '../transport/tapped-transport.ts';
import { HttpExchanges } from './http-exchanges.ts';
import { HttpNotices } from './http-notices.ts';
import type { HttpSession, HttpWire } from './http-wire.ts';
import { Listening } from './listening.ts';
import { LiveSession } from './live-session.ts';
import { SessionExpiredError, cannotSend } from '../failures/session-expired.ts';
import { redactedMessage } from '../transport/redactor.ts';
import type { ConnectionNeeds, ConnectionTransport } from '../transport/transport.ts';

/**
 * An SDK transport over Streamable HTTP, one exchange for each message. There is no socket that could break, so nothing
 * but `close`, `kill` and an expired session ends it: a server that cannot be reached fails the requests, one by one, and
 * the health checks. `onclose` is called exactly once; after that no message is delivered.
 */
export class HttpTransport extends TappedTransport implements ConnectionTransport {
  /** In the modern era a request is cancelled by closing its stream, which tells the server as well. */
  readonly hasPerRequestStream = true;
  readonly #wire: HttpWire;
  readonly #exchanges: HttpExchanges;
  readonly #session: LiveSession;
  readonly #listening: Listening;
  readonly #notices: HttpNotices;
  #phase: 'new' | 'open' | 'closed' = 'new';
  #failure: Error | undefined;
  #wasAnswered = false;
  #leaving: Promise<void> | undefined;
  #ending: NodeJS.Immediate | undefined;
  #leaveAgent: () => void = () => undefined;

  constructor(wire: HttpWire, needs: ConnectionNeeds = {}) {
    super();
    this.#wire = wire;
    this.#session = new LiveSession(wire, needs.renewSession !== false, {
      isOpen: () => this.#phase === 'open' && !this.#ending,
      begun: this.#begun.bind(this),
      lost: this.#lost.bind(this),
    });
    this.#notices = new HttpNotices(wire.limits);
    const listener = {
      began: this.#session.began.bind(this.#session),
      message: this.#deliver.bind(this),
      error: this.#odd.bind(this),
    };
    this.#exchanges = new HttpExchanges(wire, listener);
    this.#listening = new Listening(wire, listener);
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  get closed(): boolean {
    return this.#phase === 'closed';
  }

  get garbageLines(): number {
    return this.#notices.garbageLines;
  }

  get noticed$(): Observable<Notice> {
    return this.#notices.noticed$;
  }

  get renewed$(): Observable<void> {
    return this.#session.renewed$;
  }

  get missed$(): Observable<void> {
    return this.#listening.missed$;
  }

  get sessionId(): string | undefined {
    return this.#session.now.id;
  }

  setProtocolVersion(version: string): void {
    this.#session.speaks(version);
  }

  /** Opens nothing: there is nothing to open before the first message. */
  start(): Promise<void> {
    if (this.#phase !== 'new') return Promise.reject(new Error(`a transport starts once: this one is ${this.#phase}`));
    this.#phase = 'open';
    this.#leaveAgent = this.#wire.agent.enter();
    return Promise.resolve();
  }

  /** Resolves when a request was answered, and anything else taken; rejects with what stands in the way. */
  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (this.#phase !== 'open' || this.#ending) throw cannotSend(this.#failure);
    if (this.isReplayed(message)) return;
    this.#session.sent(message);
    this.requests.sent(message);
    try {
      await this.#send(message, options);
    } catch (error) {
      this.requests.failed(message);
      const clean = this.#wire.redactor.error(error);
      // What keeps a connection from coming up is why it ends, whatever becomes of it on its way through the SDK.
      if (!this.#wasAnswered && !this.closed && clean instanceof Error) this.#failure = clean;
      throw clean;
    }
  }

  carry(request: CarriedRequest, text: string): void {
    const { underWay } = this.#session;
    if (this.#phase !== 'open' || this.#ending) request.fail(cannotSend(this.#failure));
    else if (underWay === undefined) this.#carry(request, text, false);
    else underWay.then(this.#carry.bind(this, request, text, false), this.#failed.bind(this, request));
  }

  listen(): () => void {
    return this.#listening.join();
  }

  get opening(): Promise<void> | undefined {
    return this.#listening.opening;
  }

  giveUp(id: RequestId): void {
    this.#exchanges.giveUp(id);
  }

  endStreams(): void {
    this.#exchanges.endStreams();
  }

  /** Gives up what is under way, and ends the session at the server; resolves when nothing of it goes on. */
  async close(): Promise<void> {
    this.#finish();
    await (this.#leaving ??= this.#exchanges.leave(() => this.#session.now).finally(this.#leaveAgent));
  }

  kill(): void {
    this.#finish();
    this.#leaving ??= Promise.resolve();
    this.#exchanges.abortAll();
    this.#leaveAgent();
  }

  #carry(request: CarriedRequest, text: string, isAgain: boolean): void {
    if (request.isOver) {
      // It was given up while it waited for a new session.
      this.requests.withdraw(request);
      return;
    }
    if (this.closed) {
      request.fail(cannotSend(this.#failure));
      return;
    }
    const session = this.#session.now;
    const done = (error?: Error): void => {
      // Once the connection has ended, that is why; whoever waits hears of it by `ended$`.
      if (error === undefined || request.isOver || this.closed) return;
      const fail = this.#failed.bind(this, request);
      if (!(error instanceof SessionExpiredError)) fail(error);
      else if (isAgain) fail(this.#session.spent(error));
      else this.#session.renewed(session, true, error).then(this.#carry.bind(this, request, text, true), fail);
    };
    this.#exchanges.carry(request, session, { text, isAgain, done });
  }

  #failed(request: CarriedRequest, error: unknown): void {
    request.fail(this.#wire.redactor.error(error));
  }

  async #send(message: JSONRPCMessage, options: TransportSendOptions | undefined): Promise<void> {
    await this.#session.underWay;
    const session = this.#session.now;
    try {
      await this.#post(message, options);
    } catch (error) {
      if (!(error instanceof SessionExpiredError)) throw error;
      await this.#session.renewed(session, 'method' in message && 'id' in message, error);
      await this.#post(message, { ...options, isAgain: true }).catch((again: unknown) => {
        throw again instanceof SessionExpiredError ? this.#session.spent(again) : again;
      });
    }
    if (isInitializedNotification(message)) this.#listening.began(this.#session.now);
  }

  async #post(message: JSONRPCMessage, options?: TransportSendOptions & { readonly isAgain?: boolean }): Promise<void> {
    if (this.closed) throw cannotSend(this.#failure);
    // It may have waited for a new session meanwhile.
    if (this.requests.withdraw(message)) throw new Error('cancelled before it was sent');
    await this.#exchanges.post(message, this.#session.now, { ...options, isOwn: this.requests.isOwn(message) });
  }

  /** A session was begun anew. */
  async #begun(session: HttpSession): Promise<void> {
    await this.#exchanges.post({ jsonrpc: '2.0', method: 'notifications/initialized' }, session);
    this.#listening.began(session);
    this.#notices.note('the session had expired and was begun anew');
  }

  /** Ends it with the session, once whoever met that has been told by the rejection of what was sent: this error. */
  #lost(error: SessionExpiredError): void {
    this.#failure = this.#wire.redactor.error(error);
    this.#ending = setImmediate(() => void this.close());
  }

  /** All that the server says comes by here: the answers to the SDK's client and to carried requests, and what is unasked. */
  #deliver(message: JSONRPCMessage): void {
    if (this.closed) return;
    this.#listening.answered();
    // A server that did not know the first question, by which it was to tell its era, may know the second.
    if (!this.#wasAnswered) this.#failure = undefined;
    this.#wasAnswered = true;
    const kind = this.requests.received(message);
    if (kind === 'late') return;
    this.#notices.message(message, kind === 'answer' || kind === 'progress');
    this.deliver(redactedMessage(message, this.#wire.redactor.text));
  }

  #odd(error: Error): void {
    if (this.closed) return;
    const clean = this.#wire.redactor.error(error);
    this.#notices.error(clean);
    this.tellError(clean);
  }

  #finish(): void {
    if (this.closed) return;
    this.#phase = 'closed';
    clearImmediate(this.#ending);
    this.#session.stop();
    this.#listening.end();
    this.requests.giveUp();
    this.#exchanges.end();
    this.#notices.stop();
    this.tellEnd();
  }
}
