import type { McpHub } from '../hub/mcp-hub.ts';
import type { McpPool } from '../mcp-pool.ts';
import { HubSession } from './hub-session.ts';
import { Session, type SessionFront, type SessionOptions } from './session.ts';

/** One client, of a pool or of a hub: takes its messages until it is gone. */
export type AnySession = Pick<Session, 'receive' | 'end'>;

/** A session of the client that this front carries the messages of. */
export function sessionOf(pool: McpPool | McpHub, options: SessionOptions, front: SessionFront): AnySession {
  return 'catalogue' in pool ? new HubSession(pool, options, front) : new Session(pool, options, front);
}
