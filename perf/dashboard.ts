import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveDashboard } from '../lib/dashboard/serve-dashboard.ts';
import type { WatchedPool } from '../lib/dashboard/watched-pool.ts';
import { type Pool, createPool } from '../lib/index.ts';
import type { Extent } from './support/extent.ts';
import { originOf } from './support/machine.ts';
import { type Ratio, judged } from './support/result.ts';
import { type Rounds, roundRobinRounds } from './support/rounds.ts';
import { aboutLine, aligned, ratioLine } from './support/table.ts';
import { type Workload, keep } from './support/workload.ts';

const CONNECTIONS = 1000;
const BROWSER = process.env['BROWSER_PATH'] ?? '/usr/bin/chromium';
/** What is done with a connection, in microseconds; 6 makes about 100 000 checkouts a second. */
const WORKS = [6, 0];
const NOBODY = 'nobody watches';
const PAGE = 'a page is open';
const DATA = join(tmpdir(), 'rx-mcp-pool-perf-');

/** What it costs the pool that somebody looks at it in a browser on the same machine. */
export const dashboard: Workload = {
  name: 'dashboard',
  summary: '1000 clients on 1000 connections in memory, with a page of the dashboard open and without; needs chromium',
  run: async (extent) => {
    if (!existsSync(BROWSER)) throw new Error(`there is no browser at ${BROWSER}`);
    const measured: [number, Rounds][] = [];
    for (const us of WORKS) measured.push([us, await measure(us, extent.quick ? 3 : 11)]);
    tell(measured, extent);
  },
};

async function measure(us: number, rounds: number): Promise<Rounds> {
  const pool = createPool({ connect: ({ id }) => Promise.resolve(id), minSize: CONNECTIONS, maxSize: CONNECTIONS });
  await pool.ready();
  const { watched, untilWatched } = watchedPool(pool);
  const served = await serveDashboard(watched, { port: 0 });
  const times = us === 0 ? 300_000 : 100_000;
  const without = { name: NOBODY, times, run: (n: number) => timed(pool, n, us) };
  const withPage = {
    name: PAGE,
    times,
    run: async (n: number) => {
      const page = await openPage(served.url);
      await untilWatched();
      const ms = await timed(pool, n, us);
      await page.close();
      return ms;
    },
  };
  const result = await roundRobinRounds([without, withPage], rounds);
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

interface OpenPage {
  close(): Promise<void>;
}

async function openPage(url: string): Promise<OpenPage> {
  const data = await mkdtemp(DATA);
  const flags = ['--headless=new', '--remote-debugging-port=0', '--disable-gpu', `--user-data-dir=${data}`];
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : [];
  const child: ChildProcess = spawn(BROWSER, [...flags, ...sandbox, url], { stdio: 'ignore' });
  return {
    close: async () => {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The pool, and how to know that somebody watches it. A page that has just been opened still has to draw itself. */
function watchedPool(pool: Pool<number>): { watched: WatchedPool; untilWatched: () => Promise<void> } {
  let looks = 0;
  const { name, events$ } = pool;
  const watched = {
    name,
    events$,
    why: pool.why.bind(pool),
    get state() {
      return pool.state;
    },
    get pressure() {
      looks++;
      return pool.pressure;
    },
    get metrics() {
      return pool.metrics;
    },
  };
  return {
    watched,
    untilWatched: async () => {
      const before = looks;
      while (looks === before) await new Promise((resolve) => setTimeout(resolve, 20));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    },
  };
}

function tell(measured: readonly (readonly [number, Rounds])[], { quick, folder }: Extent): void {
  const origin = originOf();
  const ratios = measured.map(([us, rounds]): Ratio => ({
    name: `${us} µs of work: throughput with a page open over that without`,
    value: rounds.ratio(NOBODY, PAGE).median,
    target: { atLeast: 0.7 },
  }));
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
