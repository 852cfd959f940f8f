import type { ConnectionRecord } from '../../lib/state/pool-state.ts';
import type { HealthOutcome } from '../../lib/supply/connections/health.ts';
import type { CheckResult } from '../../lib/supply/connections/health-check.ts';
import { HealthMonitor } from '../../lib/supply/connections/health-monitor.ts';
import { freeRecord } from './free-record.ts';

/** A monitor, and all that it has told. */
export interface Monitored {
  readonly monitor: HealthMonitor;
  /** When each check was made. */
  readonly checks: number[];
  readonly outcomes: HealthOutcome[];
  readonly own: { record: ConnectionRecord | undefined; stoppable: number; checking: number[] };
}

/** The checks of a connection that is idle unless its record is changed. */
export function monitored(
  check: () => CheckResult,
  options: { id?: number; timeoutMs?: number; random?: () => number } = {},
): Monitored {
  const checks: number[] = [];
  const outcomes: HealthOutcome[] = [];
  const own: { record: ConnectionRecord | undefined; stoppable: number; checking: number[] } = {
    record: freeRecord({ slot: 0, id: options.id ?? 0 }),
    stoppable: 0,
    checking: [],
  };
  const monitor = new HealthMonitor(
    {
      intervalMs: 5000,
      timeoutMs: options.timeoutMs ?? 2000,
      check: () => {
        checks.push(performance.now());
        return check();
      },
      record: () => own.record,
      random: options.random ?? (() => 0),
    },
    {
      checking: () => {
        own.checking.push(performance.now());
      },
      checked: (outcome) => {
        outcomes.push(outcome);
      },
      stoppable: (by) => {
        own.stoppable += by;
      },
    },
  );
  return { checks, own, outcomes, monitor };
}
