import { isSignOfLife } from '../../mcp/connection/sign-of-life.ts';
import { isTimeout } from '../../mcp/failures/request-failure.ts';
import type { Probe } from './probe.ts';

/** How a server takes the question whether it is alive: `refused` is a sign of life as well. */
export interface PingAnswer {
  /** What was asked. */
  readonly method: string;
  readonly answer: 'answered' | 'refused' | 'silent';
  /** In milliseconds; of silence how long it was listened to. */
  readonly afterMs: number;
}

const SILENCE_MS = 3000;

/** Whether a server answers what health checks ask: `ping`, or in the modern era `server/discover`. */
export const pingProbe: Probe<PingAnswer> = {
  title: 'asking for a sign of life',
  withinMs: 70_000,
  run: async (connections, { cheap: { method } }) => {
    const { call } = await connections.open();
    const askedAt = performance.now();
    const answer = await call({ method }, SILENCE_MS).then(
      () => 'answered' as const,
      (error: unknown) => {
        if (isSignOfLife(error)) return 'refused' as const;
        if (isTimeout(error)) return 'silent' as const;
        throw error;
      },
    );
    return { method, answer, afterMs: performance.now() - askedAt };
  },
};
