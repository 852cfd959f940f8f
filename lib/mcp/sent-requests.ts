import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/client';
import { type Observable, Subject } from 'rxjs';

/** Requests remembered at most; a server does not answer most of them, and who is that late is not waited for. */
const mostRemembered = 1000;

/** What may go on when a lease ends: the pool's own questions, and what belongs to the connection. The server asks nothing back. */
const outlasting: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'server/discover',
  'subscriptions/listen',
  'resources/unsubscribe',
]);

/** The requests of one connection: those that are open, and those that were cancelled and may yet be answered. */
export class SentRequests {
  /** Those that must not outlast the lease under which they were sent. */
  readonly #open = new Set<RequestId>();
  // A set keeps the order of insertion, so its first is the oldest.
  readonly #cancelled = new Set<unknown>();
  /** Those of them whose answer somebody may still wait for. */
  readonly #awaited = new Set<unknown>();
  #answered$: Subject<never> | undefined;
  #lateAnswers = 0;
  #isOwn = false;

  /** Answers so far that came after their request was cancelled. */
  get lateAnswers(): number {
    return this.#lateAnswers;
  }

  /** Those that have to be cancelled when their lease ends. */
  get open(): readonly RequestId[] {
    return this.#open.size === 0 ? [] : [...this.#open];
  }

  /** Completes when all that were cancelled are answered or nobody waits any more; `undefined` when none is open. */
  get answered$(): Observable<never> | undefined {
    if (this.#awaited.size === 0) return undefined;
    this.#answered$ ??= new Subject();
    return this.#answered$.asObservable();
  }

  /** Whether a message that was sent is no request that belongs to a lease. */
  isOwn(message: JSONRPCMessage): boolean {
    return !('method' in message && 'id' in message && this.#open.has(message.id));
  }

  /** What `send` sends before it returns is the pool's own, and may outlast a lease. */
  own<T>(send: () => T): T {
    this.#isOwn = true;
    try {
      return send();
    } finally {
      this.#isOwn = false;
    }
  }

  /** To be shown every message that is sent. */
  sent(message: JSONRPCMessage): void {
    if (!('method' in message)) return;
    if ('id' in message) this.#begin(message.id, message.method);
    else if (message.method === 'notifications/cancelled') this.#cancel(message.params?.['requestId'] as RequestId);
  }

  /** Whether a message that was received is the answer to a cancelled one, and so is nobody's. To be shown all of them. */
  isLateAnswer(message: JSONRPCMessage): boolean {
    if ('method' in message || message.id === undefined || this.#open.delete(message.id)) return false;
    if (this.#cancelled.size === 0 || !this.#cancelled.delete(message.id)) return false;
    this.#lateAnswers++;
    this.#settle(message.id);
    return true;
  }

  /** It could not be sent, or has lost its answer: there is nothing to cancel. */
  failed(message: JSONRPCMessage): void {
    if ('method' in message && 'id' in message) this.#open.delete(message.id);
  }

  /** Whether a message is a request that was cancelled before it could be sent; if so, nobody waits for its answer. */
  withdraw(message: JSONRPCMessage): boolean {
    if (!('method' in message && 'id' in message) || !this.#cancelled.delete(message.id)) return false;
    this.#settle(message.id);
    return true;
  }

  /** Nobody waits for answers any more; those to cancelled requests are dropped all the same. */
  giveUp(): void {
    this.#awaited.clear();
    this.#complete();
  }

  #begin(id: RequestId, method: string): void {
    if (!this.#isOwn && !outlasting.has(method)) this.#open.add(id);
  }

  #cancel(id: RequestId): void {
    this.#cancelled.add(id);
    if (this.#open.delete(id)) this.#awaited.add(id);
    if (this.#cancelled.size <= mostRemembered) return;
    const oldest = this.#cancelled.values().next().value;
    this.#cancelled.delete(oldest);
    this.#settle(oldest);
  }

  #settle(id: unknown): void {
    if (this.#awaited.delete(id) && this.#awaited.size === 0) this.#complete();
  }

  #complete(): void {
    const answered$ = this.#answered$;
    this.#answered$ = undefined;
    answered$?.complete();
  }
}
