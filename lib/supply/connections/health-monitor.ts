import { AsyncResource } from 'node:async_hooks';
import type { Subscription } from 'rxjs';
import type { ConnectionRecord } from '../../state/pool-state.ts';
import { unsubscribeQuietly } from '../../base/unsubscribe-quietly.ts';
import { type CheckResult, healthCheck } from './health-check.ts';
import type { HealthOutcome } from './health.ts';
import { SpreadTimer } from './spread-timer.ts';

/** How one connection is checked. */
export interface HealthOptions {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly check: () => CheckResult;
  /** The connection's record as it is now. */
  readonly record: () => ConnectionRecord | undefined;
  /** A number in [0, 1), for the spread after a stall. */
  readonly random: () => number;
}

/** Who is told of the checks of one connection. */
export interface HealthListener {
  /** A check begins that nothing puts an end to: the connection is not to be leased before its outcome. */
  checking(): void;
  checked(outcome: HealthOutcome): void;
  /** One more check is under way, or one less, that is broken off when the connection is leased. */
  stoppable(by: 1 | -1): void;
}

/** A successful use that long ago says as much as a check, in milliseconds. */
const RECENT_MS = 500;

/** After so much work in a row that failed the connection is checked before anybody else gets it, whoever waits. */
const MOST_FAILURES = 3;

/**
 * Checks one connection while it is idle: once an interval, at instants of its own so that the checks of a pool spread
 * over the interval, and at once when work on it has failed. A check is left out right after a use that went well, and
 * broken off when the connection is leased meanwhile.
 */
export class HealthMonitor {
  readonly #options: HealthOptions;
  readonly #listener: HealthListener;
  /** When the next regular check is due. */
  #due: number;
  readonly #timer: SpreadTimer;
  /** In the asynchronous context of the pool, not of whoever's work failed. */
  readonly #checkSoon: () => void;
  #checking: Subscription | undefined;
  /** Whether the check under way is broken off when the connection is leased. */
  #isStoppable = false;
  #isChecking = false;
  #isSoon = false;
  #stopped = false;
  /** How many leases there had been when work failed last, and how often in a row it had. */
  #failedAt = 0;
  #failures = 0;

  constructor(options: HealthOptions, listener: HealthListener) {
    this.#options = options;
    this.#listener = listener;
    this.#timer = new SpreadTimer(options.random);
    this.#checkSoon = AsyncResource.bind(this.#lookNow, undefined, this);
    this.#due = performance.now() + phaseOf(options.record()?.id ?? 0) * options.intervalMs;
    this.#setTimer();
  }

  /** Whether what a check says of the connection is about to be known. */
  get isAwaited(): boolean {
    return this.#isChecking || this.#isSoon;
  }

  /** Work on the connection has failed, or has not been answered in time: it is checked as soon as it is idle. */
  failed(): void {
    const record = this.#options.record();
    if (record === undefined || this.#stopped) return;
    this.#failures = record.requestCount === this.#failedAt + 1 ? this.#failures + 1 : 1;
    this.#failedAt = record.requestCount;
    if (record.status !== 'idle' || this.#isChecking) return;
    // Under steady traffic it would never be idle for long enough to be checked.
    const isHeld = this.#failures >= MOST_FAILURES && record.health === 'healthy' && !record.checking;
    if (isHeld) this.#listener.checking();
    if (this.#isSoon) return;
    this.#isSoon = true;
    queueMicrotask(this.#checkSoon);
  }

  /** It has been leased: a check that can be broken off is. */
  leased(): void {
    if (this.#isStoppable) this.#breakOff();
  }

  /** No timer and no check is left. */
  stop(): void {
    this.#stopped = true;
    this.#timer.clear();
    this.#breakOff();
  }

  #hasStopped(): boolean {
    return this.#stopped;
  }

  #breakOff(): void {
    const checking = this.#checking;
    this.#over();
    if (checking !== undefined) unsubscribeQuietly(checking);
  }

  #over(): void {
    this.#checking = undefined;
    this.#isChecking = false;
    if (this.#isStoppable) this.#listener.stoppable(-1);
    this.#isStoppable = false;
  }

  #setTimer(): void {
    this.#timer.set(this.#due, () => {
      const { intervalMs, record } = this.#options;
      // By the clock: those that a stall has swallowed are left out, and the others come when they would have come.
      const late = Math.max(0, performance.now() - this.#due);
      this.#due += (Math.floor(late / intervalMs) + 1) * intervalMs;
      this.#setTimer();
      if (this.#isDue(record())) this.#check();
    });
  }

  #isDue(record: ConnectionRecord | undefined): boolean {
    if (record?.status !== 'idle') return false;
    const { requestCount, failureCount, lastUsedAt } = record;
    if (requestCount === 0 || failureCount > 0 || requestCount === this.#failedAt) return true;
    return performance.now() - lastUsedAt >= Math.min(RECENT_MS, this.#options.intervalMs);
  }

  #lookNow(): void {
    this.#isSoon = false;
    const record = this.#options.record();
    // Whoever waited may have got it first, unless it was kept for the check.
    if (record?.status === 'idle' && record.requestCount === this.#failedAt) this.#check();
  }

  #check(): void {
    if (this.#isChecking || this.#stopped) return;
    this.#isChecking = true;
    let isHeld = this.#options.record()?.checking === true;
    const checking = healthCheck(this.#options.check, this.#options.timeoutMs, {
      unstoppable: () => {
        if (!isHeld && !this.#stopped) this.#listener.checking();
        isHeld = true;
      },
      ended: (outcome) => {
        this.#over();
        if (!this.#stopped) this.#listener.checked(outcome);
      },
    });
    if (checking === undefined) return;
    this.#checking = checking;
    // Whoever was told that a check begins may have closed the pool.
    if (this.#hasStopped()) {
      this.#breakOff();
    } else if (!isHeld) {
      this.#isStoppable = true;
      this.#listener.stoppable(1);
    }
  }
}

/** A number in (0, 1] for each id; multiples of the golden ratio stay as far apart as they can. */
function phaseOf(id: number): number {
  return 1 - ((id * 0.6180339887498949) % 1);
}
