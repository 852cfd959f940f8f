import type { Contest } from './contest.ts';
import {
  callTool,
  callWithProgress,
  onConnection,
  piped,
  poolOverStdio,
  poolOverTcp,
  shared,
} from './contenders/ours.ts';
import { rawSocket, rawSockets, rawStdio } from './contenders/raw-lines.ts';
import { sdkCallTool, sdkOverStdio, sdkOverTcp, sdkRequest, sdkWithProgress } from './contenders/sdk.ts';
import { Count, contest, inCallbacks, inPromises, row, withAllProgress } from './rows.ts';

const AT_ONCE = 100;
/** Each with a connection of its own. */
const apart = { connections: AT_ONCE, leases: 1 };

/** Requests over TCP, 100 at once. */
export const lines: Contest = contest({
  name: 'wires/lines',
  summary: 'requests over TCP, 100 at once: raw sockets, the SDK, ours',
  url: import.meta.url,
  exportedAs: 'lines',
  rows: {
    'raw, 1 socket': row(40_000, async ({ port }) => inCallbacks((await rawSocket(port, 'echo')).ask, AT_ONCE)),
    'raw, 100 sockets': row(15_000, async ({ port }) =>
      inCallbacks((await rawSockets(port, 'echo', AT_ONCE)).ask, AT_ONCE),
    ),
    'SDK request': row(10_000, async ({ port }) => inPromises(sdkRequest(await sdkOverTcp(port), 'echo'), AT_ONCE)),
    'SDK callTool': row(8000, async ({ port }) => inPromises(sdkCallTool(await sdkOverTcp(port), 'echo'), AT_ONCE)),
    'connection.request': row(20_000, async ({ port }) => {
      const pool = await poolOverTcp(port, { connections: 1, leases: 1 });
      return (times) => onConnection(pool, 'echo', times, AT_ONCE);
    }),
    'withConnection, 1x128': row(15_000, async ({ port }) => {
      const pool = await poolOverTcp(port, shared);
      return (times) => piped(pool, 'echo', times, AT_ONCE);
    }),
    'withConnection, 100x1': row(10_000, async ({ port }) => {
      const pool = await poolOverTcp(port, apart);
      return (times) => piped(pool, 'echo', times, AT_ONCE);
    }),
    'callTool, 1x128': row(15_000, async ({ port }) =>
      inPromises(callTool(await poolOverTcp(port, shared), 'echo'), AT_ONCE),
    ),
    'callTool, 100x1': row(10_000, async ({ port }) =>
      inPromises(callTool(await poolOverTcp(port, apart), 'echo'), AT_ONCE),
    ),
    'SDK callTool, modern era': row(8000, async ({ port }) =>
      inPromises(sdkCallTool(await sdkOverTcp(port, 'modern'), 'echo'), AT_ONCE),
    ),
    'callTool, 1x128, modern era': row(15_000, async ({ port }) =>
      inPromises(callTool(await poolOverTcp(port, { ...shared, era: 'modern' }), 'echo'), AT_ONCE),
    ),
  },
  targets: [
    { row: 'connection.request', over: 'raw, 1 socket', atMost: 2.5 },
    { row: 'withConnection, 1x128', over: 'SDK request', atMost: 0.7 },
    { row: 'callTool, 1x128', over: 'SDK callTool', atMost: 0.35 },
    { row: 'callTool, 100x1', over: 'raw, 100 sockets', atMost: 1.6 },
    { row: 'withConnection, 100x1', over: 'raw, 100 sockets', atMost: 1.75 },
    { row: 'callTool, 100x1', over: 'SDK callTool', atMost: 0.95 },
  ],
});

/** Requests over stdio to one child process, 100 at once. */
export const pipes: Contest = contest({
  name: 'wires/stdio',
  summary: 'requests over stdio, 100 at once, to one child process',
  url: import.meta.url,
  exportedAs: 'pipes',
  rows: {
    raw: row(40_000, () => inCallbacks(rawStdio('echo').ask, AT_ONCE)),
    'SDK request': row(10_000, async () => inPromises(sdkRequest(await sdkOverStdio(), 'echo'), AT_ONCE)),
    'SDK callTool': row(8000, async () => inPromises(sdkCallTool(await sdkOverStdio(), 'echo'), AT_ONCE)),
    'withConnection, 1x128': row(15_000, async () => {
      const pool = await poolOverStdio(shared);
      return (times) => piped(pool, 'echo', times, AT_ONCE);
    }),
    'callTool, 1x128': row(15_000, async () => inPromises(callTool(await poolOverStdio(shared), 'echo'), AT_ONCE)),
  },
  targets: [],
});

/** Calls that are told 100 messages of progress, 10 at once. */
export const progress: Contest = contest({
  name: 'wires/progress',
  summary: 'calls with 100 messages of progress over TCP, 10 at once',
  url: import.meta.url,
  exportedAs: 'progress',
  rows: {
    raw: row(2000, async ({ port }) => {
      const raw = await rawSocket(port, 'progress');
      return withAllProgress(inCallbacks(raw.ask, 10), raw.progress);
    }),
    'SDK callTool': row(100, async ({ port }) => {
      const count = new Count();
      const call = sdkWithProgress(await sdkOverTcp(port), count.add);
      return withAllProgress(inPromises(call, 10), () => count.total);
    }),
    callTool: row(1000, async ({ port }) => {
      const count = new Count();
      const call = callWithProgress(await poolOverTcp(port, shared), count.add);
      return withAllProgress(inPromises(call, 10), () => count.total);
    }),
  },
  targets: [
    { row: 'callTool', over: 'SDK callTool', atMost: 0.1 },
    { row: 'callTool', over: 'raw', atMost: 2.5 },
  ],
});
