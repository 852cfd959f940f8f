import { type Observable, Subject, defer, from, merge } from 'rxjs';
import { Alarm } from '../../base/alarm.ts';
import { currentContext } from '../../base/async-context.ts';
import { duration } from '../../base/durations.ts';
import { closedError, limitReachedError } from '../../errors.ts';
import { FamilyMember, type FamilyPool } from './family-member.ts';
import { FamilyTotals, type McpPoolFamilyMetrics, metricsEach } from './family-metrics.ts';

/** How a family opens its pools, and how many it keeps for how long. Times are in milliseconds, 0 stands for "off". */
export interface FamilyOptions<Principal, Request, P> {
  readonly name: string;
  readonly maxPools: number;
  readonly idleTimeoutMs: number;
  readonly metricsWindowMs: number;
  /** The key of the pool for this principal; throws when the user's function gives none. */
  key(principal: Principal, request: Request | undefined): string;
  /** Asks the user for the options of the pool. What is returned opens the pool, and calls none of the user's code. */
  prepare(principal: Principal, request: Request | undefined, name: string, key: string): Open<P>;
}

/** Opens a pool whose `close`, whoever calls it, goes by way of `closing`. */
export type Open<P> = (closing: ClosePool) => P;

/** Closes a pool of the family by `close`, once the pool has left the family. */
export type ClosePool = (close: () => Promise<void>, options?: CloseOptions) => Promise<void>;

export interface CloseOptions {
  readonly timeoutMs?: number;
}

/**
 * Pools by key, each opened when it is first asked for and closed when nobody has needed it for long.
 *
 * A pool leaves the family before anybody is told that it is being closed: whoever asks from then on, be it out of the
 * callback that tells it, gets a new one.
 */
export class PoolFamily<Principal, Request, P extends FamilyPool> {
  readonly metrics$: Observable<McpPoolFamilyMetrics>;
  /** The pools that there are, then each new one before it is handed out. */
  readonly pools$: Observable<P>;
  readonly #options: FamilyOptions<Principal, Request, P>;
  readonly #members = new Map<string, FamilyMember<P>>();
  readonly #closing = new Set<FamilyMember<P>>();
  readonly #gone = new FamilyTotals();
  readonly #alarm = new Alarm(() => {
    this.#sweep();
  });
  /** Pools are opened in this asynchronous context, and not in that of the first who asks: a pool serves many. */
  readonly #context = currentContext();
  readonly #end$ = new Subject<true>();
  readonly #opened$ = new Subject<P>();
  #opened = 0;
  #refused = 0;
  #closed: Promise<void> | undefined;

  constructor(options: FamilyOptions<Principal, Request, P>) {
    this.#options = options;
    this.metrics$ = metricsEach(options.metricsWindowMs, () => this.metrics, this.#end$);
    // New ones first, so that a pool which a subscriber opens while it hears of the others is not missed.
    this.pools$ = defer(() => merge(this.#opened$, from(this.members.map(({ pool }) => pool))));
  }

  get size(): number {
    return this.#members.size;
  }

  get metrics(): McpPoolFamilyMetrics {
    return this.#gone.with(
      this.members.map(({ pool }) => pool.metrics),
      {
        openPools: this.#members.size,
        closingPools: this.#closing.size,
        totalPools: this.#opened,
        refusedPools: this.#refused,
      },
    );
  }

  /** All members, those that are being closed included. */
  get members(): readonly FamilyMember<P>[] {
    return [...this.#members.values(), ...this.#closing];
  }

  for(principal: Principal, request?: Request): P {
    const key = this.#options.key(principal, request);
    const member = this.#members.get(key) ?? this.#open(key, principal, request);
    member.askedAt = performance.now();
    return member.pool;
  }

  close(options?: CloseOptions): Promise<void> {
    checkTimeout(options);
    const members = this.members;
    this.#alarm.clear();
    // All of this before anybody is told: whoever is told may call `close()` in turn, or ask for another of these pools.
    let end: () => void = () => undefined;
    this.#closed ??= new Promise((resolve) => (end = resolve));
    for (const member of members) this.#leave(member);
    for (const { pool } of members) void pool.close(options);
    void Promise.all(members.map(async ({ closed }) => closed)).then(() => {
      this.#end$.next(true);
      this.#end$.complete();
      this.#opened$.complete();
      end();
    });
    return this.#closed;
  }

  #open(key: string, principal: Principal, request: Request | undefined): FamilyMember<P> {
    this.#checkOpen();
    const open = this.#options.prepare(principal, request, `${this.#options.name}-${this.#opened + 1}`, key);
    // The user's code has run: it may have asked for this very pool, or have closed the family.
    const other = this.#members.get(key);
    if (other !== undefined) return other;
    this.#checkOpen();
    const inTheWay = this.#inTheWay();
    const member = this.#adopt(key, open);
    if (inTheWay !== undefined) this.#replace(inTheWay);
    // Last, when everything is settled: whoever hears of it may ask for pools in turn, or close them.
    this.#opened$.next(member.pool);
    return member;
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw closedError(this.#options.name);
  }

  /**
   * The pool that has to be closed to make room for a new one; `undefined` when there is room. Throws when no pool can
   * be closed.
   */
  #inTheWay(): FamilyMember<P> | undefined {
    const { name, maxPools } = this.#options;
    if (this.#members.size < maxPools) return undefined;
    const idle = leastRecentlyUsed(this.#members.values());
    // Pools that are being closed still hold processes and sockets, so their number is limited as well.
    if (idle !== undefined && this.#closing.size < maxPools) return idle;
    this.#refused++;
    throw limitReachedError({ name, open: this.#members.size, closing: this.#closing.size, limit: maxPools });
  }

  /**
   * Closes a pool that made room. Later, because whoever hears of it may ask for pools or close them all, which must
   * not happen in the middle of opening one.
   */
  #replace(member: FamilyMember<P>): void {
    this.#leave(member);
    queueMicrotask(() => void member.pool.close());
  }

  #adopt(key: string, open: Open<P>): FamilyMember<P> {
    const closing: ClosePool = (close, options) => {
      checkTimeout(options);
      return this.#close(member, close);
    };
    const member = new FamilyMember(key, this.#context.runInAsyncScope(open, undefined, closing));
    this.#opened++;
    this.#members.set(key, member);
    this.#lookAgainAt(member.openedAt + this.#idleTimeoutMs);
    return member;
  }

  /** Closes a pool, once it is out of the family: nobody is handed a pool that is being closed. */
  #close(member: FamilyMember<P>, close: () => Promise<void>): Promise<void> {
    this.#leave(member);
    const closed = close();
    member.closed ??= closed.then(() => {
      this.#closing.delete(member);
      this.#gone.add(member.pool.metrics);
    });
    return closed;
  }

  #leave(member: FamilyMember<P>): void {
    if (this.#members.get(member.key) !== member) return;
    this.#members.delete(member.key);
    this.#closing.add(member);
  }

  get #idleTimeoutMs(): number {
    return this.#options.idleTimeoutMs === 0 ? Infinity : this.#options.idleTimeoutMs;
  }

  #sweep(): void {
    let next = Infinity;
    for (const member of [...this.#members.values()]) {
      const now = performance.now();
      const until = (member.idleSince(now) ?? now) + this.#idleTimeoutMs;
      if (until <= now) void member.pool.close();
      else next = Math.min(next, until);
    }
    this.#lookAgainAt(next);
  }

  #lookAgainAt(instant: number): void {
    if (this.#closed === undefined) this.#alarm.setFor(instant);
  }
}

function leastRecentlyUsed<P extends FamilyPool>(members: Iterable<FamilyMember<P>>): FamilyMember<P> | undefined {
  let found: FamilyMember<P> | undefined;
  let foundSince = Infinity;
  const now = performance.now();
  for (const member of members) {
    const since = member.idleSince(now);
    if (since === undefined || since >= foundSince) continue;
    found = member;
    foundSince = since;
  }
  return found;
}

function checkTimeout(options: CloseOptions | undefined): void {
  duration('timeoutMs', options?.timeoutMs ?? 0);
}
