import { availableParallelism } from 'node:os';
import type { McpTransport } from './transport.ts';

/** What a pool does where its options say nothing of it. */
export interface TransportDefaults {
  readonly minSize: number;
  readonly maxSize: number;
  /** Without pooling, where each request has a connection of its own. */
  readonly maxUnpooled: number;
  readonly connectTimeoutMs: number;
  /** Whether the first start may take far longer than those that come after it. */
  readonly isSlowAtFirst: boolean;
}

/** What the machine can run side by side; a server that drives a browser is several processes. */
const PROCESSES = Math.min(16, Math.max(4, availableParallelism()));

const tcp: TransportDefaults = {
  minSize: 10,
  maxSize: 1000,
  maxUnpooled: 1000,
  connectTimeoutMs: 10_000,
  isSlowAtFirst: false,
};

/** Each connection is a process, and `npx` and its like load the program from the network before they start it. */
const stdio: TransportDefaults = {
  minSize: 1,
  maxSize: PROCESSES,
  maxUnpooled: 16,
  connectTimeoutMs: 60_000,
  isSlowAtFirst: true,
};

/** Each connection is a session, and an idle one costs the server something. */
const http: TransportDefaults = { ...tcp, minSize: 1, maxSize: 100 };

/** The defaults for this transport; those of TCP where nobody knows yet, since the endpoints have theirs. */
export function defaultsOf(transport: McpTransport | undefined): TransportDefaults {
  if (transport?.kind === 'stdio') return stdio;
  return transport?.kind === 'http' ? http : tcp;
}
