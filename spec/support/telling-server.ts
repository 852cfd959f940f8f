import { type LineServer, type Message, type Say, startLineServer } from './line-server.ts';
import { answer, initialising } from './scripted-server.ts';

/** A server of the legacy era that writes down who subscribes, and says what it is told to say. */
export interface TellingServer extends LineServer {
  /** What it was asked about resources so far, as `resources/subscribe file:///a`. */
  readonly asked: string[];
  /** Says it to whoever asked last, or before that to whoever came last. */
  readonly say: Say;
}

/** What it does with what it is asked about a resource; `nth` is 1 for the first. */
export type Subscribed = (message: Message, say: Say, nth: number) => void;

export async function startTellingServer(subscribed: Subscribed = accept): Promise<TellingServer> {
  const asked: string[] = [];
  let sayLast: Say = () => undefined;
  const server = await startLineServer((message, say, socket) => {
    const { method, params } = message;
    if (method.startsWith('resources/') || (method === 'notifications/initialized' && asked.length === 0))
      sayLast = say;
    if (!method.startsWith('resources/')) {
      answer(message, initialising(), say);
      return;
    }
    asked.push(`${method} ${String(params?.['uri'])}`);
    // All that is said at once goes out in one chunk.
    socket.cork();
    subscribed(message, say, asked.length);
    socket.uncork();
  });
  return {
    ...server,
    asked,
    say: (message) => {
      sayLast(message);
    },
  };
}

/** Takes it. */
export function accept({ id }: Message, say: Say): void {
  say({ id, result: {} });
}

/** How it tells that a resource has changed. */
export function updated(uri: string): { readonly method: string; readonly params: { readonly uri: string } } {
  return { method: 'notifications/resources/updated', params: { uri } };
}
