import { resolveSharing } from '../../mcp/connection/sharing.ts';
import { strategiesByName } from '../../strategies/by-name.ts';
import { type Strategy, isBuiltIn } from '../../strategies/strategy.ts';
import { CommandError } from '../command-error.ts';
import type { ChosenServer } from '../server/chosen-server.ts';
import type { ArrivalPattern, Schedule } from './arrivals.ts';
import type { Condition } from './condition.ts';
import type { Ramp, Sweep } from './load-flag-values.ts';
import type { ServerFlags } from '../server/server-flags.ts';

/** The flags of `mcp-pool load` as they were given, each valid by itself. */
export interface LoadFlags extends ServerFlags {
  readonly tool?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly clients: number;
  readonly min?: number;
  readonly max?: number;
  readonly strategy?: string;
  readonly leases?: number;
  /** Milliseconds. */
  readonly duration?: number;
  readonly requests?: number;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly compare: boolean;
  readonly name?: string;
  /** A file, or true for stdout. */
  readonly json?: string | true;
  /** The same. */
  readonly csv?: string | true;
  /** Requests per second. */
  readonly rate?: number;
  readonly ramp?: Ramp;
  readonly arrivals?: ArrivalPattern;
  /** Milliseconds. */
  readonly warmup?: number;
  readonly sweep?: Sweep;
  readonly failIf?: Condition;
  /** A port. */
  readonly dashboard?: number;
}

/** What is to be done, with everything filled in. */
export interface LoadOptions {
  /** Absent: the embedded one. */
  readonly server: ChosenServer | undefined;
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
  /** The file that gets the report, or true for stdout; `undefined`: none. */
  readonly json: string | true | undefined;
  /** The same of the figures of each second. */
  readonly csv: string | true | undefined;
  /** When requests begin; `undefined` in a closed loop. */
  readonly schedule: Schedule | undefined;
  /** What begins in this time of each run is not counted. */
  readonly warmupMs: number;
  readonly sweep: Sweep | undefined;
  readonly failIf: Condition | undefined;
  /** The port of the dashboard, 0 for any that is free; `undefined`: none is served. */
  readonly dashboard: number | undefined;
}

const DEFAULT_DURATION_MS = 10_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Fills in what depends on other flags, and on what the server's file says of its pool. Throws a `CommandError` for flags
 * that do not go together.
 */
export function loadOptionsOf(flags: LoadFlags, server: ChosenServer | undefined): LoadOptions {
  const { clients, requests, warmup = 0 } = flags;
  const { options: ofFile = {}, timeoutMs = DEFAULT_TIMEOUT_MS } = server ?? {};
  return {
    server,
    tool: flags.tool ?? (server === undefined ? 'work' : undefined),
    args: flags.args ?? {},
    ...sizesOf(flags, server),
    clients,
    strategy: flags.strategy ?? nameOf(ofFile.strategy),
    leases: flags.leases ?? resolveSharing(ofFile).maxLeasesPerConnection,
    durationMs: flags.duration ?? (requests === undefined ? usualDurationMs(flags) : undefined),
    requests,
    timeoutMs: flags.timeout ?? timeoutMs,
    compare: isCompared(flags),
    name: flags.name ?? ofFile.name ?? 'load',
    ...outputsOf(flags),
    schedule: scheduleOf(flags),
    warmupMs: warmup,
    sweep: flags.sweep,
    failIf: flags.failIf,
    dashboard: flags.dashboard,
  };
}

/** A second run only repeats a closed loop: without a pool the requests of an open one would pile up. */
function isCompared({ compare, sweep, ...flags }: LoadFlags): boolean {
  return compare && sweep === undefined && scheduleOf(flags) === undefined;
}

function usualDurationMs({ ramp, warmup = 0 }: LoadFlags): number {
  return ramp === undefined ? DEFAULT_DURATION_MS : Math.max(100, ramp.overMs - warmup);
}

function scheduleOf(flags: Pick<LoadFlags, 'rate' | 'ramp' | 'arrivals'>): Schedule | undefined {
  const { rate, ramp, arrivals: pattern = 'poisson' } = flags;
  if (rate !== undefined && ramp !== undefined) throw new CommandError('choose one of --rate and --ramp');
  if (ramp !== undefined) return { ...ramp, pattern };
  if (rate !== undefined) return { from: rate, to: rate, overMs: 0, pattern };
  if (flags.arrivals !== undefined) throw new CommandError('--arrivals goes with --rate or --ramp');
  return undefined;
}

function outputsOf({ json, csv }: LoadFlags): Pick<LoadOptions, 'json' | 'csv'> {
  if (json === true && csv === true) throw new CommandError('choose one of --json and --csv for stdout');
  return { json, csv };
}

/** The name that the command line has for a strategy. */
function nameOf(strategy: Strategy | undefined): string {
  const own = strategyNameOf(strategy);
  const names = Object.keys(strategiesByName);
  return names.find((name) => strategyNameOf(strategiesByName[name]?.()) === own) ?? 'round-robin';
}

function strategyNameOf(strategy: Strategy | undefined): string {
  return strategy !== undefined && isBuiltIn(strategy) ? strategy.strategyName : '';
}

/** A flag, or a size in the file, that is left out gives way to the one that is there; of stdio connections each is a process. */
function sizesOf(flags: LoadFlags, server: ChosenServer | undefined): Pick<LoadOptions, 'minSize' | 'maxSize'> {
  const { options: ofFile = {} } = server ?? {};
  const { min = ofFile.minSize, max = ofFile.maxSize } = flags;
  if (min !== undefined && max !== undefined && min > max) {
    throw new CommandError(`--min (${min}) must not be above --max (${max})`);
  }
  const [usualMin, usualMax] = server?.transport.kind === 'stdio' ? [1, 16] : [10, 50];
  const maxSize = max ?? Math.max(usualMax, min ?? 0);
  return { maxSize, minSize: min ?? Math.min(usualMin, maxSize) };
}
