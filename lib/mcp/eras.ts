import type { Client, PriorDiscovery } from '@modelcontextprotocol/client';
import { type Observable, ReplaySubject, mergeMap, of, share, tap } from 'rxjs';
import { type EraProbeOptions, eraProbe } from './era-probe.ts';
import type { McpTransport } from './transport.ts';

/**
 * Which protocol to speak: `legacy` up to 2025-11-25, with `initialize`; `modern` from 2026-07-28 on; `auto`: whichever
 * the server speaks, which is asked once for all connections of a pool.
 */
export type McpEra = 'auto' | 'legacy' | 'modern';

/** How an era is found out. */
export interface ErasOptions {
  readonly era: McpEra;
  /** A client that nobody else uses. */
  readonly newClient: () => Client;
  /** How long a server may take to answer the question, in milliseconds. */
  readonly probeMs: number;
}

interface Verdict {
  readonly prior$: Observable<PriorDiscovery>;
  /** When the server was found to be an old one, in milliseconds of the monotonic clock. */
  legacySince: number;
}

/** After so long an old server may have become a new one; a new one does not become old unnoticed. */
const LEGACY_MS = 60 * 60 * 1000;

/** What the servers of a pool speak, each asked once. */
export class Eras {
  readonly #options: ErasOptions;
  readonly #verdicts = new Map<McpTransport, Verdict>();
  readonly #ending = new Set<Promise<void>>();

  constructor(options: ErasOptions) {
    this.#options = options;
  }

  /**
   * Opens a connection with what is known of its server. All who open meanwhile share one question, which is given up
   * when none of them waits any more. A verdict with which nobody can connect is forgotten.
   */
  open(transport: McpTransport, connect: (prior: PriorDiscovery) => Promise<void>): Observable<void> {
    const forget = (): void => {
      this.forget(transport);
    };
    return this.#priorOf(transport).pipe(mergeMap(connect), tap({ error: forget }));
  }

  /** The verdict proved wrong: whoever opens the next connection asks anew. */
  forget(transport: McpTransport): void {
    this.#verdicts.delete(transport);
  }

  /** Resolves when nothing is left of the connections that were thrown away. */
  async ended(): Promise<void> {
    await Promise.all(this.#ending);
  }

  #priorOf(transport: McpTransport): Observable<PriorDiscovery> {
    const { era } = this.#options;
    if (era === 'legacy') return of({ kind: 'legacy' });
    const known = this.#verdicts.get(transport);
    if (known !== undefined && performance.now() - known.legacySince < LEGACY_MS) return known.prior$;
    const prior$ = this.#ask(transport, { ...this.#options, era, onEnd: this.#track.bind(this) });
    this.#verdicts.set(transport, { prior$, legacySince: Infinity });
    return prior$;
  }

  #ask(transport: McpTransport, options: EraProbeOptions): Observable<PriorDiscovery> {
    const note = ({ kind }: PriorDiscovery): void => {
      const verdict = this.#verdicts.get(transport);
      if (verdict !== undefined && kind === 'legacy') verdict.legacySince = performance.now();
    };
    return eraProbe(transport, options).pipe(
      tap(note),
      share({ connector: () => new ReplaySubject<PriorDiscovery>(1), resetOnComplete: false }),
    );
  }

  #track(ended: Promise<void>): void {
    const tracked = ended.catch(() => undefined).finally(() => this.#ending.delete(tracked));
    this.#ending.add(tracked);
  }
}
