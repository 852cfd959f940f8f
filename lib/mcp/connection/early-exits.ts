import { type Observable, catchError, defer, tap } from 'rxjs';
import { ExitFailure } from '../failures/exit-failure.ts';
import { toError } from '../../base/thrown.ts';
import type { McpTransport } from '../transport/transport.ts';

/** The last time a server's process ended before it was initialised. */
interface EarlyExit {
  readonly failure: ExitFailure;
  /** In milliseconds of the monotonic clock. */
  readonly at: number;
}

/**
 * Remembers servers whose process ended before it was initialised. Ending at once, twice in the same way, will not pass
 * by itself: then connecting is given up for good.
 */
export class EarlyExits {
  readonly #last = new WeakMap<McpTransport, EarlyExit>();

  /** The same opening of a connection, but the error of the second exit of one kind becomes a `LastingExit`. */
  watch(server: McpTransport, opening$: Observable<unknown>): Observable<unknown> {
    return defer(() => {
      const startedAt = performance.now();
      return opening$.pipe(
        tap({ complete: () => this.#last.delete(server) }),
        catchError((error: unknown) => {
          throw this.#judged(server, startedAt, error);
        }),
      );
    });
  }

  /**
   * Exits of processes that were started side by side count as one, because the processes may have disturbed each
   * other.
   */
  #judged(server: McpTransport, startedAt: number, error: unknown): Error {
    const last = this.#last.get(server);
    if (!(error instanceof ExitFailure && error.isAtOnce)) {
      this.#last.delete(server);
      return toError(error);
    }
    if (last?.failure.isLike(error) !== true) {
      this.#last.set(server, { failure: error, at: performance.now() });
      return error;
    }
    return last.at <= startedAt ? error.asLasting() : error;
  }
}
