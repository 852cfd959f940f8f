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
/** How far apart two ids of the same place are, which is also how many places there may be. */
const PLACES = 2 ** 20;

/**
 * Open requests by id. Each has a place in a list, which its id tells, and an id is never given twice. A map would do, but
 * V8 makes a new table for it after every few hundred requests, and the old tables keep requests that are long over from
 * being collected: half of all that a request takes, and a quarter of the time.
 */
export class ToldRequests {
  readonly #places: (ToldRequest | undefined)[] = [];
  /** Places that are free; the last was left last. */
  readonly #free: number[] = [];
  #given = 0;

  /** An id for a request, and with it a place: `set` has to be called next. */
  nextId(): number {
    const place = this.#free.pop() ?? this.#places.push(undefined) - 1;
    return FIRST_ID + PLACES * this.#given++ + place;
  }

  set(request: ToldRequest): void {
    this.#places[placeOf(request.id)] = request;
  }

  get(id: number): ToldRequest | undefined {
    const request = this.#places[placeOf(id)];
    return request?.id === id ? request : undefined;
  }

  /** Whether there was a request of this id. */
  delete(id: number): boolean {
    const place = placeOf(id);
    if (this.#places[place]?.id !== id) return false;
    this.#places[place] = undefined;
    this.#free.push(place);
    return true;
  }

  get all(): readonly ToldRequest[] {
    return this.#places.length === this.#free.length ? NONE : this.#places.filter((request) => request !== undefined);
  }
}

const NONE: readonly never[] = [];

function placeOf(id: number): number {
  return (id - FIRST_ID) % PLACES;
}
