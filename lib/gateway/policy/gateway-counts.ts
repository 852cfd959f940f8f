import type { RefusalReason } from './audit.ts';

/** How much there is of what a gateway serves at this moment, and what it has refused so far. */
export interface GatewayCounts {
  /** Sessions of clients of the legacy era. */
  readonly sessions: number;
  /** Clients of the modern era that listen. */
  readonly listening: number;
  /** Requests that are open, those that only listen not counted. */
  readonly open: number;
  /** Requests that were refused before they were looked at as ones of MCP; `stranger`: with 401. */
  readonly refused: Readonly<Record<RefusalReason | 'stranger', number>>;
}
