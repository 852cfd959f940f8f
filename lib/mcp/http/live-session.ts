import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import type { Observable } from 'rxjs';
import type { HttpSession, HttpWire } from './http-wire.ts';
import { SessionExpiredError } from '../failures/session-expired.ts';
import { SessionRenewal } from './session-renewal.ts';

/** The connection to which a session belongs. */
interface SessionHost {
  /** Whether it is used still. */
  isOpen(): boolean;
  /** A session was begun anew and is now to be used; resolves when the server knows that it is. */
  begun(session: HttpSession): Promise<void>;
  /** The session is gone for good, and the connection ends with this error. */
  lost(error: SessionExpiredError): void;
}

/** The session of one connection, which is begun anew where the server has forgotten it. */
export class LiveSession {
  readonly #target: string;
  readonly #mayRenew: boolean;
  readonly #host: SessionHost;
  readonly #renewal: SessionRenewal;
  #now: HttpSession = {};

  constructor(wire: HttpWire, mayRenew: boolean, host: SessionHost) {
    this.#target = wire.target;
    this.#mayRenew = mayRenew;
    this.#host = host;
    this.#renewal = new SessionRenewal(wire);
  }

  /** What is to be sent with each message. A session that was begun anew is another object. */
  get now(): HttpSession {
    return this.#now;
  }

  /** Emits when a session that was begun anew can be used; completes with the connection. */
  get renewed$(): Observable<void> {
    return this.#renewal.renewed$;
  }

  /** What whoever sends something has to wait for. */
  get underWay(): Promise<void> | undefined {
    return this.#renewal.underWay;
  }

  /** The server has begun one. */
  began(id: string): void {
    this.#now = { ...this.#now, id };
  }

  /** Client and server have agreed on a version of the protocol. */
  speaks(version: string): void {
    this.#now = { ...this.#now, version };
  }

  /** To be shown every message that is sent: one of them begins the session. */
  sent(message: JSONRPCMessage): void {
    this.#renewal.sent(message);
  }

  /** Resolves when there is a session that is newer than the one that had expired. */
  async renewed(expired: HttpSession, isRequest: boolean, error: SessionExpiredError): Promise<void> {
    // The server may not have been told yet that the new one has begun.
    if (expired !== this.#now && this.#host.isOpen()) return this.#renewal.underWay;
    // What is no request belongs to the old session: an answer to it, or the end of a request in it.
    if (!isRequest) throw error;
    if (!this.#mayRenew) this.#lose(error);
    if (!this.#host.isOpen()) throw error;
    await this.#renewal.once(() => this.#renew());
  }

  /** The error where the session that was begun for a request is refused as well. */
  spent(again: SessionExpiredError): SessionExpiredError {
    return this.#lose(SessionExpiredError.spent(this.#target, again));
  }

  /** Gives up what is under way. */
  stop(): void {
    this.#renewal.stop();
  }

  async #renew(): Promise<void> {
    try {
      const session = await this.#renewal.renew(this.#now);
      this.#now = session;
      await this.#host.begun(session);
      this.#renewal.done();
    } catch (cause) {
      throw this.#lose(SessionExpiredError.lasting(this.#target, cause));
    }
  }

  #lose(error: SessionExpiredError): SessionExpiredError {
    if (!this.#host.isOpen()) return error;
    this.#now = {};
    this.#host.lost(error);
    return error;
  }
}
