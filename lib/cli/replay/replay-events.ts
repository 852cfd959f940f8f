import type { LogEntry } from '../../state/log-entry.ts';
import { jsonText, oneLine } from '../terminal/printable.ts';
import type { CommandIo } from '../command-io.ts';
import { wordsOf } from '../../dashboard/shared/event-words.ts';
import { formatCount } from '../../dashboard/shared/format.ts';
import { formatRunTime } from './format-run-time.ts';
import { entriesOf } from './replay-log.ts';

/** What is asked for. */
export interface EventList {
  readonly file: string;
  readonly json: boolean;
  readonly types: ReadonlySet<string> | undefined;
}

/** Lines that are written at once. */
const PER_WRITE = 500;

/**
 * Prints a line for each event, or with `json` a list of them, as they are read; what is missing in between is told, too,
 * where all types are asked for. Stops when the signal is aborted.
 */
export async function printEvents({ file, json, types }: EventList, { stdout, signal }: CommandIo): Promise<void> {
  const toText = json ? jsonList() : lineOf;
  let began: number | undefined;
  let texts: string[] = [];
  const write = (): void => {
    if (texts.length > 0) stdout.write(texts.join(''));
    texts = [];
  };
  for await (const entry of entriesOf(file, signal)) {
    if (began === undefined && 'at' in entry) began = entry.at;
    if (types === undefined ? entry.type === 'snapshot' : !types.has(entry.type)) continue;
    texts.push(toText(entry, began ?? 0));
    if (texts.length >= PER_WRITE) write();
  }
  // A list of nothing is one as well.
  if (json) texts.push(toText(undefined, 0));
  write();
}

function lineOf(entry: LogEntry | undefined, began: number): string {
  if (entry === undefined || entry.type === 'snapshot') return '';
  if (entry.type === 'dropped') return `${formatCount(entry.events)} events are missing here\n`;
  const { version, at, type } = entry;
  return `${String(version).padStart(9)}  ${formatRunTime(at - began)}  ${oneLine(type).padEnd(16)} ${oneLine(wordsOf(entry))}\n`;
}

/** Ends with `undefined`. */
function jsonList(): typeof lineOf {
  let count = 0;
  return (entry) => {
    if (entry === undefined) return count === 0 ? '[]\n' : '\n]\n';
    return `${count++ === 0 ? '[\n' : ',\n'}${jsonText(entry)}`;
  };
}
