import { type LineServer, type Message, type Say, startLineServer } from './line-server.ts';
import { answer, initialising } from './scripted-server.ts';

/** A server that answers tool calls when a spec wants it, and everything else at once. */
export interface AskedServer extends LineServer {
  /** Calls that are not answered yet. */
  readonly calls: { readonly message: Message; readonly say: Say }[];
  /** The methods of all messages. */
  readonly methods: string[];
  /** Answers the calls that are not, and says each of these before. */
  answerAll(...before: Readonly<Record<string, unknown>>[]): void;
  /** Forgets all that it was asked. */
  reset(): void;
}

export async function startAskedServer(): Promise<AskedServer> {
  const calls: AskedServer['calls'] = [];
  const methods: string[] = [];
  const server = await startLineServer((message, say) => {
    methods.push(message.method);
    if (message.method === 'tools/call') calls.push({ message, say });
    else if (message.method.startsWith('resources/')) say({ id: message.id, result: {} });
    else answer(message, initialising(), say);
  });
  const answerAll: AskedServer['answerAll'] = (...before) => {
    for (const { message, say } of calls.splice(0)) {
      before.forEach(say);
      say({ id: message.id, result: { content: [] } });
    }
  };
  const reset = (): void => {
    calls.length = 0;
    methods.length = 0;
  };
  return { ...server, calls, methods, answerAll, reset };
}
