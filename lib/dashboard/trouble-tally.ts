import type { PoolEvent } from '../events/pool-event.ts';
import type { Trouble } from './protocol.ts';
import { type TroubleWords, troubleOf } from './shared/trouble-words.ts';

/** Kinds of trouble that are told apart; of more than so many the one that has not come for longest is forgotten. */
const MOST_KINDS = 100;
/** Of a cause so much is looked at to tell its kind, and so much is kept. */
const MOST_CAUSE = 2000;

/**
 * Everything that went wrong in a pool, counted by kind, so that no number of checkouts or of failures makes it lost. Two
 * events are of a kind where they say the same but for the numbers in it: a process id, a port, a duration.
 */
export class TroubleTally {
  /** The one that came last is the last. */
  readonly #byKind = new Map<string, Trouble>();
  #ids = 0;

  /** Counts an event that tells of trouble; any other is ignored. */
  take(event: PoolEvent): void {
    const words = troubleOf(event);
    if (words === undefined) return;
    const kind = kindOf(words);
    const before = this.#byKind.get(kind);
    this.#byKind.delete(kind);
    this.#byKind.set(kind, {
      id: before?.id ?? ++this.#ids,
      what: words.what,
      cause: words.cause.slice(0, MOST_CAUSE),
      count: (before?.count ?? 0) + 1,
      firstAt: before?.firstAt ?? event.at,
      lastAt: event.at,
      version: event.version,
    });
    if (this.#byKind.size > MOST_KINDS) this.#forgetOldest();
  }

  /** What has happened, or happened again, after a version; the newest last. */
  after(version: number): readonly Trouble[] {
    return [...this.#byKind.values()].filter((trouble) => trouble.version > version);
  }

  #forgetOldest(): void {
    for (const kind of this.#byKind.keys()) {
      this.#byKind.delete(kind);
      return;
    }
  }
}

function kindOf({ what, cause }: TroubleWords): string {
  return `${what}: ${cause.slice(0, MOST_CAUSE).replace(/\d+/g, '0')}`;
}
