import { createHash } from 'node:crypto';
import { poisonError } from '../failures/mcp-error.ts';
import { nameOf, type McpRequest } from '../transport/mcp-request.ts';

/** After so many connections that died of a request, at different times, it is not tried again. */
export const MOST_DEATHS = 2;
/** Requests, and ends of connections, that are remembered at most; beyond that the oldest are forgotten. */
const MOST_REMEMBERED = 1000;
/** Connections that end within this time, in milliseconds, may have ended for the same reason. */
const TOGETHER_MS = 500;

interface Suspect {
  readonly name: string;
  /**
   * When connections died of it, in milliseconds of the monotonic clock; several at the same time count as the first of
   * them.
   */
  readonly deaths: readonly number[];
  readonly cause: unknown;
  /** When it is forgotten, in milliseconds of the monotonic clock. */
  readonly until: number;
}

/** A connection that ended by itself. */
interface End {
  readonly at: number;
  /** The request that was alone on it; `undefined` when it was idle, served several, or that is not known. */
  key: string | undefined;
}

/** A connection that died while it served one request only. */
interface Death {
  readonly connection: number;
  /** When the request began on that connection, in milliseconds of the monotonic clock. */
  readonly begunAt: number;
  readonly cause: unknown;
}

/**
 * Finds requests that kill their server, and refuses them for a while. A request is a suspect when a connection dies
 * while it serves that request alone; after two such deaths it is refused. Connections that die together prove nothing,
 * unless all of them served the same request; and of connections that served the request at the same time only one
 * death counts. A request that is answered is a suspect no more.
 */
export class PoisonList {
  /** For how long requests are remembered, in milliseconds; 0: not at all. */
  readonly forMs: number;
  // A map keeps the order of insertion, so its first is the oldest.
  readonly #suspects = new Map<string, Suspect>();
  /** How connections ended, by connection. */
  readonly #ends = new Map<number, End>();

  /** For how long requests are remembered, in milliseconds; 0: not at all. */
  constructor(forMs: number) {
    this.forMs = forMs;
  }

  /** Throws `MCP_POISON_REQUEST`, with the last cause, for a request that is refused at present. */
  admit(request: McpRequest): void {
    const key = this.#keyOf(request);
    const suspect = this.#suspects.get(key);
    const leftMs = suspect === undefined ? 0 : suspect.until - performance.now();
    if (suspect === undefined || leftMs <= 0) return;
    const proved = this.#provedBy(suspect, key);
    if (proved >= MOST_DEATHS) throw poisonError(request, proved, leftMs, suspect.cause);
  }

  /** To be called when a connection has ended by itself. */
  lost(connection: number): void {
    if (this.forMs !== 0) this.#end(connection, performance.now());
  }

  /**
   * To be called when a connection died while it served this request alone. Returns how many deaths are proved to be
   * its doing.
   */
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

  /** To be called when a request was answered. */
  answered(request: McpRequest): void {
    this.#suspects.delete(this.#keyOf(request));
  }

  /**
   * How many deaths count as proof: at about the same time no connection died that served something else, or nothing.
   */
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

  /** The key of a request; empty when no suspect has its name, which saves looking at the parameters. */
  #keyOf(request: McpRequest): string {
    if (this.#suspects.size === 0) return '';
    const name = nameOf(request);
    for (const suspect of this.#suspects.values()) if (suspect.name === name) return keyOf(request) ?? '';
    return '';
  }
}

/** Removes what is over, and the oldest of what is too much. */
function forgetOldest<K, V>(map: Map<K, V>, isOver: (value: V) => boolean): void {
  for (const [key, value] of map) {
    if (!isOver(value) && map.size <= MOST_REMEMBERED) break;
    map.delete(key);
  }
}

/**
 * The same text for the same method and parameters. `_meta` does not count, as it differs from call to call.
 * `undefined` for what JSON refuses.
 */
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
