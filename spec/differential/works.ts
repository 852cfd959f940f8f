import { type Observable, Subject, map, take, timer } from 'rxjs';
import { nth, nthKey } from './nth.ts';
import type { WorkKind } from './script.ts';
import { failure } from './stage.ts';

type Begun = string | Promise<string> | Observable<string> | AsyncIterable<string>;

/** Work that goes on until somebody ends it. */
interface Open {
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

/** The work that is done with connections. */
export class Works {
  readonly #open = new Map<number, Open>();
  #last = 0;

  /** Begins work of a kind, or throws where it is of that kind. `ticket` says how it fails. */
  begin(kind: WorkKind, ticket: number): Begun {
    switch (kind) {
      case 'value':
        return 'a value';
      case 'promise':
        return this.#promise();
      case 'observable':
        return this.#observable();
      case 'timer':
        return timer(4).pipe(map(() => 'in time'));
      case 'throws':
        throw failure(ticket);
      case 'rejects':
        return Promise.reject(failure(ticket));
      case 'iterable':
        return this.#iterable();
    }
  }

  finish(n: number): void {
    this.#take(n)?.finish();
  }

  fail(n: number): void {
    this.#take(n)?.fail(failure(n));
  }

  /** Ends what still goes on. */
  end(): void {
    while (this.#open.size > 0) this.finish(0);
  }

  #take(n: number): Open | undefined {
    const found = nth(this.#open, n);
    const key = nthKey(this.#open, n);
    if (key !== undefined) this.#open.delete(key);
    return found;
  }

  #promise(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#open.set(++this.#last, { finish: () => resolve('kept'), fail: reject });
    });
  }

  #observable(): Observable<string> {
    const end$ = new Subject<string>();
    this.#open.set(++this.#last, { finish: () => end$.next('seen'), fail: (error) => end$.error(error) });
    return end$.pipe(take(1));
  }

  async *#iterable(): AsyncGenerator<string> {
    yield 'first';
    yield await this.#promise();
  }
}
