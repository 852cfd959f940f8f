import { onAbort } from '../../base/on-abort.ts';
import { messageOf } from '../../base/thrown.ts';
import type { McpConnection } from '../../mcp/connection/connection.ts';
import { formatSeconds } from '../../dashboard/shared/format.ts';
import { connecting } from '../server/connecting.ts';
import { FreshConnections } from '../server/fresh-connections.ts';
import type { PingOptions } from './ping-options.ts';

/** What came of asking a server for a sign of life. */
export type Answer =
  | {
      readonly alive: true;
      /** Its name, version and protocol. */
      readonly info: McpConnection['info'];
      /** How long opening the connection took, in milliseconds; the question which protocol to speak included. */
      readonly openMs: number;
      /** How long the answer took, in milliseconds. */
      readonly answerMs: number;
    }
  | { readonly alive: false; readonly reason: string };

/**
 * Opens a connection, asks for a sign of life and closes the connection. Resolves when nothing of it is left; never rejects:
 * when the signal is aborted or the time is over, the server is not alive.
 */
export async function askForAnswer({ server, timeoutMs }: PingOptions, signal: AbortSignal): Promise<Answer> {
  const { transport } = server;
  const connections = new FreshConnections(
    { era: 'auto', ...connecting(transport, server), connectTimeoutMs: timeoutMs },
    1,
  );
  let ended: string | undefined;
  const end = (why: string): void => {
    ended = why;
    void connections.close();
  };
  const timer = setTimeout(end, timeoutMs, `no answer within ${formatSeconds(timeoutMs)}`);
  const stop = onAbort(signal, () => {
    end(`interrupted by ${String(signal.reason)}`);
  });
  try {
    return await answerOver(connections, timeoutMs);
  } catch (error) {
    return { alive: false, reason: ended ?? messageOf(error) };
  } finally {
    clearTimeout(timer);
    stop();
    await connections.close();
  }
}

async function answerOver(connections: FreshConnections, timeoutMs: number): Promise<Answer> {
  const { connection, openMs, check } = await connections.open();
  const begunAt = performance.now();
  await check(timeoutMs);
  return { alive: true, info: connection.info, openMs, answerMs: performance.now() - begunAt };
}
