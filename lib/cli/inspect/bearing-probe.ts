import { freemem, totalmem } from 'node:os';
import { messageOf } from '../../base/thrown.ts';
import type { FreshConnection, FreshConnections } from '../server/fresh-connections.ts';
import type { Probe } from './probe.ts';
import { type Subject, askForLife } from './subject.ts';

/** How many connections were open at once. */
export interface Bearing {
  readonly connections: number;
  /** What ended it: as many as may be tried, the time, the memory of this machine, or the server. */
  readonly endedBy: 'most' | 'time' | 'memory' | 'server';
  /** Why the server bore no more; empty where it was not asked for more. */
  readonly reason: string;
}

/** No further one is opened after this, in milliseconds. */
const ENOUGH_MS = 15_000;
/** Nor when less of this machine's memory is left. */
const LEAST_FREE = 0.25;
const SILENCE_MS = 5000;

/** How many connections a server bears at once: opened one after another, and each must answer when all are open. */
export const bearingProbe: Probe<Bearing> = {
  title: 'opening connections side by side',
  withinMs: 90_000,
  run: async (connections, subject) => {
    const open: FreshConnection[] = [];
    const { endedBy, reason } = await fill(open, connections, subject);
    for (const [index, fresh] of open.entries()) {
      await askForLife(fresh, subject, SILENCE_MS).catch((error: unknown) => {
        throw new Error(`of ${open.length} connections number ${index + 1} does not answer: ${messageOf(error)}`);
      });
    }
    return { connections: open.length, endedBy, reason };
  },
};

async function fill(
  open: FreshConnection[],
  connections: FreshConnections,
  subject: Subject,
): Promise<Pick<Bearing, 'endedBy' | 'reason'>> {
  const { most, kind } = subject;
  const begunAt = performance.now();
  while (open.length < most) {
    if (performance.now() - begunAt > ENOUGH_MS) return { endedBy: 'time', reason: '' };
    if (kind === 'stdio' && freemem() / totalmem() < LEAST_FREE) return { endedBy: 'memory', reason: '' };
    try {
      const fresh = await connections.open();
      // In the modern era a connection that is refused seems to be open until it is used.
      await askForLife(fresh, subject, SILENCE_MS);
      open.push(fresh);
    } catch (error) {
      if (open.length === 0) throw error;
      return { endedBy: 'server', reason: messageOf(error) };
    }
  }
  return { endedBy: 'most', reason: '' };
}
