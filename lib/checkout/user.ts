import type { ObservableInput } from 'rxjs';
import type { Lease } from './lease.ts';

/** What is done with a leased connection. */
export type Work<C, T> = (connection: C, lease: Lease<C>) => ObservableInput<T>;

/** For whom a connection is used, and who is told what comes of it. */
export interface User<C, T> {
  /** Whether nobody wants it any more: work must not begin, nor go on. */
  readonly closed: boolean;
  work(connection: C, lease: Lease<C>): ObservableInput<T>;
  next(value: T): void;
  error(reason: unknown): void;
  complete(): void;
}
