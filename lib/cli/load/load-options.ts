import { leastLoaded } from '../../strategies/least-loaded.ts';
import { peakEwma } from '../../strategies/peak-ewma.ts';
import { powerOfTwoChoices } from '../../strategies/power-of-two-choices.ts';
import { random } from '../../strategies/random.ts';
import { roundRobin } from '../../strategies/round-robin.ts';
import { sticky } from '../../strategies/sticky.ts';
import type { Strategy } from '../../strategies/strategy.ts';
import { CommandError } from '../command-error.ts';
import type { Address } from '../flag-values.ts';

/** The strategies by the names that the command line has for them. */
export const strategies: Readonly<Record<string, () => Strategy>> = {
  'round-robin': roundRobin,
  'least-loaded': leastLoaded,
  random,
  'power-of-two-choices': powerOfTwoChoices,
  'peak-ewma': peakEwma,
  sticky,
};

/** The flags of `mcp-pool load` as they were given, each valid by itself. */
export interface LoadFlags {
  readonly tcp?: Address;
  readonly stdio?: readonly string[];
  readonly tool?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly clients: number;
  readonly min?: number;
  readonly max?: number;
  readonly strategy: string;
  readonly leases: number;
  /** Milliseconds. */
  readonly duration?: number;
  readonly requests?: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly compare: boolean;
  readonly name: string;
  readonly json?: boolean;
  /** A port. */
  readonly dashboard?: number;
}

/** The server that the load goes to; `demo` is the embedded one. */
export type LoadTarget =
  | { readonly kind: 'demo' }
  | ({ readonly kind: 'tcp' } & Address)
  | { readonly kind: 'stdio'; readonly command: string; readonly args: readonly string[] };

/** What is to be done, with everything filled in. */
export interface LoadOptions {
  readonly target: LoadTarget;
  /** Absent: whoever loads a real server has to choose one. */
  readonly tool: string | undefined;
  readonly args: Readonly<Record<string, unknown>>;
  readonly clients: number;
  readonly minSize: number;
  readonly maxSize: number;
  readonly strategy: string;
  readonly leases: number;
  /** How long each run sends requests; `undefined` while only their number ends it. */
  readonly durationMs: number | undefined;
  /** How many requests each run sends at most. */
  readonly requests: number | undefined;
  readonly timeoutMs: number;
  /** Whether a second run without a pool follows. */
  readonly compare: boolean;
  readonly name: string;
  readonly json: boolean;
  /** The port of the dashboard, 0 for any that is free; `undefined`: none is served. */
  readonly dashboard: number | undefined;
}

const DEFAULT_DURATION_MS = 10_000;

/** Fills in what depends on other flags; throws a `CommandError` for flags that do not go together. */
export function loadOptionsOf(flags: LoadFlags): LoadOptions {
  const { clients, strategy, leases, requests, compare, name, timeout: timeoutMs } = flags;
  const target = targetOf(flags);
  const durationMs = flags.duration ?? (requests === undefined ? DEFAULT_DURATION_MS : undefined);
  return {
    target,
    tool: flags.tool ?? (target.kind === 'demo' ? 'work' : undefined),
    args: flags.args ?? {},
    ...sizesOf(flags, target),
    clients,
    strategy,
    leases,
    durationMs,
    requests,
    timeoutMs,
    compare,
    name,
    json: flags.json ?? false,
    dashboard: flags.dashboard,
  };
}

function targetOf({ tcp, stdio }: LoadFlags): LoadTarget {
  if (tcp !== undefined && stdio !== undefined) throw new CommandError('choose one of --tcp and --stdio');
  if (tcp !== undefined) return { kind: 'tcp', ...tcp };
  if (stdio === undefined) return { kind: 'demo' };
  const [command = '', ...args] = stdio;
  return { kind: 'stdio', command, args };
}

/** A flag that is left out gives way to the one that is there; of stdio connections each is a process. */
function sizesOf({ min, max }: LoadFlags, { kind }: LoadTarget): Pick<LoadOptions, 'minSize' | 'maxSize'> {
  if (min !== undefined && max !== undefined && min > max) {
    throw new CommandError(`--min (${min}) must not be above --max (${max})`);
  }
  const [usualMin, usualMax] = kind === 'stdio' ? [1, 16] : [10, 50];
  const maxSize = max ?? Math.max(usualMax, min ?? 0);
  return { maxSize, minSize: min ?? Math.min(usualMin, maxSize) };
}
