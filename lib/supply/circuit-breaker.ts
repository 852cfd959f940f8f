import type { CircuitStatus } from '../events/pool-event.ts';
import { type BackoffOptions, LONGEST_TIMER_MS } from '../base/durations.ts';
import { INFANT_MS } from '../state/endpoint-record.ts';

/** What a breaker works with. */
export interface CircuitParts {
  readonly backoff: BackoffOptions;
  /** A number in [0, 1), for the jitter. */
  readonly random: () => number;
  /** Whether connecting again is of no use until somebody changes something. */
  readonly isPermanent: (error: unknown) => boolean;
  /** Whether a connection is needed or waited for; while none is, the delay does not keep the process alive. */
  readonly isWanted: () => boolean;
  /** Told of each change; `retryAt` is the end of the delay, in milliseconds of the monotonic clock, 0 when there is none. */
  readonly onChange: (circuit: CircuitStatus, retryAt: number) => void;
}

/** The delay after a permanent failure, where the back-off has no bound of its own. */
const PERMANENT_MS = 30_000;

/**
 * Whether the pool may connect, for the pool as a whole: one state machine with the back-off.
 *
 * `closed`: as many as wanted. `open`: none, for a delay that doubles with each failure, with full jitter (Marc Brooker,
 * "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). `halfOpen`: a single one, whose outcome decides.
 */
export class CircuitBreaker {
  readonly #parts: CircuitParts;
  #circuit: CircuitStatus = 'closed';
  #cause: unknown;
  #isPermanent = false;
  #stopped = false;
  #rounds = 0;
  #infantDeaths = 0;
  /** When connecting succeeded first after it last failed, or after somebody died young. */
  #worksSince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: CircuitParts) {
    this.#parts = parts;
  }

  /** Why the circuit is not closed. */
  get cause(): unknown {
    return this.#cause;
  }

  /** Whether that is of no use to be tried again soon. */
  get isPermanent(): boolean {
    return this.#isPermanent;
  }

  /** A connect failed. Failures of one round, connecting side by side, count once; a permanent one outranks the others. */
  fail(error: unknown): void {
    // A user's function, which may close the pool.
    this.#fail(error, this.#parts.isPermanent(error));
  }

  /** A connect succeeded. */
  succeed(): void {
    if (this.#stopped) return;
    this.#forgive();
    this.#worksSince ??= performance.now();
    if (this.#infantDeaths <= 1) this.#close();
    // A server that dies as soon as it is up would otherwise be started without end.
    else if (this.#circuit === 'halfOpen') this.#after(INFANT_MS, this.#close.bind(this));
  }

  /** A connection died by itself, so many milliseconds after it came up. The second young one in a row is a failure. */
  die(ageMs: number, error: unknown): void {
    this.#forgive();
    const isInfant = ageMs < INFANT_MS;
    if (isInfant) this.#worksSince = undefined;
    this.#infantDeaths = isInfant ? this.#infantDeaths + 1 : 0;
    if (this.#infantDeaths > 1) this.#fail(error, false);
  }

  /** A connect failed or, where an age is given, a connection that was up for so many milliseconds. */
  failed(error: unknown, ageMs: number | undefined): void {
    if (ageMs === undefined) this.fail(error);
    else this.die(ageMs, error);
  }

  /** Something has changed, such as where to connect to: one attempt shows whether that works, without waiting for the delay. */
  retry(): void {
    if (this.#stopped || this.#circuit !== 'open') return;
    clearTimeout(this.#timer);
    this.#isPermanent = false;
    this.#halfOpen();
  }

  /** Somebody waits: the process must not end during the delay. */
  hold(): void {
    if (this.#circuit !== 'closed') this.#timer?.ref();
  }

  /** The pool connects no more; no timer is left. */
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
    this.#after(delayMs, this.#halfOpen.bind(this));
    this.#change('open', performance.now() + delayMs);
  }

  #halfOpen(): void {
    // Nothing may have to be connected; then the health of what came up meanwhile decides.
    if (this.#worksSince !== undefined) this.#after(INFANT_MS, this.#close.bind(this));
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

  /** Between half the longest delay and all of it: trying sooner is of no use, and many pools must not try at once. */
  #permanentDelay(): number {
    const longest = this.#parts.backoff.maxMs || PERMANENT_MS;
    return Math.max(1, ((1 + this.#parts.random()) * longest) / 2);
  }

  #change(circuit: CircuitStatus, retryAt: number): void {
    this.#circuit = circuit;
    this.#parts.onChange(circuit, retryAt);
  }

  /** One timer for all: each step replaces the one before it. */
  #after(ms: number, step: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(step, ms);
    if (!this.#parts.isWanted()) this.#timer.unref();
  }

  /** What has outlived its infancy shows that the crashes are over, though nobody had to die of old age. */
  #forgive(): void {
    if (this.#worksSince === undefined || performance.now() - this.#worksSince < INFANT_MS) return;
    this.#infantDeaths = 0;
    this.#rounds = 0;
  }
}
