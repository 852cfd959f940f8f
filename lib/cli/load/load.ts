import { lastValueFrom, tap } from 'rxjs';
import { aborted } from '../aborted.ts';
import type { CommandIo } from '../command-io.ts';
import { type LoadDashboard, loadDashboard } from './load-dashboard.ts';
import { findTool } from './find-tool.ts';
import type { LoadOptions } from './load-options.ts';
import { type RunPlan, loadRun } from './load-run.ts';
import { runPlans } from './run-plans.ts';
import type { RunSample } from './run-sample.ts';
import type { LoadScene } from './load-scene.ts';
import { type OpenTarget, openTarget } from './load-target.ts';
import { type LoadView, viewFor } from './load-view.ts';
import { type ReportFiles, reportFiles } from './report-files.ts';
import { verdictOf } from './verdict.ts';

/**
 * Loads a server as the options say and reports on stdout. Resolves with the exit code, when nothing that was started
 * is left; rejects with a `CommandError` when the server cannot be reached or has no such tool.
 */
export async function load(options: LoadOptions, io: CommandIo): Promise<number> {
  const view = viewFor(io, options);
  try {
    const files = await reportFiles(options);
    await using dashboard = await loadDashboard(options.dashboard, io);
    view.prepare('starting …');
    const target = await openTarget(options.server, io.demoServer);
    try {
      return await loadTarget(options, target, { view, dashboard, files }, io);
    } finally {
      await target.close();
    }
  } catch (error) {
    view.clear();
    throw error;
  }
}

/** Where the load is shown. */
interface Stage {
  readonly view: LoadView;
  readonly dashboard: LoadDashboard;
  readonly files: ReportFiles;
}

async function loadTarget(options: LoadOptions, target: OpenTarget, stage: Stage, io: CommandIo): Promise<number> {
  const { view } = stage;
  const { signal } = io;
  view.prepare(`connecting to ${target.name} …`);
  const tool = await findTool(target, options, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    return options.tool ?? '';
  });
  const plans = runPlans(options, target, tool);
  const scene: LoadScene = { options, target: target.name, tool, runs: plans.length };
  view.begin(scene);
  const results = await runAll(plans, stage, signal);
  const interruptedBy = signal.aborted ? String(signal.reason) : undefined;
  const ending = { ...verdictOf(results, options.failIf, interruptedBy), interruptedBy };
  view.clear();
  view.end(scene, results, ending);
  await stage.files.write(scene, results, ending);
  return ending.exitCode;
}

/** One after the other, so that they do not take the machine from each other. */
async function runAll(
  plans: readonly RunPlan[],
  { view, dashboard }: Stage,
  signal: AbortSignal,
): Promise<readonly RunSample[]> {
  const results: RunSample[] = [];
  for (const plan of plans) {
    if (signal.aborted) break;
    const earlier = [...results];
    const samples$ = loadRun(plan, aborted(signal), dashboard.show).pipe(
      tap((sample) => {
        view.show({ earlier, sample, interrupted: signal.aborted });
      }),
    );
    const result = await lastValueFrom(samples$, { defaultValue: undefined });
    if (result !== undefined) results.push(result);
  }
  return results;
}
