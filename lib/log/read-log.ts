import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { LogEntry } from '../state/log-entry.ts';
import { type LogHeader, rotated } from './log-header.ts';

const CHUNK_BYTES = 64 * 1024;

/**
 * The entries of a log that `recordTo` has written, the oldest file that is left first: `replay(readLog('pool.jsonl'))`.
 * Read as they are asked for. A last line that was cut off, as by a crash, is left out.
 *
 * Throws the system's error, a `SyntaxError` for a line that is no entry, and a `TypeError` for a file that is no log.
 */
export function* readLog(file: string): Iterable<LogEntry> {
  for (const { file: part } of logPartsOf(file)) yield* entriesOf(part);
}

/** One file of a log. @internal */
export interface LogPart {
  readonly file: string;
  readonly header: LogHeader;
}

/** The files of the same recording as this one, the oldest first; throws as `readLog` does. @internal */
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

function* entriesOf(file: string): Iterable<LogEntry> {
  let number = 0;
  for (const { text, isWhole } of linesOf(file)) {
    number++;
    if (number === 1) continue;
    if (!isWhole) return;
    yield parsed(text, file, number) as LogEntry;
  }
}

function parsed(line: string, file: string, number: number): object {
  const entry = valueOf(line);
  if (typeof entry === 'object' && entry !== null && 'type' in entry) return entry;
  throw new SyntaxError(`${file}, line ${number}: not an entry of a log`);
}

function valueOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** `isWhole`: it ends with a line feed. */
function* linesOf(file: string): Iterable<{ readonly text: string; readonly isWhole: boolean }> {
  const descriptor = openSync(file, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest = '';
    for (let bytes = readSync(descriptor, chunk); bytes > 0; bytes = readSync(descriptor, chunk)) {
      const texts = (rest + decoder.write(chunk.subarray(0, bytes))).split('\n');
      rest = texts.pop() ?? '';
      for (const text of texts) yield { text, isWhole: true };
    }
    rest += decoder.end();
    if (rest !== '') yield { text: rest, isWhole: false };
  } finally {
    closeSync(descriptor);
  }
}
