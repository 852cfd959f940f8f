import type { JSONRPCMessage, JSONRPCNotification, JSONRPCRequest, RequestId } from '@modelcontextprotocol/client';
import { type Observable, Subject } from 'rxjs';
import type { CarriedRequest } from './carried-request.ts';
import { type ToldRequest, ToldRequests } from './told-requests.ts';

/**
 * Cancelled requests that are remembered at most. Servers do not answer most of them; beyond that an answer is not
 * waited for.
 */
const MOST_REMEMBERED = 1000;

/**
 * Requests that go on when a lease ends: they are the pool's own, or belong to the connection, and the server asks
 * nothing back.
 */
export const outlasting: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'server/discover',
  'subscriptions/listen',
  'resources/unsubscribe',
]);

/**
 * What a received message is. `answer`: to an open request; `progress`: of an open request; `late`: an answer to one that
 * was cancelled; `stray`: an answer to nothing that was asked; `own`: any other request or notification of the peer.
 */
export type MessageKind = 'answer' | 'progress' | 'late' | 'stray' | 'own';

const NONE: readonly never[] = [];

/** The requests of one connection: those that are open, and those that were cancelled and may yet be answered. */
export class SentRequests {
  /** Those of the SDK's client: whether they go on when a lease ends. */
  readonly #open = new Map<unknown, boolean>();
  readonly #told = new ToldRequests();
  // A set keeps the order of insertion, so its first is the oldest.
  readonly #cancelled = new Set<unknown>();
  /** Cancelled requests whose answer is still waited for. */
  readonly #awaited = new Set<unknown>();
  #answered$: Subject<never> | undefined;
  #lateAnswers = 0;
  /** Whether a request was sent with an id such as "5": then an answer to "5" is not one to 5. */
  #hasNumericText = false;
  #isOwn = false;

  /** Answers so far that came after their request was cancelled. */
  get lateAnswers(): number {
    return this.#lateAnswers;
  }

  /** The requests of the SDK's client that have to be cancelled when their lease ends. */
  get open(): readonly RequestId[] {
    if (this.#open.size === 0) return NONE;
    return [...this.#open].filter(([, outlasts]) => !outlasts).map(([id]) => id as RequestId);
  }

  /** The open requests that are told what comes of them. */
  get told(): readonly ToldRequest[] {
    return this.#told.all;
  }

  /**
   * Completes when all cancelled requests are answered, or not waited for any more; `undefined` when there are none.
   */
  get answered$(): Observable<never> | undefined {
    if (this.#awaited.size === 0) return undefined;
    this.#answered$ ??= new Subject();
    return this.#answered$.asObservable();
  }

  /** Whether a message that was sent belongs to no lease. */
  isOwn(message: JSONRPCMessage): boolean {
    return !('method' in message && 'id' in message) || this.#open.get(message.id) !== false;
  }

  /** Whether what is sent now is marked as the pool's own. */
  get isOwnNow(): boolean {
    return this.#isOwn;
  }

  /** An id for a request that is told what comes of it; `begun` has to be called next. */
  nextId(): number {
    return this.#told.nextId();
  }

  /** To be called before such a request is sent; its end is told by `ended` or its cancellation. */
  begun(request: ToldRequest): void {
    this.#told.set(request);
  }

  /** To be called when such a request is over, and was not cancelled at the server. */
  ended(id: number): void {
    this.#told.delete(id);
  }

  /** Whom a message is for, if it is an answer to such a request or its progress; `undefined` where it is the SDK's. */
  toldBy(message: JSONRPCMessage): ToldRequest | undefined {
    const id = 'method' in message ? this.#progressTokenOf(message) : message.id;
    return typeof id === 'number' ? this.#told.get(id) : undefined;
  }

  /** Marks what `send` sends before it returns as the pool's own, which may go on after a lease. */
  own<T>(send: () => T): T {
    this.#isOwn = true;
    try {
      return send();
    } finally {
      this.#isOwn = false;
    }
  }

  /** To be called with every message that is sent. */
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

  /** What a received message is. To be called with every message, once. */
  received(message: JSONRPCMessage): MessageKind {
    if ('method' in message) {
      const token = this.#progressTokenOf(message);
      return token !== undefined && this.#isOpen(token) ? 'progress' : 'own';
    }
    const { id } = message;
    if (id === undefined) return 'stray';
    // One that is told is over only when it has been told.
    if ((typeof id === 'number' && this.#told.get(id) !== undefined) || this.#open.delete(id)) return 'answer';
    if (!this.#cancelled.delete(id)) return 'stray';
    this.#lateAnswers++;
    this.#settle(id);
    return 'late';
  }

  /** To be called when a message could not be sent, or its answer is lost: there is nothing to cancel. */
  failed(message: JSONRPCMessage): void {
    if (!('method' in message && 'id' in message)) return;
    this.#open.delete(message.id);
  }

  /** Whether a message is a request that was cancelled before it could be sent; if so, nobody waits for its answer. */
  withdraw(message: JSONRPCMessage | CarriedRequest): boolean {
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
    this.#open.set(id, this.#isOwn || outlasting.has(method));
  }

  /** Which request a message tells the progress of; the SDK's client, too, has its tokens by the ids of its requests. */
  #progressTokenOf({ method, params }: JSONRPCNotification | JSONRPCRequest): unknown {
    if (method !== 'notifications/progress') return undefined;
    const token: unknown = params?.['progressToken'];
    return typeof token === 'string' && !this.#hasNumericText ? (numberIn(token) ?? token) : token;
  }

  #knows(id: RequestId): boolean {
    return this.#isOpen(id) || this.#cancelled.has(id);
  }

  #isOpen(id: unknown): boolean {
    return (typeof id === 'number' && this.#told.get(id) !== undefined) || this.#open.has(id);
  }

  #cancel(id: RequestId): void {
    this.#cancelled.add(id);
    const told = typeof id === 'number' ? this.#told.get(id) : undefined;
    const outlasts = told === undefined ? this.#open.get(id) : told.outlasts;
    this.#open.delete(id);
    if (told !== undefined) this.#told.delete(told.id);
    if (outlasts === false) this.#awaited.add(id);
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
