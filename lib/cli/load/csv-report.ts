import type { RunSample } from './run-sample.ts';

const columns = ['run', 'second', 'succeeded', 'failed', 'p50_us', 'p99_us', 'active', 'idle', 'waiting'] as const;

/** A line for each whole second of each run, under a line with the names of the columns. */
export function csvReport(results: readonly RunSample[]): string {
  const lines = results.flatMap(({ mode, history }) =>
    history.map(({ second, succeeded, failed, p50, p99, active, idle, waiting }) =>
      [mode, second, succeeded, failed, p50, p99, active, idle, waiting].join(','),
    ),
  );
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}
