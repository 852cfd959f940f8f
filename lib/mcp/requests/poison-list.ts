import { createHash } from 'node:crypto';
import { poisonError } from '../failures/mcp-error.ts';
import { nameOf, type McpRequest } from '../transport/mcp-request.ts';

/** So many connections a request may take with it, each at a moment of its own; it is never tried on one more. */
export const MOST_DEATHS = 2;
/** Requests remembered at most, and ends of connections; of more the oldest are forgotten. */
const MOST_REMEMBERED = 1000;
/** Connections that end within this time, in milliseconds, may have ended for the same reason. */
const TOGETHER_MS = 500;

interface Suspect {
  readonly name: string;
  /** When connections died of it, in milliseconds of the monotonic clock; of those that died at the same moment the first. */
  readonly deaths: readonly number[];
  readonly cause: unknown;
  /** When it is forgotten, in milliseconds of the monotonic clock. */
  readonly until: number;
}

/** A connection that ended by itself. */
interface End {
  readonly at: number;
  /** The request that had it for itself; `undefined` where it was idle, or served several, or nobody knows. */
  key: string | undefined;
}

/** A request had a connection for itself when that died. */
export interface Death {
  readonly connection: number;
  /** When the request began on that connection, in milliseconds of the monotonic clock. */
  readonly begunAt: number;
  readonly cause: unknown;
}

/**
 * Requests that each had a connection for itself when that died. One that did so twice is refused for a while: it is what
 * kills the server. Connections that die together are proof of nothing, unless all of them had the same request; nor are
 * those that the same request was on already when the first one died. Answered once, a request is no suspect any more.
 */
export class PoisonList {
  /** For how long requests are remembered, in milliseconds; 0: not at all. */
  readonly forMs: number;
  // A map keeps the order of insertion, so its first is the oldest.
  readonly #suspects = new Map<string, Suspect>();
  /** By connection. */
  readonly #ends = new Map<number, End>();

  /** For how long requests are remembered, in milliseconds; 0: not at all. */
  constructor(forMs: number) {
    this.forMs = forMs;
  }

  /** Throws `MCP_POISON_REQUEST`, with the last cause, for one that is not to be asked now. */
  admit(request: McpRequest): void {
    const key = this.#keyOf(request);
    const suspect = this.#suspects.get(key);
    const leftMs = suspect === undefined ? 0 : suspect.until - performance.now();
    if (suspect === undefined || leftMs <= 0) return;
    const proved = this.#provedBy(suspect, key);
    if (proved >= MOST_DEATHS) throw poisonError(request, proved, leftMs, suspect.cause);
  }

  /** A connection has ended by itself. */
  lost(connection: number): void {
    if (this.forMs !== 0) this.#end(connection, performance.now());
  }

  /** The request had a connection for itself when that died; returns how often that is proved to be its doing. */
  died(request: McpRequest, { connection, begunAt, cause }: Death): number {
    const key = keyOf(request);
    if (key === undefined || this.forMs === 0) return 0;
    const now = performance.now();
    const end = this.#end(connection, now);
    end.key = key;
    const before = this.#suspects.get(key);
    const deaths = before !== undefined && before.until > now ? before.deaths : [];
    const isNewMoment = deaths.every((at) => at <= begunAt);
    const suspect: Suspect = {
      name: nameOf(request),
      deaths: isNewMoment ? [...deaths, end.at].slice(-MOST_DEATHS) : deaths,
      cause,
      until: now + this.forMs,
    };
    this.#suspects.delete(key);
    this.#suspects.set(key, suspect);
    forgetOldest(this.#suspects, ({ until }) => until <= now);
    return this.#provedBy(suspect, key);
  }

  /** The request was answered. */
  answered(request: McpRequest): void {
    this.#suspects.delete(this.#keyOf(request));
  }

  /** Deaths with which no connection died that had something else to do, or nothing. */
  #provedBy({ deaths }: Suspect, key: string): number {
    const others = [...this.#ends.values()].filter((end) => end.key !== key);
    return deaths.filter((at) => others.every((end) => Math.abs(end.at - at) > TOGETHER_MS)).length;
  }

  #end(connection: number, now: number): End {
    const known = this.#ends.get(connection);
    if (known !== undefined) return known;
    const end = { at: now, key: undefined };
    this.#ends.set(connection, end);
    forgetOldest(this.#ends, ({ at }) => at + this.forMs + TOGETHER_MS <= now);
    return end;
  }

  /** Of a request that is none of the suspects by its name, the parameters are not looked at. */
  #keyOf(request: McpRequest): string {
    if (this.#suspects.size === 0) return '';
    const name = nameOf(request);
    for (const suspect of this.#suspects.values()) if (suspect.name === name) return keyOf(request) ?? '';
    return '';
  }
}

/** Those that are over, and those that are too many. */
function forgetOldest<K, V>(map: Map<K, V>, isOver: (value: V) => boolean): void {
  for (const [key, value] of map) {
    if (!isOver(value) && map.size <= MOST_REMEMBERED) break;
    map.delete(key);
  }
}

/** The same for the same method and parameters, `_meta` aside, which is of the one call; `undefined` for what JSON refuses. */
function keyOf({ method, params }: McpRequest): string | undefined {
  const asked = { ...params, _meta: undefined };
  try {
    return createHash('sha256')
      .update(JSON.stringify([method, asked]))
      .digest('base64');
  } catch {
    return undefined;
  }
}
