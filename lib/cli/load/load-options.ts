import { resolveSharing } from '../../mcp/connection/sharing.ts';
import { strategiesByName } from '../../strategies/by-name.ts';
import { type Strategy, isBuiltIn } from '../../strategies/strategy.ts';
import { CommandError } from '../command-error.ts';
import type { ChosenServer } from '../server/chosen-server.ts';
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
  readonly json?: boolean;
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
  readonly json: boolean;
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
  const { clients, requests, compare } = flags;
  const { options: ofFile = {}, timeoutMs = DEFAULT_TIMEOUT_MS } = server ?? {};
  return {
    server,
    tool: flags.tool ?? (server === undefined ? 'work' : undefined),
    args: flags.args ?? {},
    ...sizesOf(flags, server),
    clients,
    strategy: flags.strategy ?? nameOf(ofFile.strategy),
    leases: flags.leases ?? resolveSharing(ofFile).maxLeasesPerConnection,
    durationMs: flags.duration ?? (requests === undefined ? DEFAULT_DURATION_MS : undefined),
    requests,
    timeoutMs: flags.timeout ?? timeoutMs,
    compare,
    name: flags.name ?? ofFile.name ?? 'load',
    json: flags.json ?? false,
    dashboard: flags.dashboard,
  };
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
