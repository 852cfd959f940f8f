import {
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  type SubscriptionFilter,
} from '@modelcontextprotocol/client';
import { PoolError } from '../../errors.ts';
import { LastingExit } from './exit-failure.ts';
import { isPermanent } from './permanent-failure.ts';

/** Errors that a server would give again next time. */
const lastingAnswers: readonly unknown[] = [
  ProtocolErrorCode.InvalidRequest,
  ProtocolErrorCode.MethodNotFound,
  ProtocolErrorCode.InvalidParams,
  ProtocolErrorCode.ResourceNotFound,
  ProtocolErrorCode.MissingRequiredClientCapability,
];

const lastingCodes: readonly unknown[] = [
  SdkErrorCode.CapabilityNotSupported,
  SdkErrorCode.MethodNotSupportedByProtocolVersion,
];

/**
 * Whether subscribing again is of no use: the server knows no such thing or does not let us in, connecting to it fails
 * for good, or the pool is closed. All else passes: a server that is away, busy or in trouble.
 */
export function isLasting(error: unknown): boolean {
  // A checkout without a deadline fails with POOL_CONNECT_FAILED only when the failure is permanent.
  if (error instanceof PoolError) {
    // A program that ends at once may do so while it is being replaced by another version.
    return (
      error.code === 'POOL_CLOSED' || (error.code === 'POOL_CONNECT_FAILED' && !(error.cause instanceof LastingExit))
    );
  }
  if (error instanceof ProtocolError && lastingAnswers.includes(error.code)) return true;
  if (error instanceof SdkError && lastingCodes.includes(error.code)) return true;
  return error instanceof NotToldError || isPermanent(error);
}

/** The server has accepted a subscription, but to less than was asked for. */
export class NotToldError extends Error {
  constructor(missing: readonly string[]) {
    super(`the server does not tell of ${missing.join(', ')}`);
  }
}

/** Throws a `NotToldError` unless the server tells of all that is wanted. */
export function checkTold(wanted: SubscriptionFilter, honoured: SubscriptionFilter): void {
  const missing = Object.keys(wanted).filter((name) => !(name in honoured));
  if (missing.length > 0) throw new NotToldError(missing);
}
