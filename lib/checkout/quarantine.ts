import { type ObservableInput, Subscription, from } from 'rxjs';
import { report } from '../report.ts';
import type { LeaseHolder, PoolLease, Revocation } from './lease.ts';

/** Who knows what has to end before a connection may serve anybody else; `undefined`: nothing. */
export interface QuarantineRule<C> {
  quarantine?(connection: C): ObservableInput<unknown> | undefined;
}

/** Where leases go after their quarantine. */
export interface QuarantineListener<C> {
  /** The connection is free. */
  free(lease: PoolLease<C>): void;
  /** It is of no more use. */
  spoilt(lease: PoolLease<C>, error: unknown): void;
}

/** Keeps connections from others that were given back while they still work for whoever had them. */
export class Quarantine<C> {
  readonly #rule: QuarantineRule<C>;
  readonly #listener: QuarantineListener<C>;

  constructor(rule: QuarantineRule<C>, listener: QuarantineListener<C>) {
    this.#rule = rule;
    this.#listener = listener;
  }

  /** Whether the lease has to wait; if so, it is over for its holder, and the listener is told when the wait ends. */
  takes(lease: PoolLease<C>): boolean {
    const end$ = this.#endOf(lease.connection);
    // What did not answer in time is out of service already, and is checked before it serves anybody.
    if (end$ === undefined || lease.fault?.timedOut !== undefined) return false;
    const stay = new Stay();
    lease.holder = stay;
    lease.end('returned');
    stay.add(
      from(end$).subscribe({
        next: () => {
          if (stay.end()) this.#listener.free(lease);
        },
        error: (error: unknown) => {
          if (stay.end()) this.#listener.spoilt(lease, error);
        },
        complete: () => {
          if (stay.end()) this.#listener.free(lease);
        },
      }),
    );
    return true;
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
