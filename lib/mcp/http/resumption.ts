/** However soon or late a server wants to be asked again for the rest of a stream, it is between these, in milliseconds. */
const SOONEST_MS = 100;
const LATEST_MS = 30_000;
/** The pause where the server does not say, which grows with each attempt. */
const FIRST_MS = 1000;
const GROWTH = 1.5;
/** Attempts in a row that bring nothing. */
const MOST_ATTEMPTS = 2;

/** A pause that a server asks for, within bounds: it may say 0, or what a timer takes for 1. In milliseconds. */
export function boundedPause(ms: number): number {
  return Math.min(Math.max(ms, SOONEST_MS), LATEST_MS);
}

/** Whether and when the rest of a stream can be asked for: a server that names its events promises to know them still. */
export class Resumption {
  #lastEventId: string | undefined;
  #retryMs: number | undefined;
  #attempts = 0;

  /** The last event that came, by its id; `undefined` where the server has named none. */
  get lastEventId(): string | undefined {
    return this.#lastEventId;
  }

  /** How long the server wants to be left alone, in milliseconds, where it has said so. */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  /** An event of this id has come. */
  came(id: string): void {
    if (id === '' || id === this.#lastEventId) return;
    this.#lastEventId = id;
    this.#attempts = 0;
  }

  /** The server has said how long it wants to be left alone. */
  wants(retryMs: number): void {
    this.#retryMs = retryMs;
  }

  /** The milliseconds until the rest may be asked for, once more; `undefined` where that is of no use. */
  next(): number | undefined {
    if (this.#lastEventId === undefined || this.#attempts >= MOST_ATTEMPTS) return undefined;
    const ms = this.#retryMs ?? FIRST_MS * GROWTH ** this.#attempts;
    this.#attempts++;
    return boundedPause(ms);
  }
}
