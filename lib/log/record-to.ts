import { Observable, type OperatorFunction } from 'rxjs';
import { checkObject, count } from '../base/durations.ts';
import type { PoolEvent } from '../events/pool-event.ts';
import type { PoolState, PoolStateJson } from '../state/pool-state.ts';
import { LogWriter } from './log-writer.ts';
import type { Recording } from './recording.ts';

/** Options of `recordTo`. */
export interface RecordOptions {
  /** The state before the first recorded event, usually `pool.state`. Needed when that event is not `opened`. */
  readonly initial?: PoolState | PoolStateJson;
  /** The size in bytes at which the next file is begun, at most a thousand events later. Default: 64 MiB. */
  readonly maxFileBytes?: number;
  /**
   * How many files are kept, including the present one. Older files have higher numbers at the end of their names.
   * Default: 5.
   */
  readonly maxFiles?: number;
  /**
   * How many events are held in memory while the disk is slow; further ones are dropped and counted. Default: 100 000.
   */
  readonly maxBuffered?: number;
}

/**
 * Writes the events of a pool to a file, one line of JSON each:
 * `pool.events$.pipe(recordTo('pool.jsonl')).subscribe()`. `replay(readLog('pool.jsonl'))` rebuilds the state.
 *
 * An existing file is renamed (`pool.jsonl.1`). Each file begins with the first event or a snapshot, so it can be read
 * alone. Events are taken at once and written later: the pool never waits.
 *
 * Emits after each write; completes with the events, when all of them are on the disk. Errors with the system's error,
 * when something of that name is not a file, when another recording of this process goes on with the file, and when the
 * first event is not `opened` and no `initial` state was given. Unsubscribing writes what is buffered and ends the
 * file.
 */
export function recordTo(file: string, options: RecordOptions = {}): OperatorFunction<PoolEvent, Recording> {
  if (typeof file !== 'string' || file === '') throw new TypeError('file must be the name of a file');
  checkObject('options', options);
  const { initial, maxFileBytes = 64 * 1024 * 1024, maxFiles = 5, maxBuffered = 100_000 } = options;
  count('maxFileBytes', maxFileBytes, 1);
  count('maxFiles', maxFiles, 1);
  count('maxBuffered', maxBuffered, 1);
  return (events$) =>
    new Observable((subscriber) => {
      const writer = new LogWriter({ file, initial, maxFileBytes, maxFiles, maxBuffered }, subscriber);
      const subscription = events$.subscribe({
        next: (event) => {
          writer.take(event);
        },
        error: (error: unknown) => {
          writer.end(error);
        },
        complete: () => {
          writer.end();
        },
      });
      return () => {
        subscription.unsubscribe();
        writer.end();
      };
    });
}
