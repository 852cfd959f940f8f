import {
  catchError,
  concat,
  defer,
  endWith,
  ignoreElements,
  interval,
  map,
  merge,
  race,
  skip,
  startWith,
  takeUntil,
  takeWhile,
  tap,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { type McpPool, createMcpPool } from '../../mcp/mcp-pool.ts';
import { type LoopPlan, closedLoop } from './closed-loop.ts';
import type { Schedule } from './arrivals.ts';
import { openLoop } from './open-loop.ts';
import { RunEvidence } from './run-evidence.ts';
import { CommandError } from '../command-error.ts';
import { healthFacts } from '../../metrics/health.ts';
import type { Mode, RunSample } from './run-sample.ts';
import { RunCounters } from './run-counters.ts';
import type { Outcome } from './sending.ts';
import { messageOf } from '../../base/thrown.ts';
import type { McpPoolOptions } from '../../mcp/mcp-pool-options.ts';

/** One run: which pool, and what goes through it. */
export interface RunPlan extends LoopPlan {
  readonly mode: Mode;
  /** When requests begin; `undefined` in a closed loop. */
  readonly schedule: Schedule | undefined;
  /** What begins in this time is not counted. */
  readonly warmupMs: number;
  readonly pool: McpPoolOptions;
  readonly durationMs: number | undefined;
  readonly requests: number | undefined;
}

/** Ten samples a second are as many as anybody can read. */
const SAMPLE_INTERVAL_MS = 100;

/**
 * Opens the pool, sends until the plan is fulfilled or `stop$` emits, waits for what is under way and closes the pool.
 * Emits samples, of which the last is the result, and completes when nothing of the pool is left. Errors, with the pool
 * closed too, when nothing can be reached. `onPool` is told of the pool before its first event.
 */
export function loadRun(
  plan: RunPlan,
  stop$: Observable<unknown>,
  onPool: (pool: McpPool) => void = () => undefined,
): Observable<RunSample> {
  return defer(() => {
    const pool = createMcpPool(plan.pool);
    onPool(pool);
    const closed$ = defer(() => pool.close({ timeoutMs: 0 })).pipe(ignoreElements());
    return concat(samples(pool, plan, stop$), closed$).pipe(
      catchError((error: unknown) =>
        concat(
          closed$,
          throwError(() => new CommandError(`cannot open the pool: ${messageOf(error)}`)),
        ),
      ),
    );
  });
}

function samples(pool: McpPool, plan: RunPlan, stop$: Observable<unknown>): Observable<RunSample> {
  const tally = new RunCounters(plan);
  const evidence = new RunEvidence(plan);
  return merge(
    work(pool, plan, stop$, { tally, evidence }).pipe(endWith(false)),
    pool.events$.pipe(
      tap(({ type }) => {
        if (type === 'up') tally.connectionOpened();
      }),
      ignoreElements(),
    ),
    pool.metrics$.pipe(
      // The first tells of the time before the run.
      skip(1),
      tap((metrics) => {
        tally.second(metrics);
      }),
      ignoreElements(),
    ),
    interval(SAMPLE_INTERVAL_MS).pipe(
      startWith(0),
      map(() => true),
    ),
  ).pipe(
    takeWhile((goesOn) => goesOn, true),
    map(() => sampleOf(pool, { tally, evidence }, performance.now())),
  );
}

/** What is noted of a run. */
interface Notes {
  readonly tally: RunCounters;
  readonly evidence: RunEvidence;
}

function sampleOf({ metrics, state, pressure }: McpPool, { tally, evidence }: Notes, at: number): RunSample {
  const figures = tally.sample(metrics, at);
  if (figures.stage === 'running') evidence.look(state);
  const bottleneck = figures.stage === 'done' ? evidence.bottleneck(figures.latencyUs.mean / 1000) : undefined;
  return { ...figures, bottleneck, health: healthFacts(state, pressure), at };
}

/** Emits nothing; what happens is in the notes. */
function work(pool: McpPool, plan: RunPlan, stop$: Observable<unknown>, { tally, evidence }: Notes): Observable<never> {
  // A server that takes fewer connections than the floor would never make the pool ready.
  const opening$ = race(
    defer(() => pool.ready()),
    timer(plan.timeoutMs),
  ).pipe(ignoreElements(), takeUntil(stop$));
  const over$ = plan.durationMs === undefined ? stop$ : merge(stop$, timer(plan.warmupMs + plan.durationMs));
  const ending$ = over$.pipe(
    tap(() => {
      tally.ending();
      evidence.end();
    }),
  );
  const alone$ = defer(() => evidence.lookAlone(pool)).pipe(ignoreElements(), takeUntil(stop$));
  const sending$ = defer(() => {
    const now = performance.now();
    tally.begin(now);
    evidence.begin(now);
    return loop(pool, plan, ending$);
  }).pipe(
    tap({
      next: (outcome) => {
        tally.note(outcome);
        evidence.note(outcome);
      },
      complete: () => {
        tally.end(performance.now());
        evidence.end();
      },
    }),
    ignoreElements(),
  );
  return concat(opening$, alone$, sending$);
}

function loop(pool: McpPool, { schedule, ...plan }: RunPlan, stop$: Observable<unknown>): Observable<Outcome> {
  return schedule === undefined ? closedLoop(pool, plan, stop$) : openLoop(pool, { ...plan, schedule }, stop$);
}
