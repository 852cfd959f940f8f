import { existsSync } from 'node:fs';
import type { LogEntry } from '../state/log-entry.ts';
import { EntryCheck } from './entry-check.ts';
import { linesOf } from './lines-of.ts';
import { type LogHeader, rotated } from './log-header.ts';

/**
 * The entries of a log that `recordTo` has written, from the oldest file that still exists:
 * `replay(readLog('pool.jsonl'))`. Read on demand. A last line that was cut off, by a crash say, is left out.
 *
 * Throws the system's error, a `SyntaxError` for a line that is no valid entry or is longer than 64 MiB, and a
 * `TypeError` for a file that is no log or no regular file, such as a pipe.
 */
export function* readLog(file: string): Iterable<LogEntry> {
  const check = new EntryCheck();
  for (const { file: part } of logPartsOf(file)) yield* entriesOf(part, check);
}

/** One file of a log. @internal */
export interface LogPart {
  readonly file: string;
  readonly header: LogHeader;
}

/** The files of the recording that this file belongs to, the oldest first. Throws as `readLog` does. @internal */
export function logPartsOf(file: string): readonly LogPart[] {
  const newest = headerOf(file);
  const { recording, part } = newest;
  const parts: LogPart[] = [{ file, header: newest }];
  for (let n = 1; n < part; n++) {
    const older = rotated(file, n);
    if (!existsSync(older)) break;
    const header = headerOf(older);
    if (header.recording !== recording || header.part !== part - n) break;
    parts.unshift({ file: older, header });
  }
  return parts;
}

function headerOf(file: string): LogHeader {
  for (const line of linesOf(file)) {
    const header = parsed(line.text, file, 1) as LogEntry | LogHeader;
    if (header.type === 'log') return header;
    break;
  }
  throw new TypeError(`${file} is no log: its first line is not a header`);
}

function* entriesOf(file: string, check: EntryCheck): Iterable<LogEntry> {
  let number = 0;
  for (const { text, isWhole } of linesOf(file)) {
    number++;
    if (number === 1) continue;
    if (!isWhole) return;
    const entry = parsed(text, file, number) as LogEntry;
    const fault = check.faultOf(entry);
    if (fault !== undefined) throw new SyntaxError(`${file}, line ${number}: ${fault}`);
    yield entry;
  }
}

function parsed(line: string, file: string, number: number): object {
  const entry = valueOf(line);
  if (typeof entry === 'object' && entry !== null && 'type' in entry && typeof entry.type === 'string') return entry;
  throw new SyntaxError(`${file}, line ${number}: not an entry of a log`);
}

function valueOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
