import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { VERSION } from '../../base/version.ts';

/** Whom servers see where a session is begun anew: its id does not say what its client is called. */
export const ANEW: object = { name: 'rx-mcp-pool', version: VERSION };

/** The id of the request by which a session is begun anew; no client uses such ids. */
export const ANEW_ID = '\u0000anew';

/** The beginning of the ids of requests that another node answers. */
export const ALSO = '\u0000also ';

/** What a client says once it is introduced. */
export const INITIALIZED: JSONRPCMessage = { jsonrpc: '2.0', method: 'notifications/initialized' };
