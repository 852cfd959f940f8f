import { availableParallelism, totalmem } from 'node:os';
import { createColors } from 'picocolors';
import { CommandError } from '../command-error.ts';
import { type CommandIo, isColoured } from '../command-io.ts';
import { exitCodeOf } from '../interrupts.ts';
import { reasonWith } from '../server/connect-reason.ts';
import { adviceOn } from './advice.ts';
import type { InspectOptions } from './inspect-options.ts';
import { type Inspection, inspection } from './inspection.ts';
import { inspectionJson } from './inspection-json.ts';
import { inspectionText } from './inspection-text.ts';
import { type Introduction, introductionProbe } from './introduction-probe.ts';
import { found } from './probe.ts';
import { type Progress, progressOn } from './progress.ts';
import { snippetOf } from './snippet.ts';

/** Besides connecting, in milliseconds: what it can do has to be listed. */
const LISTING_MS = 10_000;
/** Where the output is no terminal. */
const PLAIN_COLUMNS = 100;

/**
 * Looks at a server and prints what was found. Resolves with the exit code when nothing that was started is left; rejects
 * with a `CommandError` when the server cannot be reached or has no such tool.
 */
export async function inspect(options: InspectOptions, io: CommandIo): Promise<number> {
  const progress = progressOn(io);
  try {
    const seen = await lookAt(options, io.signal, progress);
    progress.clear();
    if (io.signal.aborted) return exitCodeOf(io.signal.reason);
    print(options, seen, io);
    return 0;
  } finally {
    progress.clear();
  }
}

async function lookAt(
  options: InspectOptions,
  signal: AbortSignal,
  progress: Progress,
): Promise<Inspection | undefined> {
  const { named, subject, tool } = options;
  const probe = introductionProbe((subject.options.connectTimeoutMs ?? 0) + LISTING_MS);
  progress.show(probe.title);
  const first = await found(probe, subject, signal);
  if (signal.aborted) return undefined;
  const { target } = named.server.transport;
  if (first.status !== 'found') throw new CommandError(`cannot inspect ${reasonWith(target, first.reason)}`);
  checkTool(first.value, tool, target);
  const begin = progress.show.bind(progress);
  return inspection(first.value, subject, { signal, begin });
}

function checkTool({ tools }: Introduction, tool: string | undefined, target: string): void {
  const names = tools.map(({ name }) => name);
  if (tool === undefined || names.includes(tool)) return;
  const offer = names.length === 0 ? 'it has none' : `it has: ${names.join(', ')}`;
  throw new CommandError(`${target} has no tool ${tool}; ${offer}`);
}

function print(options: InspectOptions, seen: Inspection | undefined, io: CommandIo): void {
  if (seen === undefined) return;
  const machine = { processors: availableParallelism(), memoryBytes: totalmem() };
  const advice = adviceOn(seen, options.subject.kind, machine);
  const advised = { ...advice, snippet: snippetOf(advice, options.source) };
  if (options.json) {
    io.stdout.write(inspectionJson(options, seen, advised));
    return;
  }
  const canvas = { columns: io.stdout.columns ?? PLAIN_COLUMNS, paint: createColors(isColoured(io)) };
  io.stdout.write(inspectionText(options.named.server.transport.target, seen, advised, canvas));
}
