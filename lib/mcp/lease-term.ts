import { Observable } from 'rxjs';
import { follow } from '../checkout/on-abort.ts';
import { type PoolError, leaseEndedError } from '../errors.ts';

/** Something that was begun under a lease, and has not ended. */
interface Open {
  error(reason: unknown): void;
}

/** A call as it is begun, and what it is begun with. */
export interface Call<T> {
  /** Whatever the caller gave. */
  readonly signal?: AbortSignal | undefined;
  readonly begin: (signal: AbortSignal) => Promise<T>;
  /** Of a result, when that is over; `undefined`: it is. */
  readonly over?: (result: T) => PromiseLike<unknown> | undefined;
}

/**
 * The time for which one holder has a connection. What is begun within it, and is still open when it is over, is cancelled
 * and fails with `POOL_LEASE_ENDED`, as does what is begun later.
 */
export class LeaseTerm {
  #isOver = false;
  readonly #connection: number;
  /** Made when something is begun. */
  #open: Set<Open> | undefined;
  #afterwards: (() => void)[] | undefined;

  constructor(connection: number) {
    this.#connection = connection;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Throws once it is over. */
  check(): void {
    if (this.#isOver) throw this.#ended(false);
  }

  /** Calls this when the term is over, or at once where it is. */
  whenOver(call: () => void): void {
    if (this.#isOver) call();
    else (this.#afterwards ??= []).push(call);
  }

  /** The same observable within the term: subscribed to from now on, it errors when the term is over. */
  within<T>(source$: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      if (this.#isOver) {
        subscriber.error(this.#ended(false));
        return;
      }
      const open = (this.#open ??= new Set());
      open.add(subscriber);
      subscriber.add(() => open.delete(subscriber));
      source$.subscribe(subscriber);
    });
  }

  /** The outcome of a call, whose signal is aborted when the term is over: a call counts from the moment it is made. */
  call<T>({ signal, begin, over }: Call<T>): Promise<T> {
    if (this.#isOver) return unheard(Promise.reject(this.#ended(false)));
    const abort = new AbortController();
    const unfollow = signal && follow(signal, abort);
    const work = begin(abort.signal);
    const open = (this.#open ??= new Set());
    const outcome = new Promise<T>((resolve, reject) => {
      const one = {
        error: (reason: unknown): void => {
          void unheard(outcome);
          reject(reason as Error);
          abort.abort(reason);
        },
      };
      const end = (): void => {
        open.delete(one);
        unfollow?.();
      };
      open.add(one);
      work.then(
        (value) => {
          const rest = over?.(value);
          if (rest === undefined) end();
          else rest.then(end, end);
          resolve(value);
        },
        (error: unknown) => {
          end();
          reject(error as Error);
        },
      );
    });
    return outcome;
  }

  /** It is over. `isLost`: with the connection itself, of which whatever is open is told why. */
  end(isLost: boolean): void {
    this.#isOver = true;
    for (const call of this.#afterwards ?? []) call();
    if (this.#open === undefined || isLost) return;
    for (const open of [...this.#open]) open.error(this.#ended(true));
  }

  #ended(sent: boolean): PoolError<'POOL_LEASE_ENDED'> {
    return leaseEndedError({ connection: this.#connection, sent });
  }
}

/** A rejection of our making: a caller who does not wait for its call must not bring the process down. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
