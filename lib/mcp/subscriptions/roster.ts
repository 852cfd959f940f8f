import type { Implementation, ServerCapabilities } from '@modelcontextprotocol/client';
import { EMPTY, Observable, type ObservableInput, Subject, concat, defer } from 'rxjs';
import { report } from '../../base/report.ts';
import type { McpConnection } from '../connection/connection.ts';

/** Prepares a connection before its first use. */
type Warm = (connection: McpConnection) => ObservableInput<unknown>;

/** What a server says of itself as a connection comes up. */
export interface Introduced {
  readonly capabilities?: ServerCapabilities | undefined;
  readonly version?: Implementation | undefined;
  readonly instructions?: string | undefined;
}

/** The connections of a pool that are up, for those who listen on all of them. */
export class Roster implements Iterable<McpConnection> {
  readonly #up = new Set<McpConnection>();
  readonly #joined$ = new Subject<McpConnection>();
  /** Each connection that comes up from now on; never ends. */
  readonly joined$: Observable<McpConnection> = this.#joined$.asObservable();

  /** What the server said of itself to the connection that came up last, which may be gone by now. */
  introduced: Introduced = {};

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
    this.introduced = introduced(connection);
    this.#up.add(connection);
    connection.closed$.subscribe({ next: () => this.#up.delete(connection), error: report });
    if (this.#up.has(connection)) this.#joined$.next(connection);
  }
}

/** Copied, because a client forgets it as it is closed. */
function introduced({ client }: McpConnection): Introduced {
  return {
    capabilities: client.getServerCapabilities(),
    version: client.getServerVersion(),
    instructions: client.getInstructions(),
  };
}
