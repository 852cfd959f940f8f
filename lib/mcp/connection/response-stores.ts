import { createHash } from 'node:crypto';
import {
  type ClientOptions,
  type CacheEntry,
  type CacheKey,
  InMemoryResponseCacheStore,
  type ResponseCacheStore,
} from '@modelcontextprotocol/client';

/** Answers kept at most; a server that names itself anew at each connect would fill the memory. */
const MOST_ENTRIES = 2000;

/** The answers of one server, in memory: beyond a number of them all are forgotten. */
export class ServerResponses extends InMemoryResponseCacheStore {
  override set(key: CacheKey, entry: Omit<CacheEntry, 'stamp'>): number {
    if (this.size >= MOST_ENTRIES) this.clear();
    return super.set(key, entry);
  }
}

/**
 * The same options, with a part of the store that only this key of a family uses: what was read for one key is not for
 * another.
 */
export function keptApart(key: string, given: ClientOptions | undefined): ClientOptions | undefined {
  if (given?.responseCacheStore === undefined) return given;
  // The key may hold what must not be read.
  const name = createHash('sha256').update(key).digest('base64');
  return { ...given, responseCacheStore: new PartOfStore(given.responseCacheStore, name) };
}

/** A part of a store that is the user's own: whoever has another part never sees what is in this one. */
export class PartOfStore implements ResponseCacheStore {
  readonly #store: ResponseCacheStore;
  readonly #name: string;

  /** A part of the same name is the same part, also in another process. */
  constructor(store: ResponseCacheStore, name: string) {
    this.#store = store;
    this.#name = name;
  }

  get(key: CacheKey): ReturnType<ResponseCacheStore['get']> {
    return this.#store.get(this.#within(key));
  }

  set(key: CacheKey, entry: Omit<CacheEntry, 'stamp'>): ReturnType<ResponseCacheStore['set']> {
    return this.#store.set(this.#within(key), entry);
  }

  delete(key: CacheKey): ReturnType<ResponseCacheStore['delete']> {
    return this.#store.delete(this.#within(key));
  }

  // The SDK calls neither of these two where the store is not its own.
  evict(method: string): ReturnType<ResponseCacheStore['evict']> {
    return this.#store.evict(method);
  }

  clear(): ReturnType<ResponseCacheStore['clear']> {
    return this.#store.clear();
  }

  #within(key: CacheKey): CacheKey {
    return { ...key, partition: JSON.stringify([this.#name, key.partition ?? '']) };
  }
}
