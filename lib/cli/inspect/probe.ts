import { onAbort } from '../../base/on-abort.ts';
import { messageOf } from '../../base/thrown.ts';
import { formatSeconds } from '../../dashboard/shared/format.ts';
import { FreshConnections } from '../server/fresh-connections.ts';
import type { Finding } from './finding.ts';
import type { Subject } from './subject.ts';

/** One question to a server. */
export interface Probe<T> {
  /** What is being done, for people who wait. */
  readonly title: string;
  /** How long it may take, in milliseconds. */
  readonly withinMs: number;
  /** Why it is not asked; `undefined` where it is. */
  skip?(subject: Subject): string | undefined;
  /** Asks. When the time is over all connections are closed, so that whatever is awaited rejects. */
  run(connections: FreshConnections, subject: Subject): Promise<T>;
}

/**
 * Runs one probe with connections of its own. Resolves with what came of it when nothing of them is left; never rejects. An
 * aborted signal ends it at once.
 */
export async function found<T>(probe: Probe<T>, subject: Subject, signal: AbortSignal): Promise<Finding<T>> {
  const reason = signal.aborted ? 'interrupted' : probe.skip?.(subject);
  if (reason !== undefined) return { status: 'skipped', reason };
  const connections = new FreshConnections(subject.options, subject.most);
  let ended: string | undefined;
  const end = (why: string): void => {
    ended = why;
    void connections.close();
  };
  const timer = setTimeout(end, probe.withinMs, `not done within ${formatSeconds(probe.withinMs)}`);
  const stop = onAbort(signal, () => {
    end('interrupted');
  });
  try {
    return { status: 'found', value: await probe.run(connections, subject) };
  } catch (error) {
    return { status: 'failed', reason: ended ?? messageOf(error) };
  } finally {
    clearTimeout(timer);
    stop();
    await connections.close();
  }
}
