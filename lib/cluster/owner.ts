import type { Allowance, AllowanceMode } from '../events/allowance.ts';
import type { Answer, Call } from './call.ts';
import { type Terms, callEveryMs, callNoSoonerThanMs, validForMs } from './terms.ts';

/**
 * One who has a share of a cap, as far as the share itself can know: what it may have and until when, what it tells and asks
 * next. It has no clock, no timer and no connection to anybody: whoever has it looks at it at `nextAt` and carries its calls
 * out. All instants are in milliseconds of one monotonic clock.
 *
 * At every instant it may have no more than whoever carries out the calls says that it holds: it goes down before it says
 * so, and up after it was told so. When its lease is over it knows by its own clock, without being told ("fencing").
 */
export class Owner {
  readonly #id: string;
  readonly #terms: Terms;
  #wanted = 0;
  #held = 0;
  /** What it may have now. */
  #limit = 0;
  /** What it was last said to hold: above `#limit` while it gives back for others. */
  #granted = 0;
  #mode: AllowanceMode | undefined;
  #error: string | undefined;
  #epoch = 0;
  #members = 1;
  #isMember = false;
  #validUntil = -Infinity;
  #calls = 0;
  #calledAt = -Infinity;
  /** The call whose answer counts. */
  #pending: Call | undefined;
  /** How much the last call wanted. */
  #asked = 0;

  /** `id`: a name that no owner of this cap ever had. */
  constructor(id: string, terms: Terms) {
    this.#id = id;
    this.#terms = terms;
  }

  /** What it may have now; `undefined` before anything was granted or given up. */
  get allowance(): Allowance | undefined {
    if (this.#mode === undefined) return undefined;
    const error = this.#error === undefined ? {} : { error: this.#error };
    return { limit: this.#limit, mode: this.#mode, epoch: this.#epoch, ...error };
  }

  /** When to look at it again: a call is due, or the lease ends. */
  get nextAt(): number {
    return Math.min(this.#callAt, this.leaseEndsAt);
  }

  /** When it has to go down unless it hears something; `Infinity` where it has nothing to lose. */
  get leaseEndsAt(): number {
    return this.#isLeased ? this.#validUntil : Infinity;
  }

  /** How many connections it could use, and how many there are until nothing is left of them. */
  want(wanted: number, held: number): void {
    this.#wanted = wanted;
    this.#held = held;
  }

  /** Looks at the clock: gives up an answer that does not come, and a lease that is over. Returns whether a call is due. */
  look(now: number): boolean {
    const isOverdue = this.#pending !== undefined && now >= this.#calledAt + callEveryMs(this.#terms);
    if (isOverdue && this.#error === undefined) this.#fail(`no answer within ${callEveryMs(this.#terms)} ms`, now);
    if (this.#isLeased && now >= this.#validUntil) this.#shrink();
    return now >= this.#callAt;
  }

  /** Makes the next call. What it says to give back may not be used from now on. */
  call(now: number): Call {
    const kind = this.#isMember ? 'take' : 'join';
    const claim = Math.max(this.#held, this.#limit);
    const want = this.#nextWant();
    this.#limit = Math.min(this.#limit, want);
    this.#asked = want;
    this.#calledAt = now;
    this.#pending = { kind, owner: this.#id, number: ++this.#calls, claim, want, epoch: this.#epoch };
    return this.#pending;
  }

  /** The call that ends it, and gives back all that it has; nothing may be held by then. `undefined`: it never called. */
  leave(): Call | undefined {
    this.#pending = undefined;
    if (this.#calls === 0) return undefined;
    return { kind: 'leave', owner: this.#id, number: ++this.#calls, claim: 0, want: 0, epoch: this.#epoch };
  }

  /** The answer to a call. It counts if no later call was made, and if it is not too old. */
  answered({ number }: Call, answer: Answer, now: number): void {
    const { status, held, shed, members, epoch } = answer;
    if (this.#pending?.number !== number || status === 'late') return;
    this.#pending = undefined;
    this.#isMember = status === 'granted';
    const validUntil = this.#calledAt + validForMs(this.#terms);
    if (status === 'fenced') this.#fence();
    else if (now >= validUntil) this.#error ??= 'the answer came too late';
    else {
      this.#error = undefined;
      this.#members = members;
      this.#epoch = Math.max(this.#epoch, epoch);
      this.#granted = held;
      this.#limit = Math.max(0, held - shed);
      this.#validUntil = validUntil;
      this.#mode = 'granted';
    }
  }

  /** A call has failed, or nobody knows whether it was carried out. `error`: why, as text. */
  failed({ number }: Call, error: string, now: number): void {
    if (this.#pending?.number !== number) return;
    this.#pending = undefined;
    this.#fail(error, now);
  }

  get #isLeased(): boolean {
    return this.#mode !== undefined && this.#mode !== 'shrunk';
  }

  get #need(): number {
    return Math.max(this.#wanted, this.#held);
  }

  get #callAt(): number {
    // Who never wanted anything has not joined, and counts for nothing.
    if (this.#calls === 0 && this.#need === 0) return Infinity;
    const isSoon = this.#pending === undefined && this.#error === undefined && this.#isUrgent();
    return this.#calledAt + (isSoon ? callNoSoonerThanMs : callEveryMs)(this.#terms);
  }

  /** Whether there is more to say than that it is still there. */
  #isUrgent(): boolean {
    if (!this.#isMember) return true;
    // What it gives back somebody waits for.
    if (this.#limit < this.#granted) return this.#nextWant() < this.#granted;
    return this.#need > Math.max(this.#limit, this.#asked);
  }

  #nextWant(): number {
    // While nobody knows what the last call came to, nothing is given back: nothing more would be had until that is known.
    if (this.#error !== undefined) return Math.max(this.#need, this.#limit);
    // What others lack goes first; then it may want more again.
    return this.#limit < this.#granted ? Math.max(this.#held, Math.min(this.#limit, this.#need)) : this.#need;
  }

  #fence(): void {
    this.#error = undefined;
    this.#granted = this.#limit;
    if (this.#isLeased) this.#mode = 'fenced';
  }

  #fail(error: string, now: number): void {
    this.#error = error;
    if (this.#epoch === 0 || now >= this.#validUntil) this.#shrink();
    else if (this.#isLeased) this.#mode = 'held';
  }

  #shrink(): void {
    if (this.#mode === 'shrunk') return;
    this.#mode = 'shrunk';
    const { cap, onEngineDown, expectedReplicas, bootstrapShare } = this.#terms;
    if (onEngineDown === 'closed') this.#limit = 0;
    else if (onEngineDown === 'static') this.#limit = Math.floor(cap / expectedReplicas);
    else this.#limit = this.#epoch === 0 ? bootstrapShare : Math.min(this.#limit, Math.floor(cap / this.#members));
    this.#granted = this.#limit;
  }
}
