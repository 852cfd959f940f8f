import { randomUUID } from 'node:crypto';
import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { VERSION } from '../../base/version.ts';
import type { SessionFacts } from './sealed-id.ts';

/** Whom servers see where a session is begun anew: its id does not say what its client is called. */
const ANEW: object = { name: 'rx-mcp-pool', version: VERSION };

/** The id of the request by which a session is begun anew. No client can know it. */
export const ANEW_ID: string = randomUUID();

/** The beginning of the ids of requests that another node answers. No client can know it. */
export const ALSO: string = randomUUID();

/** What a client says once it is introduced. */
export const INITIALIZED: JSONRPCMessage = { jsonrpc: '2.0', method: 'notifications/initialized' };

/** The way of messages into a session. Where it has to be begun anew first they wait until that is done. */
export class SessionInlet {
  readonly #receive: (message: JSONRPCMessage) => void;
  #waiting: JSONRPCMessage[] | undefined;

  constructor(receive: (message: JSONRPCMessage) => void) {
    this.#receive = receive;
  }

  take(message: JSONRPCMessage): void {
    if (this.#waiting === undefined) this.#receive(message);
    else this.#waiting.push(message);
  }

  /** Another node has introduced the client; here it is done once more. */
  begin({ version, capabilities }: SessionFacts): void {
    this.#waiting = [];
    const params = { protocolVersion: version, capabilities: JSON.parse(capabilities) as object, clientInfo: ANEW };
    this.#receive({ jsonrpc: '2.0', id: ANEW_ID, method: 'initialize', params });
  }

  /** It is known here who the client is, as far as that can be. What it has asked for elsewhere comes before what waits. */
  begun(kept: readonly JSONRPCMessage[]): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const message of [INITIALIZED, ...kept, ...waiting]) this.#receive(message);
  }
}
