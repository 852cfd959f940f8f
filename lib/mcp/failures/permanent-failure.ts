import {
  InsufficientScopeError,
  OAuthClientFlowError,
  OAuthError,
  OAuthErrorCode,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { LastingExit } from './exit-failure.ts';
import { SpawnFailure } from './spawn-failure.ts';
import { isTlsRefusal } from './tls-refusal.ts';

/**
 * System errors that do not pass: a missing command stays missing. A shortage of descriptors, memory or processes may
 * pass.
 */
const permanentCodes: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'EACCES'];

/**
 * Whether connecting again is of no use until somebody changes something. The command or its working directory does not
 * exist or may not be executed; the program ends at once each time in the same way; client and server have no protocol
 * version in common; one does not trust the certificate of the other; or the server does not let us in and the provider
 * of tokens cannot help.
 */
export function isPermanent(error: unknown): boolean {
  if (error instanceof LastingExit) return true;
  if (error instanceof SpawnFailure) return permanentCodes.includes(error.code);
  if (!(error instanceof Error)) return false;
  if (isTlsRefusal(error)) return true;
  return isVersionRefused(error) || isVersionUnknown(error) || isEraMissing(error) || isUnauthorized(error);
}

/** Errors of an authorization server that is in trouble itself, which passes. */
const passingCodes: readonly unknown[] = [
  OAuthErrorCode.ServerError,
  OAuthErrorCode.TemporarilyUnavailable,
  OAuthErrorCode.TooManyRequests,
];

/** Credentials that the server does not take will not get better by themselves, and asking again may lock them. */
function isUnauthorized(error: Error): boolean {
  if (error instanceof UnauthorizedError || error instanceof InsufficientScopeError) return true;
  if (error instanceof OAuthClientFlowError) return true;
  if (error instanceof OAuthError) return !passingCodes.includes(error.code);
  return error instanceof SdkHttpError && (error.status === 401 || error.status === 403);
}

/** The server refused each version that it was offered: `-32022`, or a JSON-RPC error that lists what it supports. */
function isVersionRefused(error: Error): boolean {
  if (!('code' in error)) return false;
  if (error.code === ProtocolErrorCode.UnsupportedProtocolVersion) return true;
  const data: unknown = 'data' in error ? error.data : undefined;
  return (
    error.code === ProtocolErrorCode.InvalidParams && Array.isArray(Reflect.get(Object(data) as object, 'supported'))
  );
}

/** The server offered a version that the client does not know. The SDK tells it by its message only. */
function isVersionUnknown({ message }: Error): boolean {
  return message.startsWith("Server's protocol version is not supported");
}

/** The server was asked for its versions and answered. A probe that got no answer has a cause, or a connection that closed. */
function isEraMissing(error: Error): boolean {
  if (!(error instanceof SdkError) || error.code !== SdkErrorCode.EraNegotiationFailed) return false;
  return error.cause === undefined && !/closed|HTTP/.test(error.message);
}
