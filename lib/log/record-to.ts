import { Observable, type OperatorFunction } from 'rxjs';
import { checkObject, count } from '../base/durations.ts';
import type { PoolEvent } from '../events/pool-event.ts';
import type { PoolState, PoolStateJson } from '../state/pool-state.ts';
import { LogWriter } from './log-writer.ts';
import type { Recording } from './recording.ts';

/** How events are recorded. */
export interface RecordOptions {
  /** The state before the first event that is seen, needed where that is not `opened`: `pool.state`. */
  readonly initial?: PoolState | PoolStateJson;
  /** Bytes of a file, after which the next one is begun, a thousand events later at most: 64 MiB. */
  readonly maxFileBytes?: number;
  /** Files that are kept, the present one included: 5. The older they are, the higher is the number behind their name. */
  readonly maxFiles?: number;
  /** Events held in memory while the disk is slow: 100 000. Further ones are dropped, and counted. */
  readonly maxBuffered?: number;
}

/**
 * Writes the events of a pool to a file, a line of JSON each: `pool.events$.pipe(recordTo('pool.jsonl')).subscribe()`.
 * `replay(readLog('pool.jsonl'))` is the state again.
 *
 * A file that is there already is set aside (`pool.jsonl.1`). Each file begins with a snapshot, so it can be read alone.
 * Events are taken at once and written later: the pool never waits. Emits after each write; completes with the events,
 * when all of them are on the disk. Errors with the system's error, where something of that name is no file or another
 * recording of this process goes on with it, and when the first event is not `opened` and no `initial` state was given.
 * Unsubscribing writes what is held and ends the file.
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
      const taking = events$.subscribe({
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
        taking.unsubscribe();
        writer.end();
      };
    });
}
