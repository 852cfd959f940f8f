import type { McpEra } from '../../lib/mcp/index.ts';

/** One run of the suite against the gateway. */
export interface ServerRun {
  /** Whose scenarios the suite runs, as a client. */
  readonly revision: string;
  /** The era of the servers behind the gateway. */
  readonly era: McpEra;
  /** How many of them there are. */
  readonly processes: number;
  /** Scenarios that no gateway can pass with such servers. */
  readonly impossible?: readonly string[];
}

/** Both eras on both sides, with one server process and with several. */
export const serverRuns: readonly ServerRun[] = [
  { revision: '2025-11-25', era: 'legacy', processes: 1 },
  { revision: '2025-11-25', era: 'legacy', processes: 4 },
  { revision: '2026-07-28', era: 'modern', processes: 1 },
  { revision: '2026-07-28', era: 'modern', processes: 4 },
  { revision: '2025-11-25', era: 'modern', processes: 4 },
  {
    revision: '2026-07-28',
    era: 'legacy',
    processes: 4,
    impossible: [
      // It wants a certain name for a question, and questions of the legacy era have none.
      'input-required-result-basic-elicitation',
      // A server of the legacy era is told once what all clients together can be asked.
      'input-required-result-capability-check',
    ],
  },
];

/** What a run is called. */
export function nameOf({ revision, era, processes }: ServerRun): string {
  return `${revision}-on-${era}-${processes}`;
}
