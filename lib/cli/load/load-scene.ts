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
  const { clients, minSize, maxSize, strategy, leases } = options;
  const multiplexed = leases === 1 ? '' : `, ${leases} leases each`;
  const who = clients === 1 ? '1 client calls' : `${clients} clients call`;
  return oneLine(`${who} ${tool} of ${target}, pool of ${minSize} to ${maxSize} (${strategy}${multiplexed})`);
}
