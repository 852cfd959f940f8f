import { randomUUID } from 'node:crypto';
import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { VERSION } from '../../base/version.ts';

/** Whom servers see where a session is begun anew: its id does not say what its client is called. */
export const ANEW: object = { name: 'rx-mcp-pool', version: VERSION };

/** The id of the request by which a session is begun anew. No client can know it. */
export const ANEW_ID: string = randomUUID();

/** The beginning of the ids of requests that another node answers. No client can know it. */
export const ALSO: string = randomUUID();

/** What a client says once it is introduced. */
export const INITIALIZED: JSONRPCMessage = { jsonrpc: '2.0', method: 'notifications/initialized' };
