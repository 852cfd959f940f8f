import type { ClientCapabilities } from '@modelcontextprotocol/client';
import { checkObject } from '../../base/durations.ts';
import { type McpHandlers, answering, capabilitiesFor, checkHandlers } from './handlers.ts';
import { checkDurationMs } from '../transport/limits.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/**
 * Who may use a connection at the same time. `exclusive`: one at a time, to whom the server's questions go. `multiplex`:
 * many, for servers that keep no state; what a server asks is refused, for nobody knows whom it means. `pinned`: one
 * connection for each key of `affinity`, for servers that keep state.
 */
export type McpSharing = 'exclusive' | 'multiplex' | 'pinned';

/** How connections are shared. */
export interface SharingOptions {
  /** `exclusive` when left out, or `multiplex` where `maxLeasesPerConnection` is more than 1. */
  readonly sharing?: McpSharing;
  /**
   * For `pinned`: requests with the same key go to the same connection, one after another. `principal`: who has asked, where a
   * gateway serves the pool to clients of the modern era, which have no sessions.
   */
  readonly affinity?: (request: McpRequest, principal?: string) => string;
  /** For `pinned`: how long a connection is kept for a key that is not used, 60 000 ms; 0 or Infinity: for ever. */
  readonly pinIdleMs?: number;
  /** How long a connection is kept from others after a request on it was cancelled, unless that is answered before: 100 ms. */
  readonly quarantineMs?: number;
  /** Who answers what a server asks, for requests that bring no handlers of their own; not with `multiplex`. */
  readonly handlers?: McpHandlers;
  /** Leases of one connection at once: 64 with `multiplex`, 1 otherwise. */
  readonly maxLeasesPerConnection?: number;
  /** `false`: nothing is shared, nor kept. */
  readonly pool?: boolean;
}

/** The sharing options with everything filled in. */
export interface Sharing {
  readonly mode: McpSharing;
  readonly affinity: (request: McpRequest, principal?: string) => string;
  readonly pinIdleMs: number;
  readonly quarantineMs: number;
  readonly handlers: McpHandlers;
  /** The capabilities that follow from the pool's handlers. */
  readonly capabilities: ClientCapabilities;
  readonly maxLeasesPerConnection: number;
}

/** How many may share a connection with `multiplex` when nothing else is said. */
const MULTIPLEXED = 64;

const modes: readonly unknown[] = ['exclusive', 'multiplex', 'pinned'];

/** Fills in the defaults; throws a `TypeError` or `RangeError` for what makes no sense together. */
export function resolveSharing(options: SharingOptions): Sharing {
  const { maxLeasesPerConnection: leases = 1, handlers = {}, affinity, pinIdleMs = 60_000 } = options;
  const { sharing: mode = leases > 1 ? 'multiplex' : 'exclusive' } = options;
  if (!modes.includes(mode)) throw new TypeError(`sharing must be exclusive, multiplex or pinned: ${mode}`);
  checkObject('handlers', handlers);
  checkHandlers(handlers);
  if (mode === 'multiplex') refuseHandlers(handlers);
  else if (leases > 1) throw new RangeError(`maxLeasesPerConnection (${leases}) must be 1 with sharing: '${mode}'`);
  checkPinned(options, mode);
  return {
    mode,
    affinity: affinity ?? noKey,
    pinIdleMs: checkDurationMs('pinIdleMs', pinIdleMs),
    // Those who share a connection are not disturbed when one of them cancels a request.
    quarantineMs: mode === 'multiplex' ? Infinity : checkDurationMs('quarantineMs', options.quarantineMs ?? 100),
    handlers,
    capabilities: capabilitiesFor(handlers),
    maxLeasesPerConnection: mode === 'multiplex' ? (options.maxLeasesPerConnection ?? MULTIPLEXED) : 1,
  };
}

/** Throws for options that only go with `pinned`, and for those that `pinned` cannot do without. */
function checkPinned({ affinity, pinIdleMs, pool }: SharingOptions, mode: McpSharing): void {
  if (mode === 'pinned') {
    if (typeof affinity !== 'function') throw new TypeError('affinity must be a function');
    if (pool === false)
      throw new TypeError("a connection cannot be kept for a key (sharing: 'pinned') with pool: false");
    return;
  }
  if (affinity !== undefined) throw new TypeError(`affinity goes with sharing: 'pinned', not '${mode}'`);
  if (pinIdleMs !== undefined) throw new TypeError(`pinIdleMs goes with sharing: 'pinned', not '${mode}'`);
}

function refuseHandlers(handlers: McpHandlers): void {
  const name = answering.find((answer) => handlers[answer] !== undefined);
  if (name === undefined) return;
  throw new TypeError(`a shared connection cannot answer ${name}: nobody knows whom the server means`);
}

function noKey(): string {
  return '';
}
