import { type Observable, NEVER, map, of, timer } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Schedule } from '../../../lib/cli/load/arrivals.ts';
import { closedLoop } from '../../../lib/cli/load/closed-loop.ts';
import { openLoop } from '../../../lib/cli/load/open-loop.ts';
import type { Outcome, Requesting } from '../../../lib/cli/load/sending.ts';
import { type Pool, createPool } from '../../../lib/index.ts';
import { LatencyHistogram } from '../../../lib/metrics/latency-histogram.ts';
import { collect } from '../../support/listen.ts';
import { elapse, rest, resumeTime, stopTime } from '../../support/virtual-time.ts';

const PAUSE_MS = 200;
const EVERY_MS = 2000;
const SERVED_MS = 2;
const request = { method: 'ping' };
const evenly = (rate: number): Schedule => ({ from: rate, to: rate, overMs: 0, pattern: 'even' });

let pool: Pool<Requesting>;

/** Answers in 2 ms, but stands still for the first 200 ms of each 2 s. */
function answer(began: number): Observable<Record<string, unknown>> {
  const phase = (performance.now() - began) % EVERY_MS;
  return timer(SERVED_MS + (phase < PAUSE_MS ? PAUSE_MS - phase : 0)).pipe(map(() => ({})));
}

/** A pool of one connection that many may use. */
async function poolOf(respond: () => Observable<Record<string, unknown>>): Promise<Pool<Requesting>> {
  const connection = { request: respond } as unknown as Requesting;
  const opened = createPool({ connect: () => of(connection), minSize: 1, maxSize: 1, maxLeasesPerConnection: 1000 });
  await opened.ready();
  return opened;
}

/** Lets so many milliseconds pass one by one, with turns of the event loop between them. */
async function passSlowly(ms: number): Promise<void> {
  for (let n = 0; n < ms; n++) {
    await elapse(1);
    await rest();
  }
}

function p99Of(outcomes: readonly Outcome[]): number {
  const histogram = new LatencyHistogram();
  for (const { ms } of outcomes) if (ms !== undefined) histogram.record(ms);
  return histogram.summary(0).p99 / 1000;
}

beforeEach(stopTime);
afterEach(async () => {
  const closed = pool.close();
  await elapse(100);
  await closed;
  resumeTime();
});

describe('an open loop', () => {
  it('tells the p99 of a server with known pauses within 5 %, which a closed loop does not see', async () => {
    const began = performance.now();
    pool = await poolOf(() => answer(began));
    const open = collect(openLoop(pool, { request, timeoutMs: 5000, schedule: evenly(250) }, timer(2 * EVERY_MS)));
    const closed = collect(closedLoop(pool, { request, timeoutMs: 5000, clients: 4 }, timer(2 * EVERY_MS)));
    await passSlowly(2 * EVERY_MS + PAUSE_MS);
    // Who comes `ms` after the beginning of a pause waits for its rest: of each 2 s the first hundredth is 20 ms.
    const truth = PAUSE_MS - EVERY_MS / 100 + SERVED_MS;
    expect(open).toHaveLength(999);
    expect(p99Of(open)).toBeGreaterThan(0.95 * truth);
    expect(p99Of(open)).toBeLessThan(1.05 * truth);
    // Eight answers of some thousands: those of the four clients at each of two pauses.
    expect(p99Of(closed)).toBeLessThan(5);
    expect(Math.max(...closed.map(({ ms }) => ms ?? 0))).toBeGreaterThan(190);
  });

  it('counts what it sends late from when it should have begun', async () => {
    pool = await poolOf(() => timer(SERVED_MS).pipe(map(() => ({}))));
    const outcomes = collect(openLoop(pool, { request, timeoutMs: 5000, schedule: evenly(100), requests: 10 }, NEVER));
    // The clock goes on by 100 ms while this program does something else.
    await elapse(100);
    await passSlowly(10);
    expect(outcomes).toHaveLength(10);
    const [first, last] = [outcomes[0], outcomes.at(-1)];
    expect(first?.lateMs).toBeGreaterThanOrEqual(80);
    expect(first?.ms).toBeGreaterThanOrEqual(80 + SERVED_MS);
    expect(last?.lateMs).toBeLessThan(20);
  });

  it('sends nothing more once it is stopped, and completes when all answers are in', async () => {
    pool = await poolOf(() => timer(50).pipe(map(() => ({}))));
    let isOver = false;
    const outcomes: Outcome[] = [];
    openLoop(pool, { request, timeoutMs: 5000, schedule: evenly(100) }, timer(105)).subscribe({
      next: (outcome) => outcomes.push(outcome),
      complete: () => (isOver = true),
    });
    await passSlowly(120);
    expect([outcomes.length, isOver]).toEqual([7, false]);
    await passSlowly(60);
    expect([outcomes.length, isOver]).toEqual([10, true]);
  });
});
