import type { Finding } from '../../../lib/cli/inspect/finding.ts';
import type { Inspection } from '../../../lib/cli/inspect/inspection.ts';

/** A finding that was made. */
export function found<T>(value: T): Finding<T> {
  return { status: 'found', value };
}

const skipped = { status: 'skipped', reason: 'not here' } as const;

/** What was found of a server that does no wrong, but for what is said here. */
export function inspected(other: Partial<Inspection> = {}): Inspection {
  return {
    introduction: {
      era: 'legacy',
      protocolVersion: '2025-11-25',
      name: 'sample',
      version: '1.0.0',
      capabilities: ['tools'],
      tools: [],
      firstOpenMs: 500,
    },
    ping: found({ method: 'ping', answer: 'answered', afterMs: 1 }),
    opening: found({ times: 5, p50Ms: 400, p99Ms: 500 }),
    state: { status: 'skipped', reason: 'name a tool that shows it with --probe' },
    footprint: found({ processes: 1, memoryBytes: 70_000_000, hasWorked: true }),
    call: found({ call: 'ping', toolErrors: 0, times: 20, p50Ms: 1, p99Ms: 2 }),
    cancel: found({ outcome: 'lives', reason: '' }),
    stdin: found({ ends: 'by itself', afterMs: 20 }),
    http: skipped,
    bearing: found({ connections: 16, endedBy: 'most', reason: '' }),
    ...other,
  };
}
