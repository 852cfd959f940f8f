import type { Case } from './support/measure.ts';
import { memoryPool } from './support/memory-target.ts';
import { timedWork } from './support/work.ts';
import { type Workload, report } from './support/workload.ts';

const CLIENTS = [10, 25, 50, 75, 100, 150];
const CONNECTIONS = 100;

/** How a pool behaves as it fills up, and beyond. */
export const poolUtilization: Workload = {
  name: 'pool_utilization',
  summary: '10, 25, 50, 75, 100 and 150 clients on 100 connections, uses of 1 to 5 ms',
  run: (quick) => report({ name: 'pool_utilization', cases: CLIENTS.map(filledBy) }, quick),
};

function filledBy(clients: number): Case {
  return {
    name: `${clients} clients`,
    clients,
    // The same number of turns for each client, so that all batches take about as long.
    requests: 20 * clients,
    connections: CONNECTIONS,
    open: () => memoryPool({ connections: CONNECTIONS, work: timedWork }),
  };
}
