import type { JSONRPCMessage } from '@modelcontextprotocol/client';

const BYTE_ORDER_MARK = '\uFEFF';

/** All that an answer may have. */
const ofAnswers: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'result', 'error']);

/**
 * The message in a line, if it is one; the messages of a batch, which the revision of 2025-03-26 lets a server send, where
 * at least one of its members is a message. Only their shape is looked at: the SDK's `parseJSONRPCMessage` would add 0.4 to
 * 0.9 µs to the 0.5 µs of `JSON.parse`, and its protocol layer checks each message with the full schemas anyway.
 */
export function parseMessage(text: string): JSONRPCMessage | readonly JSONRPCMessage[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (isMessage(value)) return value;
    return Array.isArray(value) ? messagesOf(value) : undefined;
  } catch {
    // Some tools on Windows write the mark in front of a stream, or of each line.
    return text.startsWith(BYTE_ORDER_MARK) ? parseMessage(text.slice(1)) : undefined;
  }
}

/** Whether a line held a batch. */
export function isBatch(parsed: JSONRPCMessage | readonly JSONRPCMessage[]): parsed is readonly JSONRPCMessage[] {
  return Array.isArray(parsed);
}

function messagesOf(batch: readonly unknown[]): readonly JSONRPCMessage[] | undefined {
  const messages = batch.filter(isMessage);
  return messages.length === 0 ? undefined : messages;
}

function isMessage(value: unknown): value is JSONRPCMessage {
  if (typeof value !== 'object' || value === null) return false;
  if (!('jsonrpc' in value) || value.jsonrpc !== '2.0') return isBareAnswer(value);
  // An answer may lack what makes it one; whoever waits for it is told so at once.
  return 'method' in value ? typeof value.method === 'string' : 'result' in value || 'error' in value || 'id' in value;
}

/** Whether it is an answer that lacks its `jsonrpc`, and not the line of a log: it has nothing else that an answer has not. */
function isBareAnswer(value: object): boolean {
  if (!('id' in value) || !('result' in value || 'error' in value)) return false;
  return Object.keys(value).every((key) => ofAnswers.has(key));
}
