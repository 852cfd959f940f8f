import { createRequire } from 'node:module';
import type * as undici from 'undici';
import { type RawClient, type Told, type Tool, textOf } from './call.ts';

/** This file alone, without types of its own: `undici` as a whole replaces what the built-in `fetch` sends by. */
const Agent = createRequire(import.meta.url)('undici/lib/dispatcher/agent.js') as typeof undici.Agent;

const headers = [
  ...['content-type', 'application/json', 'accept', 'application/json, text/event-stream'],
  ...['mcp-session-id', '5b3e3a8e-6a9c-4a53-b0b5-0c4f6c1f1a55', 'mcp-protocol-version', '2025-11-25'],
];

/** `Agent.dispatch` of undici and `JSON.parse`, without a promise or a stream: what any client has to pay for a call. */
export function rawHttp(port: number, path: '/json' | '/sse', tool: Tool): RawClient {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  const target = { origin: `http://127.0.0.1:${port}`, path, method: 'POST' as const, headers };
  let lastId = 0;
  let progress = 0;
  const take = (message: Told): boolean => {
    if (message.id !== undefined) return message.result !== undefined;
    progress++;
    return false;
  };
  const ask = (answered: () => void): void => {
    const body = textOf(++lastId, tool);
    agent.dispatch({ ...target, body }, handlerOf(path === '/json' ? takeJson(take) : takeEvents(take), answered));
  };
  return { ask, progress: () => progress };
}

/** Looks at a whole body, and says whether it held the answer. */
type TakeBody = (body: string) => boolean;

function takeJson(take: (message: Told) => boolean): TakeBody {
  return (body) => take(JSON.parse(body) as Told);
}

/** Of events that have their data in one line. */
function takeEvents(take: (message: Told) => boolean): TakeBody {
  return (body) => {
    let isAnswered = false;
    for (let at = body.indexOf('\ndata: '); at !== -1; at = body.indexOf('\ndata: ', at + 1))
      isAnswered = take(JSON.parse(body.slice(at + 7, body.indexOf('\n', at + 1))) as Told);
    return isAnswered;
  };
}

/** Gathers the chunks in a list, which are joined once. */
function handlerOf(take: TakeBody, answered: () => void): undici.Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  return {
    onRequestStart: () => undefined,
    onResponseStart: (_, status) => {
      if (status !== 200) throw new Error(`answered with ${status}`);
    },
    onResponseData: (_, chunk) => chunks.push(chunk),
    onResponseEnd: () => {
      const [only] = chunks;
      const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
      if (!take(body.toString())) throw new Error('there was no answer');
      answered();
    },
    onResponseError: (_, error) => {
      throw error;
    },
  };
}

/** The built-in `fetch` as people use it, for those who give us one of theirs. */
export function bareFetch(port: number, path: '/json', tool: Tool): () => Promise<unknown> {
  const url = `http://127.0.0.1:${port}${path}`;
  const pairs = Object.fromEntries(
    headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : [])),
  );
  let lastId = 0;
  return async () => {
    const response = await fetch(url, { method: 'POST', headers: pairs, body: textOf(++lastId, tool) });
    return response.json();
  };
}
