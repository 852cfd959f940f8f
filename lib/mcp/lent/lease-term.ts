import { Observable } from 'rxjs';
import { type PoolError, leaseEndedError } from '../../errors.ts';
import { type Call, OpenCall } from './open-call.ts';

/** Something that was begun during a lease and has not ended. */
export interface Open {
  error(reason: unknown): void;
}

/**
 * The time for which one holder has a connection. What is begun within it, and is still open when it is over, is cancelled
 * and fails with `POOL_LEASE_ENDED`, as does what is begun later.
 */
export class LeaseTerm {
  #isOver = false;
  readonly #connection: number;
  /** What is open; a set only where it is more than one, for nearly always it is the one request of the lease. */
  #one: Open | undefined;
  #more: Set<Open> | undefined;
  #afterwards: (() => void)[] | undefined;

  constructor(connection: number) {
    this.#connection = connection;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Throws `POOL_LEASE_ENDED` when the term is over. */
  check(): void {
    if (this.#isOver) throw this.#ended(false);
  }

  /** Calls this when the term is over, or at once where it is. */
  whenOver(call: () => void): void {
    if (this.#isOver) call();
    else (this.#afterwards ??= []).push(call);
  }

  /** The error of what is begun when the term is over; `undefined` before that. */
  get refusal(): Error | undefined {
    return this.#isOver ? this.#ended(false) : undefined;
  }

  /** The same observable within the term: subscribed to from now on, it errors when the term is over. */
  within<T>(source$: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      if (this.#isOver) {
        subscriber.error(this.#ended(false));
        return;
      }
      this.add(subscriber);
      subscriber.add(() => {
        this.delete(subscriber);
      });
      source$.subscribe(subscriber);
    });
  }

  /** The same observable within the term, but it completes when the term is over, or at once where it is. */
  during<T>(source$: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      if (this.#isOver) {
        subscriber.complete();
        return;
      }
      const open: Open = { error: subscriber.complete.bind(subscriber) };
      this.add(open);
      subscriber.add(() => {
        this.delete(open);
      });
      source$.subscribe(subscriber);
    });
  }

  /** Has this told when the term is over, unless it is deleted before. */
  add(open: Open): void {
    if (this.#one === undefined) this.#one = open;
    else (this.#more ??= new Set()).add(open);
  }

  delete(open: Open): void {
    if (this.#one === open) this.#one = undefined;
    else this.#more?.delete(open);
  }

  /** The outcome of a call, whose signal is aborted when the term is over: a call counts from the moment it is made. */
  call<T>(call: Call<T>): Promise<T> {
    if (this.#isOver) return this.#refused();
    const one = new OpenCall(call, this.delete.bind(this));
    this.add(one);
    return one.outcome;
  }

  /** Ends the term. `isLost`: the connection itself is gone; then what is open hears the reason from the connection. */
  end(isLost: boolean): void {
    this.#isOver = true;
    for (const call of this.#afterwards ?? []) call();
    if (isLost) return;
    this.#one?.error(this.#ended(true));
    for (const open of [...(this.#more ?? [])]) open.error(this.#ended(true));
  }

  /**
   * A rejection that is handled already: somebody who keeps a connection and ignores its promises must not bring down
   * the process.
   */
  #refused(): Promise<never> {
    const refused = Promise.reject(this.#ended(false));
    refused.catch(() => undefined);
    return refused;
  }

  #ended(sent: boolean): PoolError<'POOL_LEASE_ENDED'> {
    return leaseEndedError({ connection: this.#connection, sent });
  }
}
