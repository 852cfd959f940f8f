import { setImmediate as turn } from 'node:timers/promises';
import { type LogPart, logPartsOf, readLog } from '../../log/read-log.ts';
import type { LogEntry } from '../../state/log-entry.ts';
import { CommandError } from '../command-error.ts';
import { Timeline } from './replay-timeline.ts';
import { messageOf } from '../../base/thrown.ts';

/** A log that was read. */
export interface Log {
  readonly file: string;
  readonly parts: readonly LogPart[];
  readonly timeline: Timeline;
}

/** Entries after which the progress is told. */
const PER_TELLING = 10_000;
/** For so many milliseconds nobody who wants to interrupt is listened to. */
const TURN_MS = 20;

/**
 * Reads a log as a whole; `progress` is told of the entries read so far. Gives up when the signal is aborted, with what has
 * been read by then. Rejects with a `CommandError` where it cannot be read or makes no sense.
 */
export async function openLog(file: string, signal: AbortSignal, progress: (entries: number) => void): Promise<Log> {
  const timeline = new Timeline();
  let read = 0;
  for await (const entry of entriesOf(file, signal)) {
    take(timeline, entry, file);
    if (++read % PER_TELLING === 0) progress(read);
  }
  return { file, parts: inWords(file, () => logPartsOf(file)), timeline };
}

/** The entries of a log until the signal is aborted; what is wrong is told by a `CommandError`. */
export async function* entriesOf(file: string, signal: AbortSignal): AsyncGenerator<LogEntry> {
  const entries = readLog(file)[Symbol.iterator]();
  try {
    let heardAt = performance.now();
    while (!signal.aborted) {
      const next = inWords(file, () => entries.next());
      if (next.done === true) return;
      yield next.value;
      if (performance.now() - heardAt < TURN_MS) continue;
      await turn();
      heardAt = performance.now();
    }
  } finally {
    entries.return?.();
  }
}

function take(timeline: Timeline, entry: LogEntry, file: string): void {
  try {
    if (entry.type === 'snapshot') timeline.resume(entry);
    else if (entry.type === 'dropped') timeline.skip(entry.events);
    else timeline.add(entry);
  } catch (error) {
    throw new CommandError(`${file} is damaged: ${messageOf(error)}`);
  }
}

function inWords<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CommandError(reasonOf(file, error));
  }
}

function reasonOf(file: string, error: unknown): string {
  const code: unknown = Reflect.get(Object(error) as object, 'code');
  if (code === 'ENOENT') return `there is no file ${file}`;
  if (code === 'EISDIR') return `${file} is a directory`;
  if (typeof code === 'string') return `cannot read ${file}: ${messageOf(error)}`;
  // Whatever its first line is, it is none that a recording begins with.
  if (error instanceof SyntaxError && error.message.startsWith(`${file}, line 1:`)) {
    return `${file} is no log: its first line is not a header`;
  }
  return messageOf(error);
}
