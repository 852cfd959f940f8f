import { type ObservableInput, Subscription, from } from 'rxjs';
import { report } from '../base/report.ts';
import type { LeaseHolder, PoolLease, Revocation } from './lease.ts';

/** Who knows what has to end before a connection may serve anybody else; `undefined`: nothing. */
export interface QuarantineRule<C> {
  quarantine?(connection: C): ObservableInput<unknown> | undefined;
}

/** Where leases go after their quarantine. */
export interface QuarantineListener<C> {
  /** The connection is free. */
  free(lease: PoolLease<C>): void;
  /** It failed, or went on for too long. */
  spoilt(lease: PoolLease<C>, error: unknown): void;
}

/** Keeps connections from others that were given back while they still work for whoever had them. */
export class Quarantine<C> {
  readonly #rule: QuarantineRule<C>;
  readonly #limitMs: number;
  readonly #listener: QuarantineListener<C>;

  /** After `limitMs` milliseconds a connection whose quarantine goes on is of no more use; 0: never. */
  constructor(rule: QuarantineRule<C>, limitMs: number, listener: QuarantineListener<C>) {
    this.#rule = rule;
    this.#limitMs = limitMs;
    this.#listener = listener;
  }

  /** Whether the lease, which is over for its holder, has to wait; if so, the listener is told when the wait ends. */
  takes(lease: PoolLease<C>): boolean {
    if (lease.fault?.isBroken === true) return false;
    const end$ = this.#endOf(lease.whole);
    if (end$ === undefined) return false;
    const stay = new Stay();
    lease.holder = stay;
    const free = (): void => {
      if (stay.end()) this.#free(lease);
    };
    const spoilt = (error: unknown): void => {
      if (stay.end()) this.#listener.spoilt(lease, error);
    };
    if (this.#limitMs > 0) stay.limit(this.#limitMs, spoilt);
    stay.add(from(end$).subscribe({ next: free, error: spoilt, complete: free }));
    return true;
  }

  /** Its end is a sign of life: a connection that did not answer in time needs no check any more. */
  #free(lease: PoolLease<C>): void {
    if (lease.fault !== undefined) lease.fault = { ...lease.fault, isFailure: false, timedOut: undefined };
    this.#listener.free(lease);
  }

  #endOf(connection: C): ObservableInput<unknown> | undefined {
    try {
      return this.#rule.quarantine?.(connection);
    } catch (error) {
      report(error);
      return undefined;
    }
  }
}

/** In the place of the holder: a connection that is lost meanwhile needs no quarantine any more. */
class Stay implements LeaseHolder {
  readonly #subscription = new Subscription();

  add(subscription: Subscription): void {
    this.#subscription.add(subscription);
  }

  /** Calls back when it has lasted for so many milliseconds. */
  limit(ms: number, late: (error: Error) => void): void {
    const timer = setTimeout(() => {
      late(new Error(`the quarantine went on for ${ms} ms`));
    }, ms);
    this.#subscription.add(() => {
      clearTimeout(timer);
    });
  }

  /** False when it has ended before. */
  end(): boolean {
    if (this.#subscription.closed) return false;
    this.#subscription.unsubscribe();
    return true;
  }

  revoked({ reason }: Revocation): void {
    if (reason === 'down' || reason === 'closed') this.end();
  }
}
