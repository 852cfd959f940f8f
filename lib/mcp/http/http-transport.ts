import type { JSONRPCMessage, MessageExtraInfo, RequestId, TransportSendOptions } from '@modelcontextprotocol/client';
import type { Observable } from 'rxjs';
import type { Notice } from '../../supply/connector.ts';
import type { CarriedRequest } from '../transport/carried-request.ts';
import { TappedTransport } from '../transport/tapped-transport.ts';
import { HttpExchanges } from './http-exchanges.ts';
import { HttpNotices } from './http-notices.ts';
import type { HttpSession, HttpWire } from './http-wire.ts';
import { SessionExpiredError, cannotSend } from '../failures/session-expired.ts';
import { SessionRenewal } from './session-renewal.ts';
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
  readonly #needs: ConnectionNeeds;
  readonly #exchanges: HttpExchanges;
  readonly #renewal: SessionRenewal;
  readonly #notices: HttpNotices;
  #phase: 'new' | 'open' | 'closed' = 'new';
  #session: HttpSession = {};
  #failure: Error | undefined;
  #wasAnswered = false;
  #leaving: Promise<void> | undefined;
  #ending: NodeJS.Immediate | undefined;

  constructor(wire: HttpWire, needs: ConnectionNeeds = {}) {
    super();
    this.#wire = wire;
    this.#needs = needs;
    this.#renewal = new SessionRenewal(wire);
    this.#notices = new HttpNotices(wire.limits);
    this.#exchanges = new HttpExchanges(wire, {
      began: (id) => (this.#session = { ...this.#session, id }),
      message: this.#deliver.bind(this),
      error: this.#odd.bind(this),
    });
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
    return this.#renewal.renewed$;
  }

  get sessionId(): string | undefined {
    return this.#session.id;
  }

  setProtocolVersion(version: string): void {
    this.#session = { ...this.#session, version };
  }

  /** Opens nothing: there is nothing to open before the first message. */
  start(): Promise<void> {
    const again = this.#phase === 'new' ? undefined : new Error(`a transport starts once: this one is ${this.#phase}`);
    if (again) return Promise.reject(again);
    this.#phase = 'open';
    return Promise.resolve();
  }

  /** Resolves when a request was answered, and anything else taken; rejects with what stands in the way. */
  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (this.#phase !== 'open' || this.#ending) throw cannotSend(this.#failure);
    if (this.isReplayed(message)) return;
    this.#renewal.sent(message);
    this.requests.sent(message);
    try {
      await this.#carry(message, options);
    } catch (error) {
      this.requests.failed(message);
      const clean = this.#wire.redactor.error(error);
      // What keeps a connection from coming up is why it ends, whatever becomes of it on its way through the SDK.
      if (!this.#wasAnswered && !this.closed && clean instanceof Error) this.#failure = clean;
      throw clean;
    }
  }

  carry(request: CarriedRequest, text: string): void {
    const { id, headers } = request;
    request.carrier = {
      abort: () => {
        this.#exchanges.giveUp(id);
      },
    };
    this.#carry(JSON.parse(text) as JSONRPCMessage, headers && { headers }).catch((error: unknown) => {
      request.fail(this.#wire.redactor.error(error));
    });
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
    await (this.#leaving ??= this.#exchanges.leave(() => this.#session));
  }

  kill(): void {
    this.#finish();
    this.#leaving ??= Promise.resolve();
    this.#exchanges.abortAll();
  }

  async #carry(message: JSONRPCMessage, options: TransportSendOptions | undefined): Promise<void> {
    await this.#renewal.underWay;
    const session = this.#session;
    try {
      await this.#post(message, options);
    } catch (error) {
      if (!(error instanceof SessionExpiredError)) throw error;
      await this.#renewed(session, message, error);
      await this.#post(message, options).catch((again: unknown) => {
        if (!(again instanceof SessionExpiredError)) throw again;
        throw this.#expire(SessionExpiredError.spent(this.#wire.target, again));
      });
    }
  }

  async #post(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (this.closed) throw cannotSend(this.#failure);
    // It may have waited for a new session meanwhile.
    if (this.requests.withdraw(message)) throw new Error('cancelled before it was sent');
    await this.#exchanges.post(message, this.#session, { ...options, isOwn: this.requests.isOwn(message) });
  }

  /** Resolves when there is a session that is newer than the one that had expired. */
  async #renewed(expired: HttpSession, message: JSONRPCMessage, error: SessionExpiredError): Promise<void> {
    if (expired !== this.#session && !this.closed) return;
    // What is no request belongs to the old session: an answer to it, or the end of a request in it.
    if (!('method' in message && 'id' in message)) throw error;
    if (this.#needs.renewSession === false) this.#expire(error);
    if (this.closed || this.#ending) throw error;
    await this.#renewal.once(() => this.#renew());
  }

  async #renew(): Promise<void> {
    try {
      const session = await this.#renewal.renew(this.#session);
      this.#session = session;
      await this.#exchanges.post({ jsonrpc: '2.0', method: 'notifications/initialized' }, session);
      this.#notices.note('the session had expired and was begun anew');
      this.#renewal.done();
    } catch (cause) {
      throw this.#expire(SessionExpiredError.lasting(this.#wire.target, cause));
    }
  }

  /** Ends it with the session, once whoever met that has been told by the rejection of what was sent: this error. */
  #expire(error: SessionExpiredError): SessionExpiredError {
    if (this.closed || this.#ending) return error;
    this.#failure = this.#wire.redactor.error(error);
    this.#session = {};
    this.#ending = setImmediate(() => void this.close());
    return error;
  }

  #deliver(message: JSONRPCMessage, extra?: MessageExtraInfo): void {
    if (this.closed) return;
    // A server that did not know the first question, by which it was to tell its era, may know the second.
    if (!this.#wasAnswered) this.#failure = undefined;
    this.#wasAnswered = true;
    const kind = this.requests.received(message);
    if (kind === 'late') return;
    this.#notices.message(message, kind === 'answer' || kind === 'progress');
    this.deliver(redactedMessage(message, this.#wire.redactor.text), extra);
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
    this.#renewal.stop();
    this.requests.giveUp();
    this.#exchanges.end();
    this.#notices.stop();
    this.tellEnd();
  }
}
