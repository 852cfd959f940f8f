import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveDashboard } from '../lib/dashboard/serve-dashboard.ts';
import { type Pool, createPool } from '../lib/index.ts';
import { browserArgs, browserPath } from './support/browser.ts';
import type { Extent } from './support/extent.ts';
import { originOf } from './support/machine.ts';
import { type Ratio, judged } from './support/result.ts';
import { aboutLine, aligned, ratioLine } from './support/table.ts';
import { type Workload, keep } from './support/workload.ts';

const CONNECTIONS = 1000;
/** Checkouts in a millisecond. */
const RATES = [10, 100];
/** For how long frames are counted, in seconds. */
const SECONDS = 20;

/** What is used here of Playwright, whose own types need those of a browser. */
interface Playwright {
  readonly chromium: {
    launch(options: { readonly executablePath: string; readonly args: readonly string[] }): Promise<Browser>;
  };
}

interface Browser {
  newPage(options: { readonly viewport: { readonly width: number; readonly height: number } }): Promise<Page>;
  close(): Promise<void>;
}

interface Page {
  goto(url: string): Promise<unknown>;
  waitForSelector(selector: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

/** What a page saw of its own frames. */
interface Frames {
  readonly perSecond: number;
  /** Milliseconds from one frame to the next. */
  readonly p99: number;
  readonly longest: number;
}

/** Whether a page of 1000 connections, each of which is leased all the time, is drawn as often as a screen is. */
export const dashboardFrames: Workload = {
  name: 'dashboard-frames',
  summary: 'how many frames a second a browser draws of 1000 connections that are all in use; needs chromium',
  run: async (extent) => {
    const measured: [number, Frames][] = [];
    for (const rate of RATES) measured.push([1000 * rate, await framesAt(rate, extent.quick ? 5 : SECONDS)]);
    tell(measured, extent);
  },
};

async function framesAt(perMs: number, seconds: number): Promise<Frames> {
  const pool = createPool({ connect: ({ id }) => Promise.resolve(id), minSize: CONNECTIONS, maxSize: CONNECTIONS });
  await pool.ready();
  const dashboard = await serveDashboard(pool, { port: 0 });
  const load = setInterval(() => {
    burst(pool, 10 * perMs);
  }, 10);
  const { chromium } = createRequire(import.meta.url)('playwright-core') as Playwright;
  const browser = await chromium.launch({ executablePath: browserPath, args: browserArgs });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(dashboard.url);
    await page.waitForSelector('[data-link=live]');
    await sleep(3000);
    return framesOf((await page.evaluate(COUNT.replace('SECONDS', String(seconds)))) as number[]);
  } finally {
    clearInterval(load);
    await browser.close();
    await dashboard.close();
    await pool.close();
  }
}

/** Runs in the page: the milliseconds from each frame to the next. */
const COUNT = `new Promise((resolve) => {
  const [frames, begun] = [[], performance.now()];
  let before = begun;
  requestAnimationFrame(function frame(now) {
    frames.push(now - before);
    before = now;
    if (now - begun < 1000 * SECONDS) requestAnimationFrame(frame);
    else resolve(frames.slice(1));
  });
})`;

/** So many leases, each for some milliseconds, on whichever connection. */
function burst(pool: Pool<number>, count: number): void {
  for (let i = 0; i < count; i++) {
    const lease = pool.tryCheckout();
    if (lease === undefined) return;
    if (i % 10 === 0) setTimeout(lease.checkin.bind(lease), 5 + (i % 50));
    else lease.checkin();
  }
}

function framesOf(gaps: readonly number[]): Frames {
  const sorted = gaps.toSorted((one, other) => one - other);
  const sum = gaps.reduce((total, gap) => total + gap, 0);
  return {
    perSecond: (1000 * gaps.length) / sum,
    p99: sorted[Math.floor(0.99 * sorted.length)] ?? 0,
    longest: sorted.at(-1) ?? 0,
  };
}

function tell(measured: readonly (readonly [number, Frames])[], { quick, folder }: Extent): void {
  const origin = originOf();
  const rows = measured.map(([rate, frames]) => [
    `${rate} checkouts/s`,
    ...[frames.perSecond, frames.p99, frames.longest].map((value) => value.toFixed(1)),
  ]);
  const ratios = measured.map(([rate, { perSecond }]): Ratio => ({
    name: `frames a second with ${rate} checkouts/s, over 60`,
    value: perSecond / 60,
    target: { atLeast: 0.97 },
  }));
  const lines = [
    'dashboard-frames',
    aboutLine(origin, ...(quick ? ['quick'] : [])),
    '',
    aligned(['case', 'frames/s', 'p99 ms', 'longest ms'], rows),
    '',
    ...ratios.map((ratio) => ratioLine(ratio, !quick)),
  ];
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
  const results = measured.map(([checkoutsPerSecond, frames]) => ({ checkoutsPerSecond, ...frames }));
  keep(folder, 'dashboard-frames', {
    name: 'dashboard-frames',
    quick,
    ...origin,
    results,
    ratios: ratios.map((ratio) => judged(ratio, !quick)),
  });
}
