import type { Client, Request, RequestOptions } from '@modelcontextprotocol/client';

/** A page of any list. */
type Page = Readonly<Record<string, unknown>> & { nextCursor?: unknown };

/**
 * The same client for reading one list from its beginning, page by page. The list ends where a server names a cursor that
 * was asked for already; the SDK goes on then, until it has read as many pages as it ever reads, and throws them away. What
 * that last page only repeats is left out.
 */
export function paged<C extends Client>(client: C): C {
  const pages = new Pages();
  const request = async (asked: Request, options?: RequestOptions): Promise<unknown> => {
    const page = await client.request(asked as never, options);
    pages.came(asked.params?.['cursor'], page);
    return page;
  };
  return Object.create(client, { request: { value: request } }) as C;
}

/** The pages of one list so far. */
class Pages {
  readonly #cursors = new Set<unknown>();
  /** The lists of the pages, as they came. */
  readonly #lists: (readonly unknown[])[] = [];

  /** To be called with each page and the cursor that it was asked for by; changes one that is the last. */
  came(cursor: unknown, page: Page): void {
    this.#cursors.add(cursor);
    const list = Object.values(page).find(Array.isArray) as unknown[] | undefined;
    const next = page.nextCursor;
    // Servers whose languages leave nothing out say that there is no next page by `null` or an empty text.
    const isLast = typeof next !== 'string' || next === '';
    const isLoop = !isLast && this.#cursors.has(next);
    if (isLast || isLoop) delete page.nextCursor;
    if (isLoop && list !== undefined && this.#has(list)) list.length = 0;
    // A copy, because the SDK gathers the list in the first page.
    if (list !== undefined) this.#lists.push([...list]);
  }

  #has(list: readonly unknown[]): boolean {
    const text = JSON.stringify(list);
    return this.#lists.some((known) => known.length === list.length && JSON.stringify(known) === text);
  }
}
