import type { Ports } from '../../support/row.ts';
import { callTool, poolOverHttp, poolOverTcp, requestOf } from './ours.ts';
import { sdkCallTool, sdkOverHttp, sdkOverTcp, sdkRequest } from './sdk.ts';

/** Somebody whose requests are never answered. */
export interface Holder {
  /** How many are sent at once; over HTTP each has a socket. */
  readonly many: number;
  /** Bytes that one of them may take, where something was promised. */
  readonly atMost?: number;
  /** Gets ready; what it resolves with sends one request. */
  open(ports: Ports): Promise<() => void>;
}

/** All that are sent in one process. */
const shape = { connections: 1, leases: 20_000 };
const one = { connections: 1, leases: 1 };
const LINES = 2000;
const SOCKETS = 300;

/** By their names. */
export const holders: ReadonlyMap<string, Holder> = new Map<string, Holder>([
  ['TCP, SDK request', { many: LINES, open: async ({ port }) => sent(sdkRequest(await sdkOverTcp(port), 'hold')) }],
  ['TCP, SDK callTool', { many: LINES, open: async ({ port }) => sent(sdkCallTool(await sdkOverTcp(port), 'hold')) }],
  [
    'TCP, connection.request',
    {
      many: LINES,
      atMost: 1000,
      open: async ({ port }) => {
        const pool = await poolOverTcp(port, one);
        return new Promise((resolve) => {
          // Never given back.
          void pool.use((connection) => {
            resolve(() => connection.request(requestOf('hold')).subscribe());
            return new Promise(() => undefined);
          });
        });
      },
    },
  ],
  [
    'TCP, pool.client.callTool',
    { many: LINES, atMost: 4200, open: async ({ port }) => sent(callTool(await poolOverTcp(port, shape), 'hold')) },
  ],
  [
    'HTTP with its socket, SDK callTool',
    { many: SOCKETS, open: async ({ httpPort }) => sent(sdkCallTool(await sdkOverHttp(httpPort, '/json'), 'hold')) },
  ],
  [
    'HTTP with its socket, pool.client.callTool',
    {
      many: SOCKETS,
      atMost: 12_000,
      open: async ({ httpPort }) => sent(callTool(await poolOverHttp(httpPort, '/json', shape), 'hold')),
    },
  ],
]);

function sent(call: () => Promise<unknown>): () => void {
  return () => void call();
}
