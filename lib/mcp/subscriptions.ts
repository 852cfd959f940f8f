import { type Observable, finalize, share } from 'rxjs';
import type { Pool } from '../contract.ts';
import type { McpConnection } from './connection.ts';
import { checkText } from './limits.ts';
import { type Topic, upstream } from './upstream.ts';

/** The lists of which a server tells that they have changed. */
export type McpList = 'tools' | 'prompts' | 'resources';

const filters = {
  tools: { toolsListChanged: true },
  prompts: { promptsListChanged: true },
  resources: { resourcesListChanged: true },
} as const;

/** What a server tells of by itself: one subscription at the server for each, however many listen. */
export class Subscriptions {
  readonly #pool: Pick<Pool<McpConnection>, 'use'>;
  readonly #shared = new Map<string, Observable<string>>();

  constructor(pool: Pick<Pool<McpConnection>, 'use'>) {
    this.#pool = pool;
  }

  /** Emits the URI when the resource may have changed. */
  resource(uri: string): Observable<string> {
    checkText('uri', uri);
    return this.#share(`resource ${uri}`, {
      value: uri,
      method: 'notifications/resources/updated',
      matches: (params) => params?.['uri'] === uri,
      filter: { resourceSubscriptions: [uri] },
      uri,
    });
  }

  /** Emits the name of the list when that may have changed. */
  list<L extends McpList>(list: L): Observable<L> {
    if (!(list in filters)) throw new TypeError(`list must be one of ${Object.keys(filters).join(', ')}: ${list}`);
    return this.#share(list, {
      value: list,
      method: `notifications/${list}/list_changed`,
      matches: () => true,
      filter: filters[list],
    }) as Observable<L>;
  }

  #share(name: string, topic: Topic<string>): Observable<string> {
    const known$ = this.#shared.get(name);
    if (known$ !== undefined) return known$;
    const shared$ = upstream(this.#pool, topic).pipe(
      finalize(() => this.#shared.delete(name)),
      share(),
    );
    this.#shared.set(name, shared$);
    return shared$;
  }
}
