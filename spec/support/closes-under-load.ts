import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { NEVER, filter, firstValueFrom, of } from 'rxjs';
import { withConnection } from '../../lib/index.ts';
import { type McpPool, createMcpPool, stdio, tcp } from '../../lib/mcp/index.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { livingInGroups } from './process-groups.ts';
import { initialising, scriptedProgram } from './scripted-server.ts';
import { watched } from './watched.ts';

/** What is left after `close()` has resolved. */
export interface Remains {
  /** What keeps the process alive and was not there before, by kind. */
  readonly resources: readonly string[];
  /** Listeners of the process that were not there before. */
  readonly listeners: number;
  readonly processes: readonly string[];
  /** Subscribers that were told nothing, or more than one end. */
  readonly untold: number;
  /** Connections that there were, in any state. */
  readonly connections: number;
}

// A program of its own, where nothing but the pool has timers: closes a pool that is in the middle of everything, or so
// many milliseconds after it was opened, and tells what is left. If anything is, it does not end.
const [kind, port, afterMs] = process.argv.slice(2);
// Leaves when it is asked to, and leaves somebody behind.
const leaving = `
  require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  process.stdin.on('end', () => process.exit());`;
const program = scriptedProgram({ ...initialising(), never: { nothing: true } }, leaving);
const transport = watched(kind === 'stdio' ? stdio(program) : tcp({ port: Number(port) }));
// The pipe to whoever started this is opened when it is first looked at.
const { stdout } = process;
const resourcesBefore = process.getActiveResourcesInfo();
const listenersBefore = countListeners();
const pool = createMcpPool({ transport, minSize: 2, maxSize: 6, healthCheckIntervalMs: 50 });
const outcomes = afterMs === undefined ? await load(pool) : await wait(Number(afterMs));
await Promise.all([pool.close({ timeoutMs: 20 }), pool.close()]);
const processes = livingInGroups(transport.pids);
// What is closed is gone for good at the end of the turn.
for (let i = 0; i < 3; i++) await turn();
const remains: Remains = {
  resources: resourcesBeyond(resourcesBefore),
  listeners: countListeners() - listenersBefore,
  processes,
  untold: outcomes.filter(({ errors, completions }) => errors + completions !== 1).length,
  connections: transport.made.length,
};
stdout.write(JSON.stringify(remains));

/** Has the pool serving, waiting, connecting, checking and being watched. */
async function load(busy: McpPool): Promise<Outcome<unknown>[]> {
  const streams = [outcomeOf(busy.state$), outcomeOf(busy.events$), outcomeOf(busy.metrics$)];
  await busy.ready();
  const connecting = firstValueFrom(busy.events$.pipe(filter(({ type }) => type === 'connecting')));
  const requests = Array.from({ length: 50 }, (_, i) =>
    outcomeOf(of({ method: i % 10 === 0 ? 'never' : 'ping' }).pipe(withConnection(busy))),
  );
  const leases = Array.from({ length: 20 }, () => outcomeOf(of({}).pipe(withConnection(busy, () => NEVER))));
  await connecting;
  return [...streams, ...requests, ...leases];
}

async function wait(ms: number): Promise<Outcome<unknown>[]> {
  await sleep(ms);
  return [];
}

function resourcesBeyond(before: readonly string[]): string[] {
  const left = [...before];
  return process.getActiveResourcesInfo().filter((name) => {
    const index = left.indexOf(name);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

function countListeners(): number {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
}
