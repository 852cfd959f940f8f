import type { PoolEvent } from '../events/pool-event.ts';
import type { Trouble } from './protocol.ts';
import { type TroubleWords, troubleOf } from './shared/trouble-words.ts';

/** Kinds of trouble that are told apart; of more than so many the one that has not come for longest is forgotten. */
const MOST_KINDS = 100;
/** Of a cause so much is looked at to tell its kind, and so much is kept. */
const MOST_CAUSE = 2000;
/** Of so many times it is known how a kind stood then: up to here of each, then of each second one, each fourth. */
const MOST_TIMES = 400;

/** One kind of trouble. */
interface Kind {
  readonly newest: Trouble;
  /** As it was the first time, and each `step` times. */
  readonly past: Trouble[];
  readonly step: number;
}

/**
 * Everything that went wrong in a pool, counted by kind, so that no number of checkouts or of failures makes it lost. Two
 * events are of a kind where they say the same but for the numbers in it: a process id, a port, a duration.
 */
export class TroubleTally {
  /** The one that came last is the last. */
  readonly #kinds = new Map<string, Kind>();
  #ids = 0;

  /** Counts an event that tells of trouble; any other is ignored. */
  take(event: PoolEvent): void {
    const words = troubleOf(event);
    if (words === undefined) return;
    const name = kindOf(words);
    const before = this.#kinds.get(name);
    const newest: Trouble = {
      id: before?.newest.id ?? ++this.#ids,
      what: words.what,
      cause: words.cause.slice(0, MOST_CAUSE),
      count: (before?.newest.count ?? 0) + 1,
      firstAt: before?.newest.firstAt ?? event.at,
      lastAt: event.at,
      version: event.version,
    };
    this.#kinds.delete(name);
    this.#kinds.set(name, kindAfter(before, newest));
    if (this.#kinds.size > MOST_KINDS) this.#forgetOldest();
  }

  /** What has happened, or happened again, after a version; the newest last. */
  after(version: number): readonly Trouble[] {
    return [...this.#kinds.values()].map(({ newest }) => newest).filter((trouble) => trouble.version > version);
  }

  /** What had happened up to an instant of the pool's clock, the newest last; counts of hundreds to within one in two hundred. */
  upTo(at: number): readonly Trouble[] {
    const then = [...this.#kinds.values()].flatMap(
      ({ newest, past }) => [...past, newest].findLast(({ lastAt }) => lastAt <= at) ?? [],
    );
    return then.sort((one, other) => one.version - other.version);
  }

  #forgetOldest(): void {
    for (const name of this.#kinds.keys()) {
      this.#kinds.delete(name);
      return;
    }
  }
}

function kindAfter(before: Kind | undefined, newest: Trouble): Kind {
  const { past, step }: Omit<Kind, 'newest'> = before ?? { past: [], step: 1 };
  if (newest.count > 1 && newest.count % step !== 0) return { newest, past, step };
  past.push(newest);
  if (past.length <= MOST_TIMES) return { newest, past, step };
  const isKept = ({ count }: Trouble): boolean => count === 1 || count % (2 * step) === 0;
  return { newest, past: past.filter(isKept), step: 2 * step };
}

function kindOf({ what, cause }: TroubleWords): string {
  return `${what}: ${cause.slice(0, MOST_CAUSE).replace(/\d+/g, '0')}`;
}
