import { oneLine } from '../terminal/printable.ts';
import type { LoadOptions } from './load-options.ts';
import type { RunSample } from './run-sample.ts';

/** What stays the same while the load runs. */
export interface LoadScene {
  readonly options: LoadOptions;
  /** The server, for people. */
  readonly target: string;
  readonly tool: string;
  readonly runs: number;
}

/** The whole load so far: the results of the runs before, and a moment of the present one. */
export interface LoadMoment {
  readonly earlier: readonly RunSample[];
  readonly sample: RunSample;
  /** Somebody has asked for the end. */
  readonly interrupted: boolean;
}

/** What is done, in a few words that fit into one line where that is wide enough. */
export function headline({ options, target, tool }: LoadScene): string {
  const { minSize, maxSize, strategy, leases, sweep } = options;
  const multiplexed = leases === 1 ? '' : `, ${leases} leases each`;
  const pool = `pool of ${minSize} to ${maxSize} (${strategy}${multiplexed})`;
  const swept = sweep === undefined ? '' : `, and with ${sweep.flag} of ${sweep.values.join(', ')}`;
  return oneLine(`${whoCalls(options)} ${tool} of ${target}, ${pool}${swept}`);
}

function whoCalls({ clients, schedule }: LoadOptions): string {
  if (schedule === undefined) return clients === 1 ? '1 client calls' : `${clients} clients call`;
  const { from, to, overMs, pattern } = schedule;
  const rate = overMs === 0 ? `${to}` : `${from} to ${to} (in ${overMs / 1000} s)`;
  return `${rate} calls a second, ${pattern}, of`;
}
