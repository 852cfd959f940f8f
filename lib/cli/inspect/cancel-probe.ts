import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { map, firstValueFrom, race } from 'rxjs';
import { isTimeout } from '../../mcp/failures/request-failure.ts';
import type { McpConnection } from '../../mcp/connection/connection.ts';
import type { Probe } from './probe.ts';

/** What becomes of a connection on which a request was cancelled: it goes on, it dies, or it is never heard of again. */
export interface AfterCancel {
  readonly outcome: 'lives' | 'dies' | 'silent';
  /** Why it died; empty where it did not. */
  readonly reason: string;
}

/** Between the two looks at it, in milliseconds: some die slowly. */
const SLOW_DEATH_MS = 300;
const SILENCE_MS = 5000;

/** Whether a server survives that a request is cancelled which it has just got. */
export const cancelProbe: Probe<AfterCancel> = {
  title: 'cancelling a request',
  withinMs: 75_000,
  run: async (connections, { probe }) => {
    const { connection } = await connections.open();
    const request = connection.request(probe ?? { method: 'tools/list' });
    const cancelled = request.subscribe({ error: () => undefined });
    // It is sent at the end of this turn; the cancellation follows at its heels.
    await nextTurn();
    cancelled.unsubscribe();
    const first = await look(connection);
    if (first.outcome !== 'lives') return first;
    await sleep(SLOW_DEATH_MS);
    return look(connection);
  },
};

function look(connection: McpConnection): Promise<AfterCancel> {
  const died$ = connection.closed$.pipe(map(({ message }): AfterCancel => ({ outcome: 'dies', reason: message })));
  const lives$ = connection
    .check({ timeout: SILENCE_MS })
    .pipe(map((): AfterCancel => ({ outcome: 'lives', reason: '' })));
  const silent: AfterCancel = { outcome: 'silent', reason: '' };
  return firstValueFrom(race(died$, lives$), { defaultValue: silent }).catch((error: unknown) => {
    if (isTimeout(error)) return silent;
    throw error;
  });
}
