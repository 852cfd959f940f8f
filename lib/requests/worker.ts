import { Subscriber } from 'rxjs';
import { report } from '../base/report.ts';
import type { Use } from './use.ts';
import type { User } from './job.ts';

/**
 * Takes what the work emits; closed from within, so that work that emits synchronously and without end is stopped. What a
 * teardown throws is reported, and not thrown at the source, which may have others to tell.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- an observer costs as much again, and cannot be closed before `subscribe` returns
export class Worker<C, T> extends Subscriber<T> {
  readonly #user: User<C, T>;
  readonly #use: Use<C, T>;

  constructor(user: User<C, T>, use: Use<C, T>) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- discouraged for want of a reason, which stands above
    super();
    this.#user = user;
    this.#use = use;
  }

  protected override _next(value: T): void {
    try {
      this.#user.next(value);
      if (this.#user.closed) this.#use.unsubscribe();
    } catch (error) {
      report(error);
    }
  }

  protected override _error(reason: unknown): void {
    try {
      this.#use.error(reason);
    } catch (error) {
      report(error);
    }
  }

  protected override _complete(): void {
    try {
      this.#use.finish();
    } catch (error) {
      report(error);
    }
  }
}
