import { type Observable, type Observer, Subject, type Subscription } from 'rxjs';
import type { Lease } from '../../../lib/index.ts';
import { Deliberate } from '../../support/deliberate.ts';
import type { FakeConnection } from '../../support/fake-server.ts';

type Leased = Lease<FakeConnection>;
type Tell = (line: string) => void;

/** Subscribes in one of the ways that RxJS knows, and tells what it hears. */
export type Shape = (lease$: Observable<Leased>, tell: Tell) => Subscription;

/** An observer with all its methods, which tells. */
function full(tell: Tell): Observer<Leased> {
  return {
    next: ({ id }) => tell(`lease ${id}`),
    error: (reason: unknown) => tell(`error ${textOf(reason)}`),
    complete: () => tell('complete'),
  };
}

function textOf(reason: unknown): string {
  return reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason);
}

/** Its methods stand on the prototype and need their `this`. */
class Told implements Observer<Leased> {
  readonly #tell: Tell;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  next({ id }: Leased): void {
    this.#tell(`lease ${id}`);
  }

  error(reason: unknown): void {
    this.#tell(`error ${textOf(reason)}`);
  }

  complete(): void {
    this.#tell('complete');
  }
}

const fail = (): never => {
  throw new Deliberate();
};
/** What untyped code may pass. */
const untyped = (value: unknown): Partial<Observer<Leased>> => value as Partial<Observer<Leased>>;

export const shapes: Readonly<Record<string, Shape>> = {
  'an observer': (lease$, tell) => lease$.subscribe(full(tell)),
  'a function': (lease$, tell) => lease$.subscribe(full(tell).next),
  nothing: (lease$) => lease$.subscribe(),
  undefined: (lease$) => lease$.subscribe(undefined),
  null: (lease$) => lease$.subscribe(untyped(null)),
  'an empty object': (lease$) => lease$.subscribe(untyped({})),
  'three functions': (lease$, tell) => {
    const { next, error, complete } = full(tell);
    // eslint-disable-next-line @typescript-eslint/no-deprecated, rxjs-x/prefer-observer -- RxJS still takes them
    return lease$.subscribe(next, error, complete);
  },
  'null and a function for errors': (lease$, tell) => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated, rxjs-x/prefer-observer -- RxJS still takes them
    return lease$.subscribe(null, full(tell).error);
  },
  'an observer of leases only': (lease$, tell) => lease$.subscribe({ next: full(tell).next }),
  'an observer of errors only': (lease$, tell) => lease$.subscribe({ error: full(tell).error }),
  'an observer of the completion only': (lease$, tell) => lease$.subscribe({ complete: full(tell).complete }),
  'an observer whose methods are null': (lease$) =>
    lease$.subscribe(untyped({ next: null, error: null, complete: null })),
  'an observer whose next is undefined': (lease$, tell) =>
    lease$.subscribe(untyped({ ...full(tell), next: undefined })),
  'an observer whose methods are no functions': (lease$) =>
    lease$.subscribe(untyped({ next: 1, error: 'error', complete: {} })),
  'an observer of a class': (lease$, tell) => lease$.subscribe(new Told(tell)),
  'a frozen observer': (lease$, tell) => lease$.subscribe(Object.freeze(full(tell))),
  'an observer with getters': (lease$, tell) => {
    const observer = full(tell);
    return lease$.subscribe({
      get next() {
        return observer.next;
      },
      get error() {
        return observer.error;
      },
      get complete() {
        return observer.complete;
      },
    });
  },
  'an observer that is closed': (lease$, tell) => lease$.subscribe(untyped({ ...full(tell), closed: true })),
  'an observer with an unsubscribe of its own': (lease$, tell) =>
    lease$.subscribe(untyped({ ...full(tell), add: () => tell('add'), unsubscribe: () => tell('unsubscribe') })),
  'an observer that is changed afterwards': (lease$, tell) => {
    const observer = full(tell);
    const subscription = lease$.subscribe(observer);
    observer.next = ({ id }) => tell(`changed: lease ${id}`);
    observer.error = () => tell('changed: error');
    observer.complete = () => tell('changed: complete');
    return subscription;
  },
  'a subject': (lease$, tell) => {
    const subject$ = new Subject<Leased>();
    subject$.subscribe(full(tell));
    return lease$.subscribe(subject$);
  },
  'a next that throws': (lease$, tell) => lease$.subscribe({ ...full(tell), next: fail }),
  'an error that throws': (lease$, tell) => lease$.subscribe({ ...full(tell), error: fail }),
  'a completion that throws': (lease$, tell) => lease$.subscribe({ ...full(tell), complete: fail }),
  'a next that checks in': (lease$, tell) =>
    lease$.subscribe({
      ...full(tell),
      next: (lease) => {
        tell(`lease ${lease.id}`);
        lease.checkin();
        tell('is back');
      },
    }),
};
