import { type LineServer, type Message, type Say, startLineServer } from './line-server.ts';
import { answer, initialising } from './scripted-server.ts';

/**
 * A server of the legacy era that asks back: a call with the arguments `{ asks, text }` is answered with what the client
 * answers to the request `asks`, which carries the text. With `after` it asks so many milliseconds after its answer.
 */
export function startAskingServer(): Promise<LineServer> {
  let asked = 0;
  const calls = new Map<unknown, { readonly id: Message['id'] }>();
  return startLineServer((message: Message, say: Say) => {
    const { id, method, params } = message;
    if (!('method' in message)) {
      const call = calls.get(id);
      calls.delete(id);
      const reply = message as unknown as { readonly result?: unknown; readonly error?: unknown };
      say({ id: call?.id, result: { content: [{ type: 'text', text: JSON.stringify(reply.result ?? reply.error) }] } });
      return;
    }
    if (method !== 'tools/call') {
      answer(message, initialising(), say);
      return;
    }
    const { asks, text, logs } = params?.['arguments'] as { asks?: string; text: string; logs?: boolean };
    if (logs === true) say({ method: 'notifications/message', params: { level: 'info', data: text } });
    if (asks === undefined) {
      say({ id, result: { content: [{ type: 'text', text }] } });
      return;
    }
    const question = `ask-${++asked}`;
    calls.set(question, { id });
    say({ id: question, method: asks, params: asking(asks, text) });
  });
}

function asking(method: string, text: string): Readonly<Record<string, unknown>> {
  if (method === 'sampling/createMessage') {
    return { messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens: 10 };
  }
  if (method === 'elicitation/create') {
    return { message: text, requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } };
  }
  return {};
}
