import type { JSONRPCMessage } from '@modelcontextprotocol/client';

/**
 * The message, where it is an error without what is secret in it: errors are quoted in events and in other errors. Results
 * are for whoever asked, and stay as the server sent them.
 */
export function struckOut(message: JSONRPCMessage, redact: ((text: string) => string) | undefined): JSONRPCMessage {
  if (redact === undefined || !('error' in message)) return message;
  const text = JSON.stringify(message.error);
  const clean = redact(text);
  return clean === text ? message : { ...message, error: JSON.parse(clean) as typeof message.error };
}
