import { Observable, type ObservableInput } from 'rxjs';

/** What is done with a leased connection for one request. */
export type RequestWork = (request: number) => ObservableInput<unknown>;

/** Nothing but one turn of the microtask queue: what is left is the pool's own cost. */
export function bareWork(request: number): Promise<number> {
  return Promise.resolve(request);
}

/** A use of 1 to 5 ms. */
export function timedWork(request: number): Observable<number> {
  return new Observable((subscriber) => {
    const timer = setTimeout(() => {
      subscriber.next(request);
      subscriber.complete();
    }, useMs(request));
    return () => {
      clearTimeout(timer);
    };
  });
}

/** 1, 2, 3, 4 or 5 milliseconds, evenly spread and the same for a request in every run. */
export function useMs(request: number): number {
  // A Weyl sequence: consecutive requests differ, and no run of the batch is slower than another.
  const fraction = (Math.imul(request, 0x9e3779b9) >>> 0) / 0x100000000;
  return 1 + Math.floor(5 * fraction);
}
