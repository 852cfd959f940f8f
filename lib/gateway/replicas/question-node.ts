import type { JSONRPCNotification, JSONRPCRequest, RequestId } from '@modelcontextprotocol/client';

const MARKED = /^(.*)@([\w-]{8})$/;

/** A question, or the word that one is taken back, with the node that has asked: its answer may come to another one. */
export function withNode(
  message: JSONRPCRequest | JSONRPCNotification,
  node: string | undefined,
): JSONRPCRequest | JSONRPCNotification {
  if (node === undefined) return message;
  if ('id' in message) return { ...message, id: marked(message.id, node) };
  const { method, params } = message;
  if (method !== 'notifications/cancelled') return message;
  return { ...message, params: { ...params, requestId: marked(params?.['requestId'] as RequestId, node) } };
}

/** The node that has asked the question with this id; `undefined` where the id does not say. */
export function nodeOfQuestion(id: unknown): string | undefined {
  return typeof id === 'string' ? MARKED.exec(id)?.[2] : undefined;
}

/** The id that a question of this node had before it was marked. */
export function ownQuestion(id: RequestId | undefined, node: string | undefined): RequestId | undefined {
  const [, own, by] = typeof id === 'string' && node !== undefined ? (MARKED.exec(id) ?? []) : [];
  return by === node && own !== undefined ? own : id;
}

function marked(id: RequestId, node: string): string {
  return `${id}@${node}`;
}
