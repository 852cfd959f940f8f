import type { Contest } from './contest.ts';
import { callTool, poolOverHttp, poolOverTcp, shared } from './contenders/ours.ts';
import { rawHttp } from './contenders/raw-http.ts';
import { rawSocket } from './contenders/raw-lines.ts';
import { sdkCallTool, sdkOverHttp, sdkOverTcp } from './contenders/sdk.ts';
import { contest, inCallbacks, inPromises, row } from './rows.ts';

const AT_ONCE = 4;
const TIMES = 40;
/** Most of the time is in Node's own code, and in the collection of garbage. */
const LEAD_IN = 300;

/** Results of 1 MiB, 4 at once. Whoever gathers chunks in anything but a list is no measure for anybody. */
export const bigResults: Contest = contest({
  name: 'wires/big-results',
  summary: 'results of 1 MiB over TCP and HTTP, 4 at once',
  url: import.meta.url,
  exportedAs: 'bigResults',
  rows: {
    'lines, raw': row(TIMES, async ({ port }) => inCallbacks((await rawSocket(port, 'big')).ask, AT_ONCE), LEAD_IN),
    'lines, SDK callTool': row(
      TIMES,
      async ({ port }) => inPromises(sdkCallTool(await sdkOverTcp(port), 'big'), AT_ONCE),
      LEAD_IN,
    ),
    'lines, callTool': row(
      TIMES,
      async ({ port }) => inPromises(callTool(await poolOverTcp(port, shared), 'big'), AT_ONCE),
      LEAD_IN,
    ),
    'HTTP, Agent.dispatch': row(
      TIMES,
      ({ httpPort }) => inCallbacks(rawHttp(httpPort, '/json', 'big').ask, AT_ONCE),
      LEAD_IN,
    ),
    'HTTP, SDK callTool': row(
      TIMES,
      async ({ httpPort }) => inPromises(sdkCallTool(await sdkOverHttp(httpPort, '/json'), 'big'), AT_ONCE),
      LEAD_IN,
    ),
    'HTTP, callTool': row(
      TIMES,
      async ({ httpPort }) => inPromises(callTool(await poolOverHttp(httpPort, '/json', shared), 'big'), AT_ONCE),
      LEAD_IN,
    ),
  },
  targets: [
    { row: 'lines, callTool', over: 'lines, SDK callTool', atMost: 0.95 },
    { row: 'HTTP, callTool', over: 'HTTP, SDK callTool', atMost: 0.65 },
    { row: 'lines, callTool', over: 'lines, raw', atMost: 1.15 },
    { row: 'HTTP, callTool', over: 'HTTP, Agent.dispatch', atMost: 1.15 },
  ],
});
