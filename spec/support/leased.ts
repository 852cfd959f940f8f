import { Observable, type ObservableInput } from 'rxjs';
import type { Lease } from '../../lib/checkout/lease.ts';
import { Use } from '../../lib/requests/use.ts';

/** A use as an observable: what it tells its user. */
export function leased<C, T>(
  lease$: Observable<Lease<C>>,
  work: (connection: C, lease: Lease<C>) => ObservableInput<T>,
): Observable<T> {
  return new Observable((subscriber) => {
    const use = new Use<C, T>({
      get closed() {
        return subscriber.closed;
      },
      work,
      next: (value) => {
        subscriber.next(value);
      },
      error: (reason) => {
        subscriber.error(reason);
      },
      complete: () => {
        subscriber.complete();
      },
    });
    subscriber.add(use);
    use.begin(lease$);
  });
}
