import type { Result } from '@modelcontextprotocol/client';
import type { Unsubscribable } from 'rxjs';
import type { Ask } from '../connection/request-work.ts';
import type { LeaseTerm, Open } from './lease-term.ts';

type ResultListener = Parameters<Ask<Result>>[0];

const NOBODY: ResultListener = { next: () => undefined, error: () => undefined };

/** One request within the time of a lease: when that is over, it is cancelled and fails. */
export class LentRequest implements ResultListener, Unsubscribable, Open {
  readonly #term: LeaseTerm;
  /** Let go at the end, as that of an exchange. */
  #listener: ResultListener;
  #asked: Unsubscribable | undefined;
  #isOver = false;

  constructor(term: LeaseTerm, listener: ResultListener) {
    this.#term = term;
    this.#listener = listener;
  }

  /** Asks, or fails at once where the time is over. Once only. */
  begin(ask: Ask<Result>): this {
    const { refusal } = this.#term;
    if (refusal !== undefined) {
      this.#isOver = true;
      this.#listener.error(refusal);
      return this;
    }
    this.#term.add(this);
    try {
      this.#asked = ask(this);
    } catch (error) {
      this.#end();
      throw error;
    }
    return this;
  }

  next(result: Result): void {
    this.#term.delete(this);
    this.#listener.next(result);
  }

  complete(): void {
    const listener = this.#listener;
    this.#end();
    listener.complete?.();
  }

  error(reason: unknown): void {
    if (this.#isOver) return;
    const listener = this.#listener;
    // What ends it may be the lease, and not the answer.
    this.unsubscribe();
    listener.error(reason);
  }

  unsubscribe(): void {
    const asked = this.#asked;
    this.#end();
    asked?.unsubscribe();
  }

  #end(): void {
    this.#isOver = true;
    this.#term.delete(this);
    this.#asked = undefined;
    this.#listener = NOBODY;
  }
}
