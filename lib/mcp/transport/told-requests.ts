import type { JSONRPCResponse, Progress } from '@modelcontextprotocol/client';
import type { CarriedRequest } from './carried-request.ts';

/** A request that is told itself what comes of it. Those of the SDK's client are not: the client knows them. */
export interface ToldRequest extends CarriedRequest {
  /** The answer has come. The message may have any shape, but for its id. */
  answered(message: JSONRPCResponse): void;
  /** The server has told how far it has come. */
  progressed(progress: Progress): void;
  /** Whoever asked has given the connection back: to be cancelled at the server, and to fail with this error. */
  abandon(error: Error): void;
}

/** The first id that is given: far above those of the SDK's client, which counts from 0 on the same connection. */
export const FIRST_ID = 1e9;
/** Places of a connection on which little is open. */
const FEWEST_PLACES = 16;
const NONE: readonly never[] = [];

/**
 * Open requests by id. Ids are consecutive, so that they stay as small as servers expect, and never given twice. The place of
 * a request is the rest of its id by the number of places; an id whose place is taken, by a request that has been open for
 * long, is skipped. A map would do, but V8 makes a new table for it after every few hundred requests, and the old tables keep
 * requests that are long over from being collected: half of all that a request takes, and two thirds of the time.
 */
export class ToldRequests {
  /** At most half of it is taken. */
  #places = emptyPlaces(FEWEST_PLACES);
  #open = 0;
  #nextId = FIRST_ID;

  /** An id for a request; `set` has to be called next. */
  nextId(): number {
    while (this.#places[this.#placeOf(this.#nextId)] !== undefined) this.#nextId++;
    return this.#nextId++;
  }

  set(request: ToldRequest): void {
    if (this.#open * 2 >= this.#places.length) this.#grow();
    this.#open++;
    this.#places[this.#placeOf(request.id)] = request;
  }

  get(id: number): ToldRequest | undefined {
    const request = this.#places[this.#placeOf(id)];
    return request?.id === id ? request : undefined;
  }

  /** Whether there was a request of this id. */
  delete(id: number): boolean {
    const place = this.#placeOf(id);
    if (this.#places[place]?.id !== id) return false;
    this.#places[place] = undefined;
    this.#open--;
    return true;
  }

  get all(): readonly ToldRequest[] {
    return this.#open === 0 ? NONE : this.#places.filter((request) => request !== undefined);
  }

  #placeOf(id: number): number {
    return id % this.#places.length;
  }

  /** Twice the places: ids that had places of their own have so still. */
  #grow(): void {
    const { all } = this;
    this.#places = emptyPlaces(2 * this.#places.length);
    for (const request of all) this.#places[this.#placeOf(request.id)] = request;
  }
}

function emptyPlaces(count: number): (ToldRequest | undefined)[] {
  return Array.from({ length: count }, () => undefined);
}
