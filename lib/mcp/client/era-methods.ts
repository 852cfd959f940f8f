import { type ProtocolEra, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';

/** The requests of the protocol that only one of the eras has. */
const ofLegacy: ReadonlySet<string> = new Set([
  'initialize',
  'logging/setLevel',
  'ping',
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/cancel',
  'tasks/get',
  'tasks/list',
  'tasks/result',
]);
const ofModern: ReadonlySet<string> = new Set(['server/discover', 'subscriptions/listen']);

/** The SDK's error for a request that the era does not have; `undefined` for any other, those that nobody knows included. */
export function eraRefusal(era: ProtocolEra | undefined, method: string): SdkError | undefined {
  if (era === undefined || !(era === 'modern' ? ofLegacy : ofModern).has(method)) return undefined;
  const what = `Method '${method}' is not supported by the negotiated protocol version (wire era ${era})`;
  return new SdkError(SdkErrorCode.MethodNotSupportedByProtocolVersion, what, { method, era });
}
