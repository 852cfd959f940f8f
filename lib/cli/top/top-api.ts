import { createParser } from 'eventsource-parser';
import type { Failure, PoolList, StreamEvents } from '../../dashboard/protocol.ts';
import { messageOf } from '../../base/thrown.ts';

/** A message of a dashboard's stream. */
export type StreamMessage = {
  readonly [Name in keyof StreamEvents]: { readonly name: Name; readonly data: StreamEvents[Name] };
}[keyof StreamEvents];

/** How long an answer is waited for, in milliseconds. */
const ANSWER_MS = 5000;
/** A stream without a word for so many milliseconds is dead: a dashboard says something every ten seconds. */
const SILENCE_MS = 30_000;
const names: ReadonlySet<string> = new Set<keyof StreamEvents>(['snapshot', 'frame', 'pools', 'gone']);

/** The pools that a dashboard shows; rejects where there is none. */
export async function fetchPools(url: string, signal: AbortSignal): Promise<PoolList> {
  const response = await fetch(`${url}api/pools`, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
  });
  const list: unknown = await response.json().catch(() => undefined);
  if (response.ok && isPoolList(list)) return list;
  throw new Error(failureIn(list) ?? `what answers there is no dashboard of pools (status ${response.status})`);
}

/** What a dashboard says of a pool, until the stream ends. Rejects where it breaks off, and when the signal is aborted. */
export async function* streamOf(url: string, pool: number, signal: AbortSignal): AsyncGenerator<StreamMessage> {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort(new Error(`no word for ${SILENCE_MS / 1000} s`));
  }, SILENCE_MS);
  try {
    const response = await fetch(`${url}api/stream?pool=${pool}`, {
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || response.body === null) throw new Error(await whyNot(response));
    const messages: StreamMessage[] = [];
    const parser = createParser({ onEvent: ({ event, data }) => messages.push(...messageIn(event, data)) });
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      timer.refresh();
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
      yield* messages.splice(0);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Why a dashboard could not be asked, in words. */
export function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return `no answer within ${ANSWER_MS / 1000} s`;
  const { cause } = Object(error) as { readonly cause?: unknown };
  if (cause === undefined) return messageOf(error);
  const { code, message } = Object(cause) as { readonly code?: unknown; readonly message?: string };
  // Where a name has several addresses, what went wrong at each of them is in parts of its own.
  return message !== undefined && message !== '' ? message : typeof code === 'string' ? code : messageOf(error);
}

/** What a later version may say besides is left out. */
function messageIn(name: string | undefined, data: string): StreamMessage[] {
  return name !== undefined && names.has(name) ? [{ name, data: JSON.parse(data) as unknown } as StreamMessage] : [];
}

async function whyNot(response: Response): Promise<string> {
  const answer: unknown = await response.json().catch(() => undefined);
  return failureIn(answer) ?? `status ${response.status}`;
}

function failureIn(answer: unknown): string | undefined {
  const { error } = Object(answer) as Partial<Failure>;
  return typeof error === 'string' ? error : undefined;
}

function isPoolList(answer: unknown): answer is PoolList {
  return Array.isArray((Object(answer) as Partial<PoolList>).pools);
}
