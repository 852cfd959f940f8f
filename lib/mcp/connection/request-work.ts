import type { Unsubscribable } from 'rxjs';
import { DirectObservable, DirectWork } from '../../requests/work-under-way.ts';
import type { ResultListener } from '../exchange/exchange.ts';

/** Asks something of a connection, whose outcome is told to the listener; what is returned cancels it. */
export type Ask<R> = (listener: ResultListener<R>) => Unsubscribable;

/** The outcome of what is asked of a connection at each subscription. */

export class RequestObservable<R> extends DirectObservable<R> {
  readonly #ask: Ask<R>;

  constructor(ask: Ask<R>) {
    super(ask);
    this.#ask = ask;
  }

  asWork(): DirectWork<R> {
    return new RequestWork(this.#ask);
  }
}

/** The same as the work of a lease. */
class RequestWork<R> extends DirectWork<R> implements ResultListener<R> {
  readonly #ask: Ask<R>;
  #asked: Unsubscribable | undefined;

  constructor(ask: Ask<R>) {
    super();
    this.#ask = ask;
  }

  begin(): void {
    this.#asked = this.#ask(this);
  }

  next(result: R): void {
    this.succeed(result);
  }

  error(reason: unknown): void {
    this.fail(reason);
  }

  protected cancel(): void {
    this.#asked?.unsubscribe();
  }
}
