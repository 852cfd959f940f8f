import { type Observable, ReplaySubject } from 'rxjs';
import { Alarm } from '../base/alarm.ts';
import { messageOf } from '../base/thrown.ts';
import type { Allowance } from '../events/allowance.ts';
import type { PoolAllowance } from '../supply/sizing/allowance.ts';
import type { CarryOut } from './allowance-script.ts';
import type { Call } from './call.ts';
import type { Owner } from './owner.ts';

/**
 * The share of one pool: looks at its owner when something is due, and has its calls carried out. There is one call at a time
 * at most: a client that is not connected keeps calls, and a second one would come no sooner.
 */
export class ClusterShare implements PoolAllowance {
  readonly allowance$: Observable<Allowance>;
  readonly #owner: Owner;
  readonly #carryOut: CarryOut;
  readonly #allowance$ = new ReplaySubject<Allowance>(1);
  readonly #alarm = new Alarm(this.#look.bind(this));
  #told: Allowance | undefined;
  #isCalling = false;
  #isClosed = false;

  constructor(owner: Owner, carryOut: CarryOut) {
    this.allowance$ = this.#allowance$.asObservable();
    this.#owner = owner;
    this.#carryOut = carryOut;
  }

  want(wanted: number, held: number): void {
    this.#owner.want(wanted, held);
    this.#look();
  }

  close(): void {
    this.#isClosed = true;
    this.#alarm.clear();
    this.#allowance$.complete();
    const last = this.#owner.leave();
    // Where it does not arrive the share ends by itself, a little later.
    if (last !== undefined) this.#carryOut(last).catch(() => undefined);
  }

  #look(): void {
    if (this.#isClosed) return;
    const now = performance.now();
    const call = this.#owner.look(now) && !this.#isCalling ? this.#owner.call(now) : undefined;
    this.#isCalling ||= call !== undefined;
    const { nextAt, leaseEndsAt } = this.#owner;
    // A call that is due waits for the one that is under way.
    this.#alarm.setFor(this.#isCalling && nextAt <= now ? leaseEndsAt : nextAt);
    // What is given back must not be used any more when that is told.
    this.#tell();
    if (call !== undefined) void this.#send(call);
  }

  /** Never rejects. */
  async #send(call: Call): Promise<void> {
    // The pool may have ended when it was told of less.
    if (this.#isClosed) return;
    try {
      const answer = await this.#carryOut(call);
      this.#owner.answered(call, answer, performance.now());
    } catch (error) {
      this.#owner.failed(call, messageOf(error), performance.now());
    }
    this.#isCalling = false;
    this.#look();
  }

  #tell(): void {
    const { allowance } = this.#owner;
    if (allowance === undefined || isSame(allowance, this.#told)) return;
    this.#told = allowance;
    this.#allowance$.next(allowance);
  }
}

function isSame(one: Allowance, other: Allowance | undefined): boolean {
  return one.limit === other?.limit && one.mode === other.mode && one.epoch === other.epoch;
}
