import type { ServerReport } from './server-report.ts';

/** Whether a gateway should be sent requests, and why not. */
export interface Readiness {
  readonly isReady: boolean;
  /** `ready`, or why it is not. */
  readonly status: string;
  /** How each server is. */
  readonly servers: readonly Pick<ServerReport, 'name' | 'status' | 'error'>[];
}

/**
 * A gateway is ready as soon as it listens: servers start when they are needed. One that has failed makes it unready only
 * when all the others have, too, since it serves without it.
 */
export function readinessOf(phase: 'starting' | 'open' | 'draining', reports: readonly ServerReport[]): Readiness {
  const servers = reports.map(({ name, status, error }) => ({ name, status, ...(error !== undefined && { error }) }));
  const used = servers.filter(({ status }) => status !== 'disabled');
  if (phase !== 'open') return { isReady: false, status: phase, servers };
  const isReady = used.length === 0 || used.some(({ status }) => status !== 'failed');
  return { isReady, status: isReady ? 'ready' : 'all servers have failed', servers };
}
