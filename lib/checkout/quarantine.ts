import { type ObservableInput, Subscription, from } from 'rxjs';
import { report } from '../base/report.ts';
import type { LeaseHolder, PoolLease } from './lease.ts';
import type { Revocation } from './revocation.ts';

/** Tells what has to end before a connection may serve another checkout; `undefined`: nothing. */
export interface QuarantineRule<C> {
  quarantine?(connection: C): ObservableInput<unknown> | undefined;
}

/** Gets leases after their quarantine. */
interface QuarantineListener<C> {
  /** The quarantine has ended: the connection is free. */
  free(lease: PoolLease<C>): void;
  /** The quarantine failed, or took too long. */
  failed(lease: PoolLease<C>, error: unknown): void;
}

/** Keeps connections that were checked in from other checkouts, while they still work for their last holder. */
export class Quarantine<C> {
  readonly #rule: QuarantineRule<C>;
  readonly #limitMs: number;
  readonly #listener: QuarantineListener<C>;

  /** A connection whose quarantine takes longer than `limitMs` milliseconds is unusable; 0: no limit. */
  constructor(rule: QuarantineRule<C>, limitMs: number, listener: QuarantineListener<C>) {
    this.#rule = rule;
    this.#limitMs = limitMs;
    this.#listener = listener;
  }

  /**
   * Begins the quarantine of a lease that has ended for its holder. Returns false if none is needed; otherwise the
   * listener is called at its end.
   */
  takes(lease: PoolLease<C>): boolean {
    if (lease.fault?.isBroken === true) return false;
    const end$ = this.#endOf(lease.whole);
    if (end$ === undefined) return false;
    const stay = new QuarantineStay();
    lease.holder = stay;
    const free = (): void => {
      if (stay.end()) this.#free(lease);
    };
    const failed = (error: unknown): void => {
      if (stay.end()) this.#listener.failed(lease, error);
    };
    if (this.#limitMs > 0) stay.limit(this.#limitMs, failed);
    stay.add(from(end$).subscribe({ next: free, error: failed, complete: free }));
    return true;
  }

  /**
   * The end of a quarantine shows that the connection answers: after a request that timed out it needs no check any
   * more.
   */
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

/** One quarantine. It is the holder of the lease meanwhile, and ends early when the connection is lost. */
class QuarantineStay implements LeaseHolder {
  readonly #subscription = new Subscription();

  add(subscription: Subscription): void {
    this.#subscription.add(subscription);
  }

  /** Calls `late` after `ms` milliseconds. */
  limit(ms: number, late: (error: Error) => void): void {
    const timer = setTimeout(() => {
      late(new Error(`the quarantine went on for ${ms} ms`));
    }, ms);
    this.#subscription.add(() => {
      clearTimeout(timer);
    });
  }

  /** Ends the quarantine; false if it had ended already. */
  end(): boolean {
    if (this.#subscription.closed) return false;
    this.#subscription.unsubscribe();
    return true;
  }

  revoked({ reason }: Revocation): void {
    if (reason === 'down' || reason === 'closed') this.end();
  }
}
