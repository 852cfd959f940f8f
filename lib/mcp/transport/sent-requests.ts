import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/client';
import { type Observable, Subject } from 'rxjs';

/** Requests remembered at most; a server does not answer most of them, and who is that late is not waited for. */
const MOST_REMEMBERED = 1000;

/** What may go on when a lease ends: the pool's own questions, and what belongs to the connection. The server asks nothing back. */
const outlasting: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'server/discover',
  'subscriptions/listen',
  'resources/unsubscribe',
]);

/**
 * What a message that came is: an `answer` to a request that is open; `late`, the answer to one that was cancelled;
 * `stray`, the answer to nothing that was asked; or of the peer's `own` accord, a request or a notification.
 */
export type MessageKind = 'answer' | 'late' | 'stray' | 'own';

/** The requests of one connection: those that are open, and those that were cancelled and may yet be answered. */
export class SentRequests {
  /** Those that must not outlast the lease under which they were sent. */
  readonly #open = new Set<RequestId>();
  /** Those that may. */
  readonly #outlasting = new Set<RequestId>();
  // A set keeps the order of insertion, so its first is the oldest.
  readonly #cancelled = new Set<unknown>();
  /** Those of them whose answer somebody may still wait for. */
  readonly #awaited = new Set<unknown>();
  #answered$: Subject<never> | undefined;
  #lateAnswers = 0;
  /** Whether a request had an id such as "5"; then an answer to "5" is not meant for 5. */
  #hasNumericText = false;
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

  /**
   * The answer with the id that was sent, where a server has made a string of a number: "5" for 5. Any other message, and
   * an answer to nothing that is known, is returned as it is.
   */
  asAsked(message: JSONRPCMessage): JSONRPCMessage {
    if ('method' in message || typeof message.id !== 'string' || this.#hasNumericText) return message;
    const id = numberIn(message.id);
    return id !== undefined && this.#knows(id) ? { ...message, id } : message;
  }

  /** What a message is that was received. To be shown all of them, each once. */
  received(message: JSONRPCMessage): MessageKind {
    if ('method' in message) return 'own';
    const { id } = message;
    if (id === undefined) return 'stray';
    if (this.#open.delete(id) || this.#outlasting.delete(id)) return 'answer';
    if (!this.#cancelled.delete(id)) return 'stray';
    this.#lateAnswers++;
    this.#settle(id);
    return 'late';
  }

  /** It could not be sent, or has lost its answer: there is nothing to cancel. */
  failed(message: JSONRPCMessage): void {
    if (!('method' in message && 'id' in message)) return;
    this.#open.delete(message.id);
    this.#outlasting.delete(message.id);
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
    if (typeof id === 'string' && numberIn(id) !== undefined) this.#hasNumericText = true;
    (this.#isOwn || outlasting.has(method) ? this.#outlasting : this.#open).add(id);
  }

  #knows(id: RequestId): boolean {
    return this.#open.has(id) || this.#outlasting.has(id) || this.#cancelled.has(id);
  }

  #cancel(id: RequestId): void {
    this.#cancelled.add(id);
    this.#outlasting.delete(id);
    if (this.#open.delete(id)) this.#awaited.add(id);
    if (this.#cancelled.size <= MOST_REMEMBERED) return;
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

/** Whether an answer has the id of this request; a server may have made a string of a number, "5" of 5. */
export function isIdOf(answered: RequestId | undefined, asked: RequestId): boolean {
  return answered === asked || (typeof answered === 'string' && numberIn(answered) === asked);
}

/** The number of which this is the text as JSON writes it, if it is one that counts requests. */
function numberIn(text: string): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : undefined;
}

/** The same error, saying that nothing of what was to be sent has been written. */
export function notSent<E extends Error>(error: E): E & { readonly sent: false } {
  return Object.assign(error, { sent: false } as const);
}

/** What an error says of whether the request may have reached the server; `undefined` where it does not say. */
export function mayHaveBeenSent(error: unknown): boolean | undefined {
  const sent: unknown = error instanceof Error ? Reflect.get(error, 'sent') : undefined;
  return typeof sent === 'boolean' ? sent : undefined;
}
