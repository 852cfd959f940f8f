import type { Ratio } from '../support/result.ts';
import { bare, gateway, guarded, sdkOverHttp } from './contenders/contenders.ts';
import type { Metric, Turns } from './turns.ts';

/** Two contenders set against each other, and what was promised of that. */
interface Promised {
  readonly what: string;
  readonly metric: Metric;
  readonly of: string;
  readonly to: string;
  readonly clients: number;
  /** A quotient when left out. */
  readonly isDifference?: true;
  readonly target: Ratio['target'];
}

const exclusive = gateway('exclusive', 'lean').name;
const multiplexed = gateway('multiplexed', 'lean').name;
const exclusiveTool = gateway('exclusive', 'SDK').name;
const multiplexedTool = gateway('multiplexed', 'SDK').name;
const modernTool = gateway('multiplexed', 'SDK', 'modern').name;
const MANY = 50;
const proxy = 'mcp-proxy, SDK server';

const promises: readonly Promised[] = [
  {
    ...{ what: 'CPU of the gateway over bare node:http, exclusive', metric: 'ownUs', of: exclusive, to: bare.name },
    ...{ clients: MANY, target: { atMost: 4.5 } },
  },
  {
    ...{ what: 'CPU of the gateway over bare node:http, multiplexed', metric: 'ownUs', of: multiplexed, to: bare.name },
    ...{ clients: MANY, target: { atMost: 2.8 } },
  },
  {
    ...{ what: 'the same guarded, exclusive', metric: 'ownUs', of: guarded('exclusive').name, to: bare.name },
    ...{ clients: MANY, target: { atMost: 4.5 } },
  },
  {
    ...{ what: 'the same guarded, multiplexed', metric: 'ownUs', of: guarded('multiplexed').name, to: bare.name },
    ...{ clients: MANY, target: { atMost: 2.8 } },
  },
  rate('requests/s over bare node:http, multiplexed', multiplexed, bare.name, 0.4),
  rate('requests/s over the SDK over HTTP, exclusive', exclusiveTool, sdkOverHttp('legacy').name, 0.9),
  rate('requests/s over the SDK over HTTP, multiplexed', multiplexedTool, sdkOverHttp('legacy').name, 1.8),
  rate('requests/s over the SDK over HTTP, multiplexed, modern', modernTool, sdkOverHttp('modern').name, 3),
  rate('requests/s over mcp-proxy, exclusive', exclusiveTool, proxy, 3),
  rate('requests/s over mcp-proxy, multiplexed', multiplexedTool, proxy, 6),
  {
    ...{ what: 'p50 with one client over bare node:http, ms more', metric: 'p50Ms', of: exclusive, to: bare.name },
    ...{ clients: 1, isDifference: true, target: { atMost: 0.1 } },
  },
];

/** What was promised of the gateway, and what was measured of it; what was not measured is left out. */
export function promised(turns: Turns): Ratio[] {
  const measured = promises.filter(({ of, to, clients }) => turns.has(of, clients) && turns.has(to, clients));
  return measured.map(({ what, metric, of, to, clients, isDifference = false, target }) => {
    const compare = (one: number, other: number): number => (isDifference ? one - other : one / other);
    const spread = turns.compared(metric, [of, to], clients, compare);
    return { name: what, value: spread.median, spread, target };
  });
}

function rate(what: string, of: string, to: string, atLeast: number): Promised {
  return { what, metric: 'perSecond', of, to, clients: MANY, target: { atLeast } };
}
