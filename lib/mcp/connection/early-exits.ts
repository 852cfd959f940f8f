import { type Observable, catchError, defer, tap } from 'rxjs';
import { ExitFailure } from '../failures/exit-failure.ts';
import { toError } from '../../base/thrown.ts';
import type { McpTransport } from '../transport/transport.ts';

/** The last exit of a server that came before it was initialised. */
interface EarlyExit {
  readonly failure: ExitFailure;
  /** In milliseconds of the monotonic clock. */
  readonly at: number;
}

/** The servers of a pool that ended before they were initialised: one that does so at once, twice in the same way, will go on to. */
export class EarlyExits {
  readonly #last = new WeakMap<McpTransport, EarlyExit>();

  /** A connection to this server is opened: the error of the second exit of one kind becomes a `LastingExit`. */
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

  /** Starts that went on side by side count once, for they may have been in each other's way. */
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
