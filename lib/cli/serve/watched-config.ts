import { type Stats, unwatchFile, watchFile } from 'node:fs';
import { EMPTY, Observable, catchError, concatMap, debounceTime, defer } from 'rxjs';
import { messageOf } from '../../base/thrown.ts';
import { CommandError } from '../command-error.ts';
import type { McpConfig } from '../../mcp/config/read-config.ts';
import type { CommandIo } from '../command-io.ts';
import { oneLine } from '../terminal/printable.ts';

/** The names of the servers whose entries cannot be used. */
export function failedIn({ servers }: McpConfig): ReadonlySet<string> {
  return new Set(servers.flatMap(({ name, status }) => (status === 'failed' ? [name] : [])));
}

/** Throws where a server cannot be used any more that could be. */
export function checkStillGood(before: ReadonlySet<string>, { servers }: McpConfig): void {
  const bad = servers.find(({ name, status }) => status === 'failed' && !before.has(name));
  if (bad?.status === 'failed') throw new CommandError(`${bad.name}: ${bad.error.message}`);
}

/** How often the file is looked at, in milliseconds. */
const LOOK_MS = 500;
/** Whoever writes a file may do so in several steps. */
const SETTLED_MS = 100;

/**
 * What a file says whenever it has changed, read by `read`. A file that cannot be read, or makes no sense, is told on stderr
 * and emits nothing. Never errors or completes. It is looked at by its name, so that one that is replaced, linked to or on a
 * disk of another machine is seen as well.
 */
export function watchedConfig(
  file: string,
  read: () => Promise<McpConfig>,
  { stderr }: Pick<CommandIo, 'stderr'>,
): Observable<McpConfig> {
  const tell = (text: string): void => {
    stderr.write(`mcp-pool: ${oneLine(text)}\n`);
  };
  return changesOf(file).pipe(
    debounceTime(SETTLED_MS),
    concatMap(() =>
      defer(read).pipe(
        catchError((error: unknown) => {
          tell(`${messageOf(error)}; the servers stay as they are`);
          return EMPTY;
        }),
      ),
    ),
  );
}

function changesOf(file: string): Observable<void> {
  return new Observable((subscriber) => {
    const changed = ({ nlink }: Stats): void => {
      // While it is being replaced it may not be there.
      if (nlink > 0) subscriber.next();
    };
    watchFile(file, { interval: LOOK_MS }, changed);
    return () => {
      unwatchFile(file, changed);
    };
  });
}
