import { PoolError } from '../../errors.ts';

/** The pool says that it could not connect; what the person wants to know is why. */
export function connectReason(error: unknown): unknown {
  return error instanceof PoolError && error.cause !== undefined ? error.cause : error;
}
