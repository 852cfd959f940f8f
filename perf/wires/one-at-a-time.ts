import type { Contest } from './contest.ts';
import { callTool, poolOverHttp, poolOverStdio, poolOverTcp, shared } from './contenders/ours.ts';
import { rawHttp } from './contenders/raw-http.ts';
import { rawSocket, rawStdio } from './contenders/raw-lines.ts';
import { sdkCallTool, sdkOverHttp, sdkOverStdio, sdkOverTcp } from './contenders/sdk.ts';
import { HTTP_LEAD_IN, contest, oneByOne, promiseOf, row } from './rows.ts';

/**
 * One call after another: what half of them take at most, by the clock on the wall. Most of it is that the other process
 * has to wake up, which is quick or slow for the whole of a round.
 */
export const oneAtATime: Contest = contest({
  name: 'wires/one-at-a-time',
  summary: 'one call at a time over TCP, stdio and HTTP: the median latency',
  url: import.meta.url,
  exportedAs: 'oneAtATime',
  unit: 'p50 µs',
  rows: {
    'TCP, raw': row(3000, async ({ port }) => oneByOne(promiseOf(await rawSocket(port, 'echo')))),
    'TCP, SDK callTool': row(3000, async ({ port }) => oneByOne(sdkCallTool(await sdkOverTcp(port), 'echo'))),
    'TCP, callTool': row(3000, async ({ port }) => oneByOne(callTool(await poolOverTcp(port, shared), 'echo'))),
    'stdio, raw': row(3000, () => oneByOne(promiseOf(rawStdio('echo')))),
    'stdio, SDK callTool': row(3000, async () => oneByOne(sdkCallTool(await sdkOverStdio(), 'echo'))),
    'stdio, callTool': row(3000, async () => oneByOne(callTool(await poolOverStdio(shared), 'echo'))),
    'HTTP, Agent.dispatch': row(
      1000,
      ({ httpPort }) => oneByOne(promiseOf(rawHttp(httpPort, '/json', 'echo'))),
      HTTP_LEAD_IN / 2,
    ),
    'HTTP, SDK callTool': row(
      300,
      async ({ httpPort }) => oneByOne(sdkCallTool(await sdkOverHttp(httpPort, '/json'), 'echo')),
      HTTP_LEAD_IN / 4,
    ),
    'HTTP, callTool': row(
      500,
      async ({ httpPort }) => oneByOne(callTool(await poolOverHttp(httpPort, '/json', shared), 'echo')),
      HTTP_LEAD_IN / 2,
    ),
  },
  targets: [
    { row: 'TCP, callTool', over: 'TCP, SDK callTool', atMost: 1 },
    { row: 'stdio, callTool', over: 'stdio, SDK callTool', atMost: 1 },
    { row: 'HTTP, callTool', over: 'HTTP, SDK callTool', atMost: 0.2 },
  ],
});
