import { type Client, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import { follow } from '../../base/on-abort.ts';
import type { Answering, HandlerContext } from './handlers.ts';
import { handlerFailedError } from '../failures/mcp-error.ts';

/** A question of a server. */
interface Question<T> {
  readonly name: Answering;
  /** The client that the server asked. */
  readonly client: Client;
  /** Each of them, when aborted, ends the question. */
  readonly signals: readonly AbortSignal[];
  readonly ask: (context: HandlerContext) => T | Promise<T>;
}

/**
 * The answer of a handler to a question of the server. Rejects when a signal is aborted, also where the handler ignores
 * it. When the handler fails, in the modern era the request that the question belongs to fails with
 * `MCP_HANDLER_FAILED`; in the legacy era the server is told of the handler's error.
 */
export async function handlerAnswer<T>({ name, client, signals, ask }: Question<T>): Promise<T> {
  // Not `AbortSignal.any`: one of them lives as long as the connection, and would remember each question.
  const abort = new AbortController();
  const stops = signals.map((signal) => follow(signal, abort));
  try {
    return await Promise.race([abortOf(abort.signal), Promise.resolve(abort).then(ask)]);
  } catch (error) {
    throw abort.signal.aborted || client.getProtocolEra() !== 'modern' ? error : handlerFailedError(name, error);
  } finally {
    for (const stop of stops) stop();
  }
}

/** Rejects as the SDK's own requests do when they are aborted. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      const reason: unknown = signal.reason;
      reject(reason instanceof SdkError ? reason : new SdkError(SdkErrorCode.RequestTimeout, String(reason)));
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
