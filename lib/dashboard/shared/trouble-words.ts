import type { PoolEvent } from '../../events/pool-event.ts';
import { formatMs } from './format.ts';
import { isBad } from './event-words.ts';

/** What went wrong, short, and why, in full. */
export interface TroubleWords {
  /** What happened, the same words each time: `connect failed`. */
  readonly what: string;
  /** The cause as it came; empty where there is none. */
  readonly cause: string;
}

/** Reasons for which a connection is closed though nobody wanted that. */
const sadReasons: ReadonlySet<string> = new Set(['unhealthy', 'broken', 'allowance']);

/** What an event tells of trouble; `undefined` for one that tells of none. */
export function troubleOf(event: PoolEvent): TroubleWords | undefined {
  const isTrouble = event.type === 'retire' ? sadReasons.has(event.reason) : event.type === 'resting' || isBad(event);
  if (!isTrouble) return undefined;
  const inWords = words[event.type] as ((event: PoolEvent) => TroubleWords) | undefined;
  return inWords?.(event) ?? { what: event.type, cause: '' };
}

type Type = PoolEvent['type'];
type Words = { readonly [T in Type]?: (event: Extract<PoolEvent, { readonly type: T }>) => TroubleWords };

/** Reasons that are no words. */
const reasons: Readonly<Record<string, string>> = { connectFailed: 'no connection could be opened' };

const words: Words = {
  connectFailed: (event) => ({ what: 'connect failed', cause: atEndpoint(event) }),
  down: (event) => ({ what: 'connection died', cause: atEndpoint(event) }),
  health: (event) => ({ what: 'health check failed', cause: atEndpoint(event) }),
  leave: ({ reason }) => ({ what: 'waited in vain', cause: reasons[reason] ?? reason }),
  refuse: ({ reason }) => ({ what: 'checkout refused', cause: reasons[reason] ?? reason }),
  destroy: ({ reason }) => ({ what: 'connection destroyed', cause: reason }),
  invalidCheckin: ({ reason }) => ({ what: 'lease checked in', cause: reason }),
  leak: ({ heldMs, stack }) => ({ what: 'leak', cause: `held for ${formatMs(heldMs)}\n${stack}`.trim() }),
  circuit: () => ({ what: 'circuit opened', cause: '' }),
  allowance: ({ mode, error = '' }) => ({ what: `allowance ${mode}`, cause: error }),
  strategyFailed: ({ error }) => ({ what: 'strategy failed', cause: error }),
  endpointsFailed: ({ error }) => ({ what: 'list of endpoints failed', cause: error }),
  endpointSetAside: ({ endpoint }) => ({ what: 'endpoint set aside', cause: endpoint }),
  retire: ({ reason }) => ({ what: 'connection given up', cause: reason }),
  resting: ({ endpoint = '' }) => ({ what: 'the server asked for a pause', cause: endpoint }),
};

function atEndpoint({ error, endpoint }: { readonly error: string; readonly endpoint?: string }): string {
  return endpoint === undefined ? error : `${endpoint}: ${error}`;
}
