import { type Observable, ReplaySubject } from 'rxjs';
import { Alarm } from '../../base/alarm.ts';
import { count } from '../../base/durations.ts';
import type { Allowance } from '../../events/allowance.ts';
import type { AllowancePort, AllowedPool, PoolAllowance } from './allowance.ts';

/**
 * A bound for any number of pools of this process: together they never have more than `limit` connections, and those that
 * are being opened or closed count.
 *
 * What is free goes to whoever has the least of those who want more. Whoever has less than a fair share (`limit` divided by
 * the pools that want any, at least 1) gets it from those who have more: these close what is idle at once, and the rest as it
 * is given back. Where there are more pools than connections, one that nobody has used for 10 s yields a connection to one that is
 * waited for and has none. Throws a `TypeError` or `RangeError` where `limit` is no whole number above 0.
 */
export function sharedAllowance(limit: number): AllowancePort {
  const shared = new SharedAllowance(count('limit', limit, 1));
  return { open: (pool) => shared.join(pool) };
}

/** How long a pool has to be idle before it yields what would be its fair share, in milliseconds. */
const YIELDS_AFTER_MS = 10_000;

/**
 * The shares of one bound. The same calls make the same grants; time matters only where there are more pools than
 * connections.
 */
class SharedAllowance {
  readonly #limit: number;
  readonly #members = new Set<Member>();
  #joined = 0;
  #grants = 0;
  #isSharing = false;
  #hasToShareAgain = false;
  readonly #alarm = new Alarm(() => {
    this.#share();
  });

  constructor(limit: number) {
    this.#limit = limit;
  }

  join(pool: AllowedPool): PoolAllowance {
    const member = new Member(++this.#joined, pool, this.#share.bind(this), (gone) => this.#members.delete(gone));
    this.#members.add(member);
    return member;
  }

  /** Shares out anew and tells each its share. Whoever is told may ask at once for more: then it is done once more. */
  #share(): void {
    this.#hasToShareAgain = true;
    if (this.#isSharing) return;
    this.#isSharing = true;
    try {
      while (this.#hasToShareAgain) {
        this.#hasToShareAgain = false;
        this.#takeBack();
        this.#grant();
        this.#yield();
        this.#tell();
      }
    } finally {
      this.#isSharing = false;
    }
  }

  #tell(): void {
    for (const member of [...this.#members]) if (!this.#hasToShareAgain) member.tell();
  }

  /** Takes back what some have above a fair share while others lack theirs. */
  #takeBack(): void {
    const fair = this.#fairShare();
    let [given, lacking] = [0, 0];
    for (const member of this.#members) {
      given += member.limit;
      lacking += Math.max(0, Math.min(member.wanted, fair) - member.limit);
    }
    for (; lacking > this.#limit - given; given--) {
      const most = firstOf(this.#members, isAbove(fair), hasMore);
      if (most === undefined) return;
      most.limit--;
    }
  }

  /** Grants what nobody has: one after the other to whoever has the least. */
  #grant(): void {
    let free = this.#limit;
    for (const { limit, held } of this.#members) free -= Math.max(limit, held);
    for (;;) {
      const next = firstOf(this.#members, isStarved, hasLess) ?? firstOf(this.#members, isShort, hasLess);
      // What it still holds of an earlier share takes no further room.
      const room = next !== undefined && next.limit >= next.held ? 1 : 0;
      if (next === undefined || room > free) return;
      free -= room;
      next.limit++;
      next.lastGrant = ++this.#grants;
    }
  }

  /** For each that has none and is waited for, takes one from whoever is idle for long; looks again when one may be. */
  #yield(): void {
    let lacking = 0;
    for (const member of this.#members) {
      if (isStarved(member)) lacking++;
      // What is being given back is for one of them.
      lacking -= Math.max(0, member.held - member.limit);
    }
    this.#alarm.clear();
    for (; lacking > 0; lacking--) {
      const idle = firstOf(this.#members, hasSome, isIdleForLonger);
      const now = performance.now();
      const at = Math.min(now, idle?.idleSince() ?? now) + YIELDS_AFTER_MS;
      if (idle === undefined || at > now) {
        this.#alarm.setFor(at);
        return;
      }
      idle.limit--;
    }
  }

  #fairShare(): number {
    let wanting = 0;
    for (const { wanted } of this.#members) if (wanted > 0) wanting++;
    return Math.max(1, Math.floor(this.#limit / Math.max(1, wanting)));
  }
}

/** The share of one pool. */
class Member implements PoolAllowance {
  readonly allowance$: Observable<Allowance>;
  limit = 0;
  wanted = 0;
  held = 0;
  /** Which grant it got last: of several with equal shares the one whose turn was longest ago is next. */
  lastGrant = 0;
  readonly #grants$ = new ReplaySubject<Allowance>(1);
  readonly #epoch: number;
  readonly #pool: AllowedPool;
  readonly #share: () => void;
  readonly #leave: (member: Member) => void;
  #told: number | undefined;

  constructor(epoch: number, pool: AllowedPool, share: () => void, leave: (member: Member) => void) {
    this.allowance$ = this.#grants$.asObservable();
    this.#epoch = epoch;
    this.#pool = pool;
    this.#share = share;
    this.#leave = leave;
  }

  /** See `AllowedPool`. */
  idleSince(): number {
    return this.#pool.idleSince();
  }

  want(wanted: number, held: number): void {
    this.wanted = wanted;
    this.held = held;
    // What it has not used until it asks again is shared out anew.
    this.limit = Math.min(this.limit, wanted, held);
    this.#share();
  }

  close(): void {
    this.#leave(this);
    this.#grants$.complete();
    this.#share();
  }

  /** Emits the share if it has changed; nothing before the first wish. */
  tell(): void {
    if (this.limit === this.#told || (this.#told === undefined && this.wanted === 0)) return;
    this.#told = this.limit;
    this.#grants$.next({ limit: this.limit, mode: 'granted', epoch: this.#epoch });
  }
}

/** Whether somebody waits for a pool that may have no connection at all. */
function isStarved(member: Member): boolean {
  return member.limit === 0 && member.wanted > 0 && member.idleSince() === Infinity;
}

function hasSome({ limit }: Member): boolean {
  return limit > 0;
}

function isIdleForLonger(one: Member, other: Member): boolean {
  return one.idleSince() < other.idleSince();
}

function isShort({ limit, wanted }: Member): boolean {
  return limit < wanted;
}

function isAbove(share: number): (member: Member) => boolean {
  return ({ limit }) => limit > share;
}

function hasLess(one: Member, other: Member): boolean {
  return one.limit === other.limit ? one.lastGrant < other.lastGrant : one.limit < other.limit;
}

function hasMore(one: Member, other: Member): boolean {
  return one.limit > other.limit;
}

/** Of the members that fit the one that comes before all others; of equal ones the first that joined. */
function firstOf(
  members: Iterable<Member>,
  fits: (member: Member) => boolean,
  isBefore: (one: Member, other: Member) => boolean,
): Member | undefined {
  let first: Member | undefined;
  for (const member of members) if (fits(member) && (first === undefined || isBefore(member, first))) first = member;
  return first;
}
