import { closeSync, openSync } from 'node:fs';
import { createMcpPool, stdio } from '../../lib/mcp/index.ts';
import { initialising, scriptedProgram } from './scripted-server.ts';
import { until } from './until.ts';

/** How a pool fared that wanted more connections than there were descriptors. */
export interface Shortage {
  /** The reasons of the connects that failed. */
  readonly failures: readonly string[];
  /** Connects begun while there were no descriptors, and how long that was. */
  readonly attempts: number;
  readonly shortMs: number;
  /** Requests that were answered meanwhile, and all that were made. */
  readonly answered: number;
  readonly asked: number;
  /** Connections at the end, when there were descriptors again. */
  readonly idle: number;
}

// A program of its own, to be run under a low limit: takes most descriptors away from a pool that wants many servers, has
// it work with those that it got, and gives them back.
const transport = stdio(scriptedProgram(initialising()));
const taken = takeAllBut(20);
const connectBackoff = { minMs: 20, maxMs: 100 };
const pool = createMcpPool({ transport, minSize: 12, maxSize: 12, connectBackoff, checkoutTimeoutMs: 4000 });
const failures: string[] = [];
let attempts = 0;
pool.events$.subscribe((event) => {
  if (event.type === 'connecting') attempts++;
  if (event.type === 'connectFailed') failures.push(event.error);
});
await until(() => failures.length > 0 && pool.state.idle > 0);
attempts = 0;
const began = performance.now();
let answered = 0;
let asked = 0;
while (performance.now() - began < 500) {
  asked += 3;
  const answers = await Promise.allSettled([1, 2, 3].map(() => pool.client.ping({ timeout: 5000 })));
  answered += answers.filter(({ status }) => status === 'fulfilled').length;
}
const short = { attempts, shortMs: performance.now() - began, answered, asked };
for (const descriptor of taken) closeSync(descriptor);
await until(() => pool.state.idle === 12);
const shortage: Shortage = { failures: [...new Set(failures)], ...short, idle: pool.state.idle };
await pool.close();
process.stdout.write(JSON.stringify(shortage));

function takeAllBut(spare: number): number[] {
  const all: number[] = [];
  try {
    for (;;) all.push(openSync('/dev/null', 'r'));
  } catch {
    // Now there are none.
  }
  for (const descriptor of all.splice(-spare)) closeSync(descriptor);
  return all;
}
