import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { mapTexts } from './map-texts.ts';

/**
 * The message, where it is an error without what is secret in its texts: errors are quoted in events and in other errors.
 * It stays an answer, with its code, whatever the secret is. Results are for whoever asked, and stay as the server sent
 * them.
 */
export function redactedMessage(
  message: JSONRPCMessage,
  redact: ((text: string) => string) | undefined,
): JSONRPCMessage {
  if (redact === undefined || !('error' in message)) return message;
  const error = mapTexts(message.error, redact) as typeof message.error;
  return error === message.error ? message : { ...message, error };
}
