import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { isTimeout } from '../../mcp/failures/request-failure.ts';
import type { FreshConnection } from '../server/fresh-connections.ts';
import type { Probe } from './probe.ts';
import { type Subject, askForLife } from './subject.ts';

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
  run: async (connections, subject) => {
    const fresh = await connections.open();
    const request = fresh.connection.request(subject.probe ?? { method: 'tools/list' });
    const cancelled = request.subscribe({ error: () => undefined });
    // It is sent at the end of this turn; the cancellation follows at its heels.
    await nextTurn();
    cancelled.unsubscribe();
    const first = await look(fresh, subject);
    if (first.outcome !== 'lives') return first;
    await sleep(SLOW_DEATH_MS);
    return look(fresh, subject);
  },
};

async function look(fresh: FreshConnection, subject: Subject): Promise<AfterCancel> {
  let death: Error | undefined;
  const watch = fresh.connection.closed$.subscribe({ next: (reason) => (death = reason), error: () => undefined });
  try {
    await askForLife(fresh, subject, SILENCE_MS);
    return { outcome: 'lives', reason: '' };
  } catch (error) {
    if (death !== undefined) return { outcome: 'dies', reason: death.message };
    if (isTimeout(error)) return { outcome: 'silent', reason: '' };
    throw error;
  } finally {
    watch.unsubscribe();
  }
}
