import type { Probe } from './probe.ts';

/** How a server's process ends when it is not needed any more. */
export interface Leaving {
  /** When its stdin is closed by itself, or only by force. */
  readonly ends: 'by itself' | 'by force';
  /** In milliseconds. */
  readonly afterMs: number;
}

/** A process that has not left by then is sent a signal, in milliseconds. */
const SIGNAL_MS = 2000;

/** Whether the process of a server leaves when its stdin is closed. */
export const stdinProbe: Probe<Leaving> = {
  title: 'closing its stdin',
  withinMs: 70_000,
  skip: ({ kind }) => (kind === 'stdio' ? undefined : 'only a server that is started has a stdin'),
  run: async (connections) => {
    const { close } = await connections.open();
    const closedAt = performance.now();
    await close();
    const afterMs = performance.now() - closedAt;
    return { ends: afterMs < SIGNAL_MS ? 'by itself' : 'by force', afterMs };
  },
};
