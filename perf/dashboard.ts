import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboardHandler } from '../lib/dashboard/dashboard-handler.ts';
import { type Pool, createPool } from '../lib/index.ts';
import { browserArgs, browserPath } from './support/browser.ts';
import type { Extent } from './support/extent.ts';
import { originOf } from './support/machine.ts';
import { type Ratio, judged } from './support/result.ts';
import { type Rounds, roundRobinRounds } from './support/rounds.ts';
import { aboutLine, aligned, ratioLine } from './support/table.ts';
import { type Workload, keep } from './support/workload.ts';

const CONNECTIONS = 1000;
const READER = fileURLToPath(new URL('./support/stream-reader.js', import.meta.url));
/** What is done with a connection, in microseconds; 6 makes about 100 000 checkouts a second. */
const WORKS = [6, 0];
const NOBODY = 'nobody watches';
/** What a page asks of the pool, without what drawing it costs the machine. */
const STREAM = 'the stream of a page is read';
const PAGE = 'a page is open';
const DATA = join(tmpdir(), 'rx-mcp-pool-perf-');

/** What it costs the pool that somebody looks at it from the same machine: reads its stream, or has a page open. */
export const dashboard: Workload = {
  name: 'dashboard',
  summary:
    '1000 clients on 1000 connections in memory, with the stream of the dashboard read, with a page open, and without',
  run: async (extent) => {
    const measured: [number, Rounds][] = [];
    for (const us of WORKS) measured.push([us, await measure(us, extent.quick ? 3 : 11)]);
    tell(measured, extent);
  },
};

async function measure(us: number, rounds: number): Promise<Rounds> {
  const pool = createPool({ connect: ({ id }) => Promise.resolve(id), minSize: CONNECTIONS, maxSize: CONNECTIONS });
  await pool.ready();
  const served = await serve(pool);
  const times = us === 0 ? 1_500_000 : 300_000;
  const without = { name: NOBODY, times, run: (n: number) => timed(pool, n, us) };
  const watched = (name: string, begin: (url: string) => Promise<Watching>): typeof without => ({
    name,
    times,
    run: async (n: number) => {
      const watching = await begin(served.url);
      await served.untilWatched();
      const ms = await timed(pool, n, us);
      await watching.end();
      return ms;
    },
  });
  const cases = [without, watched(STREAM, readStream)];
  if (existsSync(browserPath)) cases.push(watched(PAGE, openPage));
  const result = await roundRobinRounds(cases, rounds);
  await served.close();
  await pool.close();
  return result;
}

/** Resolves with the milliseconds that so many checkouts took; each connection is held for a turn of the event loop. */
async function timed(pool: Pool<number>, times: number, us: number): Promise<number> {
  let left = times;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      await pool.use(() => {
        spin(us);
        return new Promise<void>(setImmediate);
      });
    }
  };
  const since = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  return performance.now() - since;
}

function spin(us: number): void {
  if (us === 0) return;
  const end = performance.now() + us / 1000;
  while (performance.now() < end);
}

/** Somebody who watches. */
interface Watching {
  end(): Promise<void>;
}

function readStream(url: string): Promise<Watching> {
  return Promise.resolve(watching(spawn(process.execPath, [READER, url], { stdio: 'ignore' })));
}

async function openPage(url: string): Promise<Watching> {
  const data = await mkdtemp(DATA);
  const flags = ['--headless=new', '--remote-debugging-port=0', '--disable-gpu', `--user-data-dir=${data}`];
  const browser = watching(spawn(browserPath, [...flags, ...browserArgs, url], { stdio: 'ignore' }));
  return {
    end: async () => {
      await browser.end();
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function watching(child: ChildProcess): Watching {
  return {
    end: async () => {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

interface Served {
  readonly url: string;
  /** Resolves when somebody new watches, and has had the time to draw what there is. */
  untilWatched(): Promise<void>;
  close(): Promise<void>;
}

async function serve(pool: Pool<number>): Promise<Served> {
  const handler = dashboardHandler(pool);
  let streams = 0;
  const server: Server = createServer((request, response) => {
    if (request.url?.startsWith('/api/stream') === true) streams++;
    handler(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    untilWatched: async () => {
      while (streams === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      streams = 0;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    },
    close: async () => {
      handler.close();
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

function tell(measured: readonly (readonly [number, Rounds])[], { quick, folder }: Extent): void {
  const origin = originOf();
  const ratios = measured.flatMap(([us, rounds]) => ratiosOf(us, rounds));
  const rows = measured.flatMap(([us, rounds]) =>
    rounds.names.map((name) => [`${us} µs of work, ${name}`, (1e9 / rounds.ns(name).median).toFixed(0)]),
  );
  const about = aboutLine(origin, ...(quick ? ['quick'] : []));
  const verdicts = ratios.map((ratio) => ratioLine(ratio, !quick));
  const table = aligned(['case', 'checkouts/s'], rows);
  process.stdout.write(`\n${['dashboard', about, '', table, '', ...verdicts].join('\n')}\n\n`);
  keep(folder, 'dashboard', {
    name: 'dashboard',
    quick,
    ...origin,
    results: rows.map(([name, perSecond]) => ({ name, checkoutsPerSecond: Number(perSecond) })),
    ratios: ratios.map((ratio) => judged(ratio, !quick)),
  });
}

function ratiosOf(us: number, rounds: Rounds): readonly Ratio[] {
  const ratio = (name: string, atLeast: number): Ratio => ({
    name: `${us} µs of work: throughput, ${name}, over that while ${NOBODY}`,
    value: rounds.ratio(NOBODY, name).median,
    target: { atLeast },
  });
  // A browser draws on the cores that the pool runs on.
  return rounds.names.flatMap((name) =>
    name === STREAM ? [ratio(STREAM, 0.9)] : name === PAGE ? [ratio(PAGE, 0.7)] : [],
  );
}
