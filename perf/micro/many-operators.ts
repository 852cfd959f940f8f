import {
  BehaviorSubject,
  type Observable,
  Subject,
  catchError,
  concatMap,
  defer,
  filter,
  finalize,
  from,
  map,
  mergeMap,
  of,
  scan,
  share,
  switchMap,
  take,
  takeUntil,
  tap,
  toArray,
} from 'rxjs';

/**
 * Uses RxJS as an application does, many operators and many kinds of subscribers: V8 then no longer inlines its
 * subscribers into whatever is measured next.
 */
export function manyOperators(): void {
  const subject$ = new Subject<number>();
  const inputs: (() => Observable<number>)[] = [
    () => of(1, 2, 3),
    () => from([1, 2, 3]),
    () => new BehaviorSubject(1).pipe(take(1)),
    () => defer(() => of(1)),
    () => subject$.pipe(take(1)),
  ];
  for (let i = 0; i < 5000; i++) {
    for (const input of inputs) for (const chain of chains) chain(input()).subscribe({ next: ignore, error: ignore });
    subject$.next(i);
  }
}

const never$ = new Subject<unknown>();
const chains: readonly ((numbers$: Observable<number>) => Observable<unknown>)[] = [
  (numbers$) => numbers$.pipe(map((n) => n + 1)),
  (numbers$) =>
    numbers$.pipe(
      filter((n) => n > 1),
      tap(ignore),
    ),
  (numbers$) =>
    numbers$.pipe(
      mergeMap((n) => of(n)),
      scan((sum, n) => sum + n, 0),
    ),
  (numbers$) =>
    numbers$.pipe(
      concatMap((n) => [n]),
      toArray(),
    ),
  (numbers$) =>
    numbers$.pipe(
      switchMap((n) => of(n)),
      finalize(ignore),
    ),
  (numbers$) => numbers$.pipe(takeUntil(never$), share()),
  (numbers$) => numbers$.pipe(catchError(() => of(0))),
];

function ignore(): void {
  // What comes out does not matter.
}
