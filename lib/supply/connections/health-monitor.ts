import type { Subscription } from 'rxjs';
import { inCurrentContext } from '../../base/async-context.ts';
import type { ConnectionRecord } from '../../state/pool-state.ts';
import { unsubscribeQuietly } from '../../base/unsubscribe-quietly.ts';
import { type CheckResult, healthCheck } from './health-check.ts';
import type { HealthOutcome } from './health.ts';
import { SpreadTimer } from './spread-timer.ts';

/** The options of the checks of one connection. */
interface HealthOptions {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly check: () => CheckResult;
  /** Returns the present record of the connection. */
  readonly record: () => ConnectionRecord | undefined;
  /** Returns a random number in [0, 1), to spread checks after a stall. */
  readonly random: () => number;
}

/** Callbacks for the checks of one connection. */
export interface HealthListener {
  /** A check that cannot be cancelled begins: the connection must not be leased before its outcome. */
  checking(): void;
  checked(outcome: HealthOutcome): void;
  /** One more (or one less) check is under way that is cancelled when the connection is leased. */
  stoppable(by: 1 | -1): void;
}

/** A successful lease that ended less than this many milliseconds ago makes a check unnecessary. */
const RECENT_MS = 500;

/**
 * After this many failed pieces of work in a row the connection is checked before it is leased again, even if there are
 * waiters.
 */
const CHECK_AFTER_FAILURES = 3;

/**
 * Checks one connection while it is idle: once per interval, and at once when work on it has failed. Each connection
 * has its own offset in the interval, so that the checks of a pool are spread. A check is skipped just after a
 * successful lease, and cancelled when the connection is leased meanwhile.
 */
export class HealthMonitor {
  readonly #options: HealthOptions;
  readonly #listener: HealthListener;
  /** When the next regular check is due. */
  #due: number;
  readonly #timer: SpreadTimer;
  /** Runs in the asynchronous context of the pool, not in that of the work that failed. */
  readonly #checkSoon: () => void;
  #checking: Subscription | undefined;
  /** Whether the check under way is cancelled when the connection is leased. */
  #isStoppable = false;
  #isChecking = false;
  #isSoon = false;
  #stopped = false;
  /** The lease count when work last failed, and how many times in a row work had failed then. */
  #failedAt = 0;
  #failures = 0;

  constructor(options: HealthOptions, listener: HealthListener) {
    this.#options = options;
    this.#listener = listener;
    this.#timer = new SpreadTimer(options.random);
    this.#checkSoon = inCurrentContext(this.#lookNow.bind(this));
    this.#due = performance.now() + phaseOf(options.record()?.id ?? 0) * options.intervalMs;
    this.#setTimer();
  }

  /** Whether a check is under way or about to begin. */
  get isAwaited(): boolean {
    return this.#isChecking || this.#isSoon;
  }

  /** Work on the connection has failed, or was not answered in time: it is checked as soon as it is idle. */
  failed(): void {
    const record = this.#options.record();
    if (record === undefined || this.#stopped) return;
    this.#failures = record.requestCount === this.#failedAt + 1 ? this.#failures + 1 : 1;
    this.#failedAt = record.requestCount;
    if (record.status !== 'idle' || this.#isChecking) return;
    // Under steady traffic it would never be idle for long enough to be checked, so it is held back.
    const isHeld = this.#failures >= CHECK_AFTER_FAILURES && record.health === 'healthy' && !record.checking;
    if (isHeld) this.#listener.checking();
    if (this.#isSoon) return;
    this.#isSoon = true;
    queueMicrotask(this.#checkSoon);
  }

  /** The connection was leased: cancels the check under way if that is possible. */
  leased(): void {
    if (this.#isStoppable) this.#cancelCheck();
  }

  /** Stops the timer and the check under way. */
  stop(): void {
    this.#stopped = true;
    this.#timer.clear();
    this.#cancelCheck();
  }

  #hasStopped(): boolean {
    return this.#stopped;
  }

  #cancelCheck(): void {
    const checking = this.#checking;
    this.#clearCheck();
    if (checking !== undefined) unsubscribeQuietly(checking);
  }

  #clearCheck(): void {
    this.#checking = undefined;
    this.#isChecking = false;
    if (this.#isStoppable) this.#listener.stoppable(-1);
    this.#isStoppable = false;
  }

  #setTimer(): void {
    this.#timer.set(this.#due, () => {
      const { intervalMs, record } = this.#options;
      // By the clock: checks that fell into a stall are skipped, and later ones keep their instants.
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
    // A waiter may have got the connection first, unless it was held back for the check.
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
        this.#clearCheck();
        if (!this.#stopped) this.#listener.checked(outcome);
      },
    });
    if (checking === undefined) return;
    this.#checking = checking;
    // An observer of the `checking` event may have closed the pool.
    if (this.#hasStopped()) {
      this.#cancelCheck();
    } else if (!isHeld) {
      this.#isStoppable = true;
      this.#listener.stoppable(1);
    }
  }
}

/**
 * The offset of a connection in the interval, in (0, 1]. Multiples of the golden ratio keep the offsets as far apart as
 * possible.
 */
function phaseOf(id: number): number {
  return 1 - ((id * 0.6180339887498949) % 1);
}
