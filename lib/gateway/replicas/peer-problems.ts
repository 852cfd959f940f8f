import { type Observable, Subject } from 'rxjs';

/** How another node is, as this one sees it. */
export interface PeerReport {
  /** Where it is. */
  readonly url: string;
  /**
   * `up`: it answers. `down`: it does not. `refusing`: it takes nothing of what this node sends, since their keys or their
   * clocks differ. `asking`: it was not asked yet.
   */
  readonly status: 'up' | 'down' | 'refusing' | 'asking';
  /** Why it is `down` or `refusing`. */
  readonly error?: string;
}

/** A node that is just being started is nothing to tell of, in milliseconds. */
const DOWN_FOR_MS = 10_000;
/** How often the same node is told of, at most, in milliseconds. */
const TELL_EACH_MS = 60_000;

/** How the other nodes are, and those of them with which something is wrong. */
export class PeerProblems {
  /** Tells of a node that refuses, or is down for ten seconds, once a minute as long as it does or is; completes at the end. */
  readonly problems$: Observable<PeerReport>;
  readonly #problems$ = new Subject<PeerReport>();
  readonly #seen = new Map<string, { readonly report: PeerReport; readonly since: number }>();
  readonly #toldAt = new Map<string, number>();

  constructor() {
    this.problems$ = this.#problems$.asObservable();
  }

  /** How a node was when it was last asked. */
  reportOf(url: string): PeerReport {
    return this.#seen.get(url)?.report ?? { url, status: 'asking' };
  }

  /** This is how it is now. */
  found(report: PeerReport): void {
    const now = performance.now();
    const { url, status } = report;
    const before = this.#seen.get(url);
    const since = before?.report.status === status ? before.since : now;
    this.#seen.set(url, { report, since });
    if (status === 'up' || (status === 'down' && now - since < DOWN_FOR_MS)) return;
    if (now - (this.#toldAt.get(url) ?? -Infinity) < TELL_EACH_MS) return;
    this.#toldAt.set(url, now);
    this.#problems$.next(report);
  }

  /** There are no others. */
  keep(urls: readonly string[]): void {
    for (const known of [this.#seen, this.#toldAt]) {
      for (const url of known.keys()) if (!urls.includes(url)) known.delete(url);
    }
  }

  end(): void {
    this.#problems$.complete();
  }
}

/** Why a node refuses what this one sends. `aheadMs`: how far its clock is ahead of the one of this node. */
export function refusalText(fault: unknown, aheadMs: number): string | undefined {
  if (fault === 'keys') return 'it refuses what this node seals: their keys differ';
  if (fault !== 'clock') return undefined;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return `it refuses what this node seals: its clock is ${seconds} s ${aheadMs > 0 ? 'ahead' : 'behind'}`;
}
