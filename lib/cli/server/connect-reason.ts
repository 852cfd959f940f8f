import { PoolError } from '../../errors.ts';

/** The pool says that it could not connect; what the person wants to know is why. */
export function connectReason(error: unknown): unknown {
  return error instanceof PoolError && error.cause !== undefined ? error.cause : error;
}

/** A reason for people, with the server's name before it unless it begins with that. */
export function reasonWith(target: string, reason: string): string {
  return reason.startsWith(target) ? reason : `${target}: ${reason}`;
}
