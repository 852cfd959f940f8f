import type { Client, PriorDiscovery } from '@modelcontextprotocol/client';
import { EMPTY, type Observable, ReplaySubject, map, mergeMap, of, share, tap } from 'rxjs';
import type { Notice } from '../../supply/connector.ts';
import type { McpConnection } from './connection.ts';
import { type EraVerdict, eraProbe } from './era-probe.ts';
import type { ConnectionTransport, McpTransport } from '../transport/transport.ts';

/**
 * Which protocol to speak: `legacy` up to 2025-11-25, with `initialize`; `modern` from 2026-07-28 on; `auto`: whichever
 * the server speaks, which is asked once for all connections of a pool.
 */
export type McpEra = 'auto' | 'legacy' | 'modern';

/** What is needed to find out which protocol a server speaks. */
interface ErasOptions {
  readonly era: McpEra;
  /** Makes an SDK client that is used for one question only. */
  readonly newClient: () => Client;
  /** How long this server may take to answer the question, in milliseconds. */
  readonly probeMs: (server: McpTransport) => number;
}

interface Verdict {
  readonly prior$: Observable<PriorDiscovery>;
  /** Whether nothing speaks for it yet: the next connection asks anew unless one by this verdict succeeds. */
  isGuess: boolean;
  /** Emits when the verdict has proved wrong, also to later subscribers. */
  readonly wrong$: ReplaySubject<Notice>;
  /** When the server was found to be an old one, in milliseconds of the monotonic clock. */
  legacySince: number;
}

/**
 * How long a server counts as an old one before it is asked again: it may have been updated. That a modern one became
 * old is noticed by its answers.
 */
const LEGACY_MS = 60 * 60 * 1000;

const LEGACY: PriorDiscovery = { kind: 'legacy' };

/** Which protocol each server of a pool speaks. Each is asked once. */
export class Eras {
  readonly #options: ErasOptions;
  readonly #verdicts = new Map<McpTransport, Verdict>();
  /** The verdict by which each connection was opened. */
  readonly #openedBy = new WeakMap<McpConnection, Verdict>();
  readonly #ending = new Set<Promise<void>>();
  /** The connection on which each server was asked last. */
  readonly #asked = new WeakMap<McpTransport, ConnectionTransport>();
  /** Servers that had not answered when the question was given up. */
  readonly #silent = new WeakSet<McpTransport>();

  constructor(options: ErasOptions) {
    this.#options = options;
  }

  /**
   * Opens a connection with what is known of its server. All who open meanwhile share one question, which is given up
   * when none of them waits any more. A verdict with which nobody can connect is forgotten.
   */
  open(connection: McpConnection): Observable<void> {
    const { server } = connection;
    const verdict = this.#verdictOn(server);
    this.#openedBy.set(connection, verdict);
    const forget = (): void => {
      this.#forget(server, verdict);
    };
    const forgetGuess = (): void => {
      if (verdict.isGuess) forget();
    };
    const opened = (): void => {
      verdict.isGuess = false;
    };
    return verdict.prior$.pipe(
      mergeMap((prior) => connection.open(prior)),
      tap({ next: opened, error: forget, unsubscribe: forgetGuess }),
    );
  }

  /**
   * To be called when the verdict by which this connection was opened has proved wrong: the next connection asks anew.
   */
  refute(connection: McpConnection): void {
    const verdict = this.#openedBy.get(connection);
    if (verdict === undefined) return;
    this.#forget(connection.server, verdict);
    verdict.wrong$.next({ note: 'the server no longer speaks the protocol of this connection', retire: true });
    verdict.wrong$.complete();
  }

  /** Asks for the connection to be replaced when the verdict by which it was opened has proved wrong. */
  refuted(connection: McpConnection): Observable<Notice> {
    return this.#openedBy.get(connection)?.wrong$ ?? EMPTY;
  }

  /** What the server has said outside of the protocol while it was asked, in a line. */
  said(connection: McpConnection): string | undefined {
    const { server } = connection;
    return this.#asked.get(server)?.said;
  }

  /** Resolves when nothing is left of the connections that were thrown away. */
  async ended(): Promise<void> {
    await Promise.all(this.#ending);
  }

  #verdictOn(transport: McpTransport): Verdict {
    const { era } = this.#options;
    const known = this.#verdicts.get(transport);
    if (known !== undefined && performance.now() - known.legacySince < LEGACY_MS) return known;
    // A server that stayed silent is taken for an old one this time; should that fail, it is asked once more.
    const isSilent = this.#silent.delete(transport) && era === 'auto';
    const prior$ = era === 'legacy' || isSilent ? of(LEGACY) : this.#ask(transport, era);
    const legacySince = isSilent ? performance.now() : Infinity;
    const verdict = { prior$, isGuess: isSilent, wrong$: new ReplaySubject<Notice>(1), legacySince };
    this.#verdicts.set(transport, verdict);
    return verdict;
  }

  #forget(transport: McpTransport, verdict: Verdict): void {
    // A newer verdict may have taken its place.
    if (this.#verdicts.get(transport) === verdict) this.#verdicts.delete(transport);
  }

  #ask(transport: McpTransport, era: 'auto' | 'modern'): Observable<PriorDiscovery> {
    const { newClient, probeMs } = this.#options;
    const probe$ = eraProbe(transport, {
      era,
      newClient,
      probeMs: probeMs(transport),
      onStart: (connection) => this.#asked.set(transport, connection),
      onEnd: this.#track.bind(this),
    });
    const note = ({ prior, isGuess }: EraVerdict): void => {
      const verdict = this.#verdicts.get(transport);
      if (verdict === undefined || prior.kind !== 'legacy') return;
      verdict.isGuess = isGuess;
      verdict.legacySince = performance.now();
    };
    const givenUp = (): void => {
      this.#verdicts.delete(transport);
      this.#silent.add(transport);
    };
    return probe$.pipe(
      tap({ next: note, unsubscribe: givenUp }),
      map(({ prior }) => prior),
      share({ connector: () => new ReplaySubject<PriorDiscovery>(1), resetOnComplete: false }),
    );
  }

  #track(ended: Promise<void>): void {
    const tracked = ended.catch(() => undefined).finally(() => this.#ending.delete(tracked));
    this.#ending.add(tracked);
  }
}
