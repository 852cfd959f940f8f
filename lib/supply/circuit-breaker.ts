import type { CircuitStatus } from '../events/pool-event.ts';
import { type BackoffOptions, LONGEST_TIMER_MS } from '../base/durations.ts';
import { ref, unref } from '../base/timers.ts';
import { INFANT_MS } from '../state/endpoint-record.ts';

/** What the circuit breaker needs. */
interface CircuitParts {
  readonly backoff: BackoffOptions;
  /** Returns a random number in [0, 1), for the jitter. */
  readonly random: () => number;
  /** Whether connecting will keep failing until somebody changes something. */
  readonly isPermanent: (error: unknown) => boolean;
  /** Whether a connection is needed or waited for. If not, the delay does not keep the process alive. */
  readonly isWanted: () => boolean;
  /**
   * Called at each change. `retryAt` is the end of the delay, in milliseconds of the monotonic clock, 0 when there is
   * none.
   */
  readonly onChange: (circuit: CircuitStatus, retryAt: number) => void;
}

/** The longest delay after a permanent failure, if the back-off has no upper bound. */
const PERMANENT_MS = 30_000;

/**
 * The circuit breaker for connecting, one for the whole pool, with its back-off.
 *
 * `closed`: connects as needed. `open`: none, for a delay that doubles with each failure, with full jitter (Marc
 * Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). `halfOpen`: a single connect, whose outcome
 * decides.
 */
export class CircuitBreaker {
  readonly #parts: CircuitParts;
  #circuit: CircuitStatus = 'closed';
  #cause: unknown;
  #isPermanent = false;
  #stopped = false;
  #rounds = 0;
  #infantDeaths = 0;
  /** When connecting first succeeded after the last failure, or after a connection last died young. */
  #worksSince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: CircuitParts) {
    this.#parts = parts;
  }

  /** Why the circuit is not closed. */
  get cause(): unknown {
    return this.#cause;
  }

  /** Whether the cause is a permanent failure. */
  get isPermanent(): boolean {
    return this.#isPermanent;
  }

  /** A connect failed. Failures of connects that ran side by side count once; a permanent one outranks the others. */
  fail(error: unknown): void {
    // `isPermanent` is user code and may close the pool.
    this.#fail(error, this.#parts.isPermanent(error));
  }

  /** A connect succeeded. */
  succeed(): void {
    if (this.#stopped) return;
    this.#forgive();
    this.#worksSince ??= performance.now();
    if (this.#infantDeaths <= 1) this.#close();
    // Not closed at once after early deaths: a server that dies just after it came up would be started again and again.
    else if (this.#circuit === 'halfOpen') this.#schedule(INFANT_MS, this.#close.bind(this));
  }

  /**
   * A connection died by itself, `ageMs` milliseconds after it came up. The second one in a row that died young is a
   * failure.
   */
  die(ageMs: number, error: unknown): void {
    this.#forgive();
    const isInfant = ageMs < INFANT_MS;
    if (isInfant) this.#worksSince = undefined;
    this.#infantDeaths = isInfant ? this.#infantDeaths + 1 : 0;
    if (this.#infantDeaths > 1) this.#fail(error, false);
  }

  /** A connect failed or, if there is an age, a connection died that was up for so many milliseconds. */
  failed(error: unknown, ageMs: number | undefined): void {
    if (ageMs === undefined) this.fail(error);
    else this.die(ageMs, error);
  }

  /**
   * Starts one test connect without waiting for the end of the delay, since something has changed, the endpoints say.
   */
  retry(): void {
    if (this.#stopped || this.#circuit !== 'open') return;
    clearTimeout(this.#timer);
    this.#isPermanent = false;
    this.#halfOpen();
  }

  /** Keeps the process alive during the delay, because there are waiters. */
  keepProcessAlive(): void {
    if (this.#circuit !== 'closed') ref(this.#timer);
  }

  /** Stops connecting for good and clears the timer. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #fail(error: unknown, isPermanent: boolean): void {
    const isOpen = this.#circuit === 'open';
    if (this.#stopped || (isOpen && this.#isPermanent)) return;
    this.#cause = error;
    if (isOpen && !isPermanent) return;
    this.#isPermanent = isPermanent;
    this.#forgive();
    this.#worksSince = undefined;
    this.#open(isPermanent ? this.#permanentDelay() : this.#nextDelay());
  }

  #open(delayMs: number): void {
    this.#schedule(delayMs, this.#halfOpen.bind(this));
    this.#change('open', performance.now() + delayMs);
  }

  #halfOpen(): void {
    // There may be no need to connect. Then the health of what came up meanwhile decides.
    if (this.#worksSince !== undefined) this.#schedule(INFANT_MS, this.#close.bind(this));
    this.#change('halfOpen', 0);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#rounds = 0;
    this.#cause = undefined;
    this.#isPermanent = false;
    if (this.#circuit !== 'closed') this.#change('closed', 0);
  }

  #nextDelay(): number {
    const { minMs, maxMs } = this.#parts.backoff;
    const ceiling = Math.min(
      maxMs === 0 ? LONGEST_TIMER_MS : maxMs,
      Math.max(1, minMs) * 2 ** Math.min(this.#rounds, 31),
      LONGEST_TIMER_MS,
    );
    this.#rounds++;
    return Math.max(1, this.#parts.random() * ceiling);
  }

  /**
   * The delay after a permanent failure: between half the longest delay and all of it. Trying sooner is of no use, and
   * many pools must not try at the same time.
   */
  #permanentDelay(): number {
    const longest = this.#parts.backoff.maxMs || PERMANENT_MS;
    return Math.max(1, ((1 + this.#parts.random()) * longest) / 2);
  }

  #change(circuit: CircuitStatus, retryAt: number): void {
    this.#circuit = circuit;
    this.#parts.onChange(circuit, retryAt);
  }

  /** Sets the only timer: each step replaces the one before it. */
  #schedule(ms: number, step: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(step, ms);
    if (!this.#parts.isWanted()) unref(this.#timer);
  }

  /** Forgets earlier failures once connecting has worked for `INFANT_MS`; no connection has to die for that. */
  #forgive(): void {
    if (this.#worksSince === undefined || performance.now() - this.#worksSince < INFANT_MS) return;
    this.#infantDeaths = 0;
    this.#rounds = 0;
  }
}
