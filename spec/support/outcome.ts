import { type Observable, Subscription } from 'rxjs';
import { PoolError, type PoolErrorCode } from '../../lib/index.ts';

/** What became of a checkout; each subscription may end only once. */
export interface Outcome<T> {
  value: T | undefined;
  error: unknown;
  /** Values, errors and completions told. */
  values: number;
  errors: number;
  completions: number;
  leave(): void;
}

/** Subscribes and writes down what comes. */
export function outcomeOf<T>(source$: Observable<T>): Outcome<T> {
  const outcome: Outcome<T> = {
    value: undefined,
    error: undefined,
    values: 0,
    errors: 0,
    completions: 0,
    leave: () => {
      subscription.unsubscribe();
    },
  };
  const subscription = new Subscription();
  subscription.add(
    source$.subscribe({
      next: (value) => {
        outcome.value = value;
        outcome.values++;
      },
      error: (error: unknown) => {
        outcome.error = error;
        outcome.errors++;
      },
      complete: () => outcome.completions++,
    }),
  );
  return outcome;
}

/** The value, which must have come. */
export function valueOf<T>({ value, error }: Outcome<T>): T {
  if (value === undefined) throw new Error('no value came', { cause: error });
  return value;
}

/** The code of the error, `undefined` for anything that is not a `PoolError`. */
export function codeOf(error: unknown): PoolErrorCode | undefined {
  return error instanceof PoolError ? (error as PoolError).code : undefined;
}

/** A lease that `tryCheckout()` must have given. */
export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was given');
  return value;
}
