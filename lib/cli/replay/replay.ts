import { createLogUpdate } from 'log-update';
import { CommandError } from '../command-error.ts';
import { type CommandIo, type Output, isLive } from '../command-io.ts';
import { formatCount } from '../../dashboard/shared/format.ts';
import { exitCodeOf } from '../interrupts.ts';
import { jsonText, oneLine } from '../terminal/printable.ts';
import { printEvents } from './replay-events.ts';
import { type Log, openLog } from './replay-log.ts';
import type { ReplayOptions } from './replay-options.ts';
import { logJson, logSummary, stateAccount } from './replay-summary.ts';
import { walk } from './replay-walk.ts';

/**
 * Shows a log that `recordTo` has written. Resolves with the exit code; rejects with a `CommandError` when it cannot be
 * read, makes no sense or does not have the version that is asked for.
 */
export async function replayLog(options: ReplayOptions, io: CommandIo): Promise<number> {
  const { signal } = io;
  if (options.show === 'events') {
    await printEvents(options, io);
    return signal.aborted ? exitCodeOf(signal.reason) : 0;
  }
  const log = await read(options.file, io);
  if (signal.aborted) return exitCodeOf(signal.reason);
  const { show } = options;
  if (show === 'walk' && isLive(io) && io.stdin?.isTTY === true && log.timeline.last >= 0) {
    return walk(log.timeline, io);
  }
  io.stdout.write(show === 'state' ? stateOf(log, options, io) : summaryOf(log, options, io));
  return 0;
}

function summaryOf(log: Log, { json }: ReplayOptions, io: CommandIo): string {
  return json ? logJson(log) : logSummary(log, columnsOf(io));
}

function stateOf({ file, timeline }: Log, options: ReplayOptions & { show: 'state' }, io: CommandIo): string {
  const position = timeline.positionOf(options.version);
  if (position === undefined) throw new CommandError(missing(file, options.version, timeline));
  if (options.json) return `${jsonText(timeline.stateAt(position), 2)}\n`;
  return stateAccount(timeline, position, columnsOf(io));
}

function missing(file: string, version: number, timeline: Log['timeline']): string {
  const [first, last] = [timeline.momentAt(0)?.version, timeline.momentAt(timeline.last)?.version];
  if (first === undefined || last === undefined) return `${file} has no versions yet`;
  const isLost = version > first && version < last;
  return `${file} has no version ${version}: it has ${first} to ${last}${isLost ? ', but for those that were dropped' : ''}`;
}

/** Tells on stderr how far it is, where that is a terminal and takes long enough for anybody to ask. */
async function read(file: string, { stderr, signal, env }: CommandIo): Promise<Log> {
  if (stderr.isTTY !== true || env['TERM'] === 'dumb') return openLog(file, signal, () => undefined);
  const update = createLogUpdate(asStream(stderr));
  try {
    return await openLog(file, signal, (entries) => {
      update(`reading ${oneLine(file)} … ${formatCount(entries)} events`);
    });
  } finally {
    update.clear();
    update.done();
  }
}

function asStream(output: Output): NodeJS.WritableStream {
  return output as unknown as NodeJS.WritableStream;
}

/** Where there is no terminal, lines are as long as they are. */
function columnsOf(io: CommandIo): number {
  return isLive(io) ? (io.stdout.columns ?? 80) : Infinity;
}
