import type { McpSharing } from '../../mcp/connection/sharing.ts';
import { valueOf } from './finding.ts';
import type { Inspection } from './inspection.ts';
import { costClause, sharingClause, sizeClause } from './reasons.ts';

/** The machine that the pool is for. */
export interface Machine {
  readonly processors: number;
  readonly memoryBytes: number;
}

/** The pool that suits a server. */
export interface Advice {
  readonly sharing: McpSharing;
  readonly minSize: number;
  readonly maxSize: number;
  /** What else `createMcpPool` has to be told. */
  readonly options: Readonly<Record<string, number | string>>;
  /** One sentence that says why. */
  readonly reason: string;
}

/** Connections of one client that no server minds. */
const USUAL_MOST = 50;
/** Processes that an exclusive pool may be, and those of one that is pinned: there each conversation has its own. */
const [FEWEST_PROCESSES, MOST_PROCESSES] = [4, 16];
/** Connections that are enough where each serves many at once. */
const SHARED_MOST = 4;
/** Connections that are kept open where opening one takes long, and how long that is in milliseconds. */
const KEPT = 4;
const SLOW_OPENING_MS = 100;

/** The pool that suits a server, by what was found. */
export function adviceOn(found: Inspection, kind: string, machine: Machine): Advice {
  const sharing = sharingFor(found);
  const maxSize = maxSizeFor(found, { sharing, kind, machine });
  const isSlow = (valueOf(found.opening)?.p50Ms ?? 0) >= SLOW_OPENING_MS;
  // A process that nobody uses yet takes memory; any other connection is cheap to keep.
  const minSize = Math.min(maxSize, isSlow && kind !== 'stdio' && sharing !== 'multiplex' ? KEPT : 1);
  const sizes = minSize === maxSize ? `${maxSize}` : `${minSize} to ${maxSize}`;
  const head = `${sharing}, ${sizes} connection${maxSize === 1 ? '' : 's'}`;
  const reasons = [costClause(found), sizeClause(found, kind, machine), sharingClause(found, sharing)];
  const reason = `${head}: ${reasons.filter((clause) => clause !== '').join('; ')}.`;
  return { sharing, minSize, maxSize, options: optionsFor(found, kind), reason };
}

function sharingFor({ state, cancel, http }: Inspection): McpSharing {
  if (valueOf(state) === 'apart') return 'pinned';
  // Whoever cancels a request would take along all who share the connection.
  if ((valueOf(cancel)?.outcome ?? 'lives') !== 'lives') return 'exclusive';
  const hasNoSession = valueOf(http)?.hasSession === false;
  return valueOf(state) === 'shared' || hasNoSession ? 'multiplex' : 'exclusive';
}

interface Purpose {
  readonly sharing: McpSharing;
  readonly kind: string;
  readonly machine: Machine;
}

function maxSizeFor({ bearing, footprint }: Inspection, { sharing, kind, machine }: Purpose): number {
  const borne = valueOf(bearing);
  const byServer = borne?.endedBy === 'server' ? borne.connections : Infinity;
  const { memoryBytes = 0 } = valueOf(footprint) ?? {};
  // Half of the memory is for others.
  const byMemory = memoryBytes === 0 ? Infinity : Math.max(1, Math.floor(machine.memoryBytes / 2 / memoryBytes));
  return Math.min(wantedSize(sharing, kind, machine), byServer, byMemory);
}

function wantedSize(sharing: McpSharing, kind: string, { processors }: Machine): number {
  if (sharing === 'multiplex') return kind === 'stdio' ? Math.min(SHARED_MOST, processors) : SHARED_MOST;
  if (kind !== 'stdio') return USUAL_MOST;
  return sharing === 'pinned' ? MOST_PROCESSES : Math.min(MOST_PROCESSES, Math.max(FEWEST_PROCESSES, processors));
}

/** How long the pool waits for a process to leave, unless it is told otherwise, in milliseconds. */
const CLOSE_MS = 2000;
/** Of a process, and of any other connection, in milliseconds. */
const [CONNECT_STDIO_MS, CONNECT_MS] = [60_000, 10_000];

function optionsFor({ introduction, ping, stdin }: Inspection, kind: string): Advice['options'] {
  const options: Record<string, number | string> = {};
  if (introduction.era === 'modern') options['era'] = 'modern';
  const usualMs = kind === 'stdio' ? CONNECT_STDIO_MS : CONNECT_MS;
  if (introduction.firstOpenMs > usualMs / 2) options['connectTimeoutMs'] = 3 * usualMs;
  if (valueOf(ping)?.answer === 'silent') options['healthCheckIntervalMs'] = 0;
  const { afterMs = 0, ends } = valueOf(stdin) ?? {};
  if (ends === 'by itself' && afterMs > CLOSE_MS / 2) options['closeTimeoutMs'] = 2 * CLOSE_MS;
  return options;
}
