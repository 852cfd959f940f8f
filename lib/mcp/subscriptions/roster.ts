import { EMPTY, Observable, type ObservableInput, Subject, concat, defer } from 'rxjs';
import { report } from '../../base/report.ts';
import type { McpConnection } from '../connection/connection.ts';

/** Prepares a connection before its first use. */
type Warm = (connection: McpConnection) => ObservableInput<unknown>;

/** The connections of a pool that are up, for those who listen on all of them. */
export class Roster implements Iterable<McpConnection> {
  readonly #up = new Set<McpConnection>();
  readonly #joined$ = new Subject<McpConnection>();
  /** Each connection that comes up from now on; never ends. */
  readonly joined$: Observable<McpConnection> = this.#joined$.asObservable();

  [Symbol.iterator](): Iterator<McpConnection> {
    // A copy, because it may change while somebody looks at it.
    return [...this.#up].values();
  }

  /** The same way to prepare a connection, or none, after which the connection counts as up. */
  warm(warm: Warm | undefined): Warm {
    const join$ = (connection: McpConnection): Observable<never> =>
      defer(() => {
        this.#join(connection);
        return EMPTY;
      });
    return (connection) => concat(warm?.(connection) ?? EMPTY, join$(connection));
  }

  #join(connection: McpConnection): void {
    this.#up.add(connection);
    connection.closed$.subscribe({ next: () => this.#up.delete(connection), error: report });
    if (this.#up.has(connection)) this.#joined$.next(connection);
  }
}
