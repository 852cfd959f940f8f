import type { Contest } from './contest.ts';
import { callTool, callWithProgress, piped, poolOverHttp, shared } from './contenders/ours.ts';
import { bareFetch, rawHttp } from './contenders/raw-http.ts';
import { sdkCallTool, sdkOverHttp, sdkWithProgress } from './contenders/sdk.ts';
import { Count, HTTP_LEAD_IN, contest, inCallbacks, inPromises, row, withAllProgress } from './rows.ts';

const AT_ONCE = 50;
/** Each with a connection of its own. */
const apart = { connections: AT_ONCE, leases: 1 };

/** Requests that are answered in JSON, 50 at once. */
export const http: Contest = contest({
  name: 'wires/http',
  summary: 'requests over HTTP, answered in JSON, 50 at once: undici by itself, the SDK, ours',
  url: import.meta.url,
  exportedAs: 'http',
  rows: {
    'Agent.dispatch': row(
      6000,
      ({ httpPort }) => inCallbacks(rawHttp(httpPort, '/json', 'echo').ask, AT_ONCE),
      HTTP_LEAD_IN,
    ),
    'SDK callTool': row(
      500,
      async ({ httpPort }) => inPromises(sdkCallTool(await sdkOverHttp(httpPort, '/json'), 'echo'), AT_ONCE),
      HTTP_LEAD_IN,
    ),
    'callTool, 50x1': row(
      3000,
      async ({ httpPort }) => inPromises(callTool(await poolOverHttp(httpPort, '/json', apart), 'echo'), AT_ONCE),
      HTTP_LEAD_IN,
    ),
    'callTool, 1x128': row(
      3000,
      async ({ httpPort }) => inPromises(callTool(await poolOverHttp(httpPort, '/json', shared), 'echo'), AT_ONCE),
      HTTP_LEAD_IN,
    ),
    'withConnection, 1x128': row(
      3000,
      async ({ httpPort }) => {
        const pool = await poolOverHttp(httpPort, '/json', shared);
        return (times) => piped(pool, 'echo', times, AT_ONCE);
      },
      HTTP_LEAD_IN,
    ),
  },
  targets: [
    { row: 'callTool, 50x1', over: 'SDK callTool', atMost: 0.08 },
    { row: 'callTool, 50x1', over: 'Agent.dispatch', atMost: 1.6 },
  ],
});

/** The same in the era of 2026. */
export const httpModern: Contest = contest({
  name: 'wires/http-modern',
  summary: 'requests over HTTP in the modern era, 50 at once',
  url: import.meta.url,
  exportedAs: 'httpModern',
  rows: {
    'SDK callTool': row(
      500,
      async ({ httpPort }) => inPromises(sdkCallTool(await sdkOverHttp(httpPort, '/json', 'modern'), 'echo'), AT_ONCE),
      HTTP_LEAD_IN / 4,
    ),
    'callTool, 50x1': row(
      3000,
      async ({ httpPort }) => {
        const pool = await poolOverHttp(httpPort, '/json', { ...apart, era: 'modern' });
        return inPromises(callTool(pool, 'echo'), AT_ONCE);
      },
      HTTP_LEAD_IN,
    ),
  },
  targets: [],
});

/** Requests that are answered by a stream of one event, 50 at once. */
export const sse: Contest = contest({
  name: 'wires/sse',
  summary: 'requests over HTTP, answered by one event, 50 at once',
  url: import.meta.url,
  exportedAs: 'sse',
  rows: {
    'Agent.dispatch': row(
      6000,
      ({ httpPort }) => inCallbacks(rawHttp(httpPort, '/sse', 'echo').ask, AT_ONCE),
      HTTP_LEAD_IN,
    ),
    'SDK callTool': row(
      500,
      async ({ httpPort }) => inPromises(sdkCallTool(await sdkOverHttp(httpPort, '/sse'), 'echo'), AT_ONCE),
      HTTP_LEAD_IN,
    ),
    'callTool, 50x1': row(
      3000,
      async ({ httpPort }) => inPromises(callTool(await poolOverHttp(httpPort, '/sse', apart), 'echo'), AT_ONCE),
      HTTP_LEAD_IN,
    ),
  },
  targets: [
    { row: 'callTool, 50x1', over: 'SDK callTool', atMost: 0.08 },
    { row: 'callTool, 50x1', over: 'Agent.dispatch', atMost: 1.8 },
  ],
});

/** Calls that are told 100 messages of progress by events, 10 at once. */
export const sseProgress: Contest = contest({
  name: 'wires/sse-progress',
  summary: 'calls with 100 messages of progress over HTTP, 10 at once',
  url: import.meta.url,
  exportedAs: 'sseProgress',
  rows: {
    'Agent.dispatch': row(
      1000,
      ({ httpPort }) => {
        const raw = rawHttp(httpPort, '/sse', 'progress');
        return withAllProgress(inCallbacks(raw.ask, 10), raw.progress);
      },
      HTTP_LEAD_IN / 10,
    ),
    'SDK callTool': row(
      50,
      async ({ httpPort }) => {
        const count = new Count();
        const call = sdkWithProgress(await sdkOverHttp(httpPort, '/sse'), count.add);
        return withAllProgress(inPromises(call, 10), () => count.total);
      },
      HTTP_LEAD_IN / 40,
    ),
    callTool: row(
      400,
      async ({ httpPort }) => {
        const count = new Count();
        const call = callWithProgress(await poolOverHttp(httpPort, '/sse', shared), count.add);
        return withAllProgress(inPromises(call, 10), () => count.total);
      },
      HTTP_LEAD_IN / 10,
    ),
  },
  targets: [
    { row: 'callTool', over: 'SDK callTool', atMost: 0.08 },
    { row: 'callTool', over: 'Agent.dispatch', atMost: 2.5 },
  ],
});

/** A user's `fetch`, 50 at once. */
export const userFetch: Contest = contest({
  name: 'wires/fetch',
  summary: "requests over a user's fetch and over a bare one, 50 at once",
  url: import.meta.url,
  exportedAs: 'userFetch',
  rows: {
    'bare fetch': row(
      600,
      ({ httpPort }) => inPromises(bareFetch(httpPort, '/json', 'echo'), AT_ONCE),
      HTTP_LEAD_IN / 2,
    ),
    'callTool, 50x1': row(
      600,
      async ({ httpPort }) => {
        const theirs: typeof fetch = (input, init) => fetch(input, init);
        return inPromises(callTool(await poolOverHttp(httpPort, '/json', apart, theirs), 'echo'), AT_ONCE);
      },
      HTTP_LEAD_IN / 2,
    ),
  },
  targets: [{ row: 'callTool, 50x1', over: 'bare fetch', atMost: 1.3 }],
});
