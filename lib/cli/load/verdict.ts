import { exitCodeOf } from '../interrupts.ts';
import type { Condition, ConditionFigures } from './condition.ts';
import type { RunSample } from './run-sample.ts';

/** Whether a load has passed. */
export interface Verdict {
  readonly exitCode: number;
  /** The runs for which the condition of `--fail-if` holds; empty where there is none. */
  readonly failedRuns: readonly string[];
}

/** The exit code that follows from the results; of an interrupted load that of the signal. */
export function verdictOf(
  results: readonly RunSample[],
  failIf: Condition | undefined,
  interruptedBy: string | undefined,
): Verdict {
  const failing = failIf === undefined ? [] : results.filter((result) => failIf.holds(figuresOf(result)));
  const failedRuns = failing.map(({ mode }) => mode);
  if (interruptedBy !== undefined) return { exitCode: exitCodeOf(interruptedBy), failedRuns };
  const isFailed = failIf === undefined ? results.some(({ failed }) => failed > 0) : failing.length > 0;
  return { exitCode: isFailed ? 1 : 0, failedRuns };
}

/** A run without a single answer has no latencies: they count as endless, so that it cannot pass as fast. */
function figuresOf({ latencyUs, failed, requests, requestsPerSecond: rate }: RunSample): ConditionFigures {
  const ms = (us: number): number => (latencyUs.count === 0 ? Infinity : us / 1000);
  return {
    p50: ms(latencyUs.p50),
    p90: ms(latencyUs.p90),
    p95: ms(latencyUs.p95),
    p99: ms(latencyUs.p99),
    p999: ms(latencyUs.p999),
    max: ms(latencyUs.max),
    mean: ms(latencyUs.mean),
    failed,
    failedPercent: requests === 0 ? 0 : (100 * failed) / requests,
    requests,
    rate,
  };
}
