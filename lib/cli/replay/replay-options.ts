import { InvalidArgumentError } from 'commander';
import { CommandError } from '../command-error.ts';
import { oneLine } from '../terminal/printable.ts';
import { eventTypes, isEventType } from '../../dashboard/shared/event-words.ts';

/** The flags of `mcp-pool replay` as they were given, each valid by itself. */
export interface ReplayFlags {
  readonly at?: number;
  /** `true`: all types. */
  readonly events?: true | readonly string[];
  readonly json?: boolean;
  readonly plain?: boolean;
}

/** What is to be shown of a log. */
export type ReplayOptions = { readonly file: string; readonly json: boolean } & (
  | { readonly show: 'walk' | 'summary' }
  | { readonly show: 'state'; readonly version: number }
  /** Of these types; of all where none is named. */
  | { readonly show: 'events'; readonly types: ReadonlySet<string> | undefined }
);

/** What the flags ask for; throws a `CommandError` for those that do not go together. */
export function replayOptionsOf(file: string, flags: ReplayFlags): ReplayOptions {
  const { at, events, json = false, plain = false } = flags;
  if (at !== undefined && events !== undefined) throw new CommandError('choose one of --at and --events');
  if (at !== undefined) return { file, json, show: 'state', version: at };
  if (events !== undefined) {
    return { file, json, show: 'events', types: events === true ? undefined : new Set(events) };
  }
  return { file, json, show: json || plain ? 'summary' : 'walk' };
}

/** Reads a list of types of events. */
export function typesOf(text: string): readonly string[] {
  const types = text.split(',').map((type) => type.trim());
  const unknown = types.find((type) => !isEventType(type));
  if (unknown === undefined) return types;
  throw new InvalidArgumentError(`There is no type ${oneLine(unknown)}; there are: ${eventTypes().join(', ')}`);
}
