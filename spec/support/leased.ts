import { Observable, type ObservableInput } from 'rxjs';
import type { Lease } from '../../lib/checkout/lease.ts';
import { type Job, RequestRun } from '../../lib/requests/request-run.ts';

/** A run as an observable: what it tells its job. */
export function leased<C, T>(
  lease$: Observable<Lease<C>>,
  work: (connection: C, lease: Lease<C>) => ObservableInput<T>,
): Observable<T> {
  return new Observable((subscriber) => {
    const job: Job<C, T, string> = {
      get closed() {
        return subscriber.closed;
      },
      work: (connection, _, lease) => work(connection, lease),
      next: (value) => {
        subscriber.next(value);
      },
      error: (reason) => {
        subscriber.error(reason);
      },
      complete: () => {
        subscriber.complete();
      },
    };
    const run = new RequestRun(job, 'a request', undefined);
    subscriber.add(run);
    run.begin(lease$);
  });
}
