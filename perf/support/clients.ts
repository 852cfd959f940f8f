import { Observable, Subject, lastValueFrom, merge } from 'rxjs';
import type { Meter } from './meter.ts';
import type { Target } from './target.ts';

/** How many requests, and by how many clients at once. */
export interface Load {
  readonly clients: number;
  /** Of all clients together. */
  readonly requests: number;
}

/**
 * A closed loop: each client asks for its next request as soon as it has the answer to the last one, until the batch is
 * used up. They draw from one common batch, so that none of them is left alone at its end.
 */
export async function serveBatch(target: Target, { clients, requests }: Load, meter: Meter): Promise<void> {
  let left = requests;
  const draw = (): number | undefined => (left > 0 ? --left : undefined);
  const all = Array.from({ length: clients }, () => client(target, draw, meter));
  await lastValueFrom(merge(...all), { defaultValue: undefined });
}

function client(target: Target, draw: () => number | undefined, meter: Meter): Observable<never> {
  return new Observable((subscriber) => {
    const requests$ = new Subject<number>();
    // The end of one request is the beginning of the next, which saves a look at the clock.
    let since = performance.now();
    const ask = (): void => {
      const request = draw();
      if (request === undefined) requests$.complete();
      else requests$.next(request);
    };
    const answers$ = target.serve(requests$);
    subscriber.add(
      answers$.subscribe({
        next: (outcome) => {
          const now = performance.now();
          meter.record(now - since, outcome);
          since = now;
          ask();
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          subscriber.complete();
        },
      }),
    );
    ask();
  });
}
