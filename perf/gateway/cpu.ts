import type { Row, RowTable } from '../support/row.ts';
import { takeTurn } from './client/turn.ts';
import type { Contender } from './contenders/contender.ts';
import { bare, gateway } from './contenders/contenders.ts';
import { MCP_PATH } from './opened-contender.ts';

const CLIENTS = 50;
const SETTLE_MS = 100;
const TURN_MS = 500;
/** There is much code to warm up. */
const LEAD_IN_REQUESTS = 10_000;

/** What a request costs the process that serves HTTP, as rows: a row's own process is its client. */
export const cpu: RowTable = {
  name: 'gateway/cpu',
  url: import.meta.url,
  exportedAs: 'cpu',
  rows: new Map(
    [bare, gateway('exclusive', 'lean'), gateway('multiplexed', 'lean')].map((each) => [each.name, rowOf(each)]),
  ),
};

/** As often as there is time for; what one request took is told as if it were all. */
function rowOf(contender: Contender): Row {
  return {
    times: 1,
    open: async () => {
      const { pid, port } = await contender.start();
      const plan = {
        endpoint: { port, path: MCP_PATH, era: contender.era },
        pid,
        clients: CLIENTS,
        leadInMs: SETTLE_MS,
        ms: TURN_MS,
      };
      await takeTurn({ ...plan, leadInRequests: LEAD_IN_REQUESTS });
      return async (times) => ({ ms: (times * (await takeTurn(plan)).ownUs) / 1000 });
    },
  };
}
