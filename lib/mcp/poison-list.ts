import { createHash } from 'node:crypto';
import type { McpRequest } from './request.ts';
import { poisonError } from './mcp-error.ts';
import { nameOf } from './request-name.ts';

/** So many connections a request may take with it; it is never tried on one more. */
export const mostDeaths = 2;
/** Requests remembered at most; of more the oldest are forgotten. */
const mostSuspects = 1000;

interface Suspect {
  readonly name: string;
  readonly deaths: number;
  /** When it is forgotten, in milliseconds of the monotonic clock. */
  readonly until: number;
}

/**
 * Requests that were alone on a connection when it died. One that was so on two of them is refused for a while: most
 * likely it is what kills the server. Answered once, a request is no suspect any more.
 */
export class PoisonList {
  /** For how long requests are remembered, in milliseconds; 0: not at all. */
  readonly forMs: number;
  // A map keeps the order of insertion, so its first is the oldest.
  readonly #suspects = new Map<string, Suspect>();

  /** For how long requests are remembered, in milliseconds; 0: not at all. */
  constructor(forMs: number) {
    this.forMs = forMs;
  }

  /** Throws `MCP_POISON_REQUEST` for one that is not to be asked now. */
  admit(request: McpRequest): void {
    const suspect = this.#suspects.get(this.#keyOf(request));
    const leftMs = suspect === undefined ? 0 : suspect.until - performance.now();
    if (suspect !== undefined && suspect.deaths >= mostDeaths && leftMs > 0) {
      throw poisonError(request, suspect.deaths, leftMs, undefined);
    }
  }

  /** The request was alone on a connection that died; returns how many that makes. */
  died(request: McpRequest): number {
    const key = keyOf(request);
    if (key === undefined || this.forMs === 0) return 1;
    const now = performance.now();
    const before = this.#suspects.get(key);
    const deaths = before !== undefined && before.until > now ? before.deaths + 1 : 1;
    this.#suspects.delete(key);
    this.#suspects.set(key, { name: nameOf(request), deaths, until: now + this.forMs });
    this.#forget(now);
    return deaths;
  }

  /** The request was answered. */
  answered(request: McpRequest): void {
    this.#suspects.delete(this.#keyOf(request));
  }

  /** Of a request that is none of the suspects by its name, the parameters are not looked at. */
  #keyOf(request: McpRequest): string {
    if (this.#suspects.size === 0) return '';
    const name = nameOf(request);
    for (const suspect of this.#suspects.values()) if (suspect.name === name) return keyOf(request) ?? '';
    return '';
  }

  #forget(now: number): void {
    for (const [key, { until }] of this.#suspects) {
      if (until > now && this.#suspects.size <= mostSuspects) break;
      this.#suspects.delete(key);
    }
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
