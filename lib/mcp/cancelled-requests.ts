import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { type Observable, Subject } from 'rxjs';

/** Requests remembered at most; a server does not answer most of them, and who is that late is not waited for. */
const mostRemembered = 1000;

/** The requests of one connection that were cancelled and may yet be answered. */
export class CancelledRequests {
  // A set keeps the order of insertion, so its first is the oldest.
  readonly #ids = new Set<unknown>();
  /** Those of them whose answer somebody may still wait for. */
  readonly #awaited = new Set<unknown>();
  #answered$: Subject<never> | undefined;
  #lateAnswers = 0;

  /** Answers so far that came after their request was cancelled. */
  get lateAnswers(): number {
    return this.#lateAnswers;
  }

  /** Completes when all that were cancelled are answered or nobody waits any more; `undefined` when none is open. */
  get answered$(): Observable<never> | undefined {
    if (this.#awaited.size === 0) return undefined;
    this.#answered$ ??= new Subject();
    return this.#answered$.asObservable();
  }

  /** To be shown every message that is sent. */
  sent(message: JSONRPCMessage): void {
    if (!('method' in message) || message.method !== 'notifications/cancelled') return;
    const id = message.params?.['requestId'];
    this.#ids.add(id);
    this.#awaited.add(id);
    if (this.#ids.size <= mostRemembered) return;
    const oldest = this.#ids.values().next().value;
    this.#ids.delete(oldest);
    this.#settle(oldest);
  }

  /** Whether a message that was received is the answer to one of them, and so is nobody's. */
  isLateAnswer(message: JSONRPCMessage): boolean {
    if (this.#ids.size === 0 || 'method' in message || !this.#ids.delete(message.id)) return false;
    this.#lateAnswers++;
    this.#settle(message.id);
    return true;
  }

  /** Nobody waits for their answers any more, which are dropped all the same. */
  giveUp(): void {
    this.#awaited.clear();
    this.#complete();
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
