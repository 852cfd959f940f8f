import { Observable, type OperatorFunction } from 'rxjs';
import { checkObject, count } from '../base/durations.ts';
import { LineRecorder } from './line-recorder.ts';
import type { RecordOptions } from './record-to.ts';
import type { Recording } from './recording.ts';

/** Options of `recordLines`: those of `recordTo` that have to do with files. */
export type LineOptions = Omit<RecordOptions, 'initial'>;

/**
 * Writes objects to a file, one line of JSON each, such as what a gateway tells for its audit:
 * `gateway.audit$.pipe(recordLines('audit.jsonl')).subscribe()`.
 *
 * An existing file is gone on with; a full one is renamed (`audit.jsonl.1`). Objects are taken at once and written later: what
 * is too much for memory while the disk is slow is dropped, and a line `{"type":"dropped","events":n}` stands in its place.
 *
 * Emits when the file is open and after each write; completes with the objects, when all of them are written. Errors with the
 * system's error, when something of that name is not a file, and when another recording of this process goes on with it.
 * Unsubscribing writes what is buffered and ends the file.
 */
export function recordLines(file: string, options: LineOptions = {}): OperatorFunction<object, Recording> {
  if (typeof file !== 'string' || file === '') throw new TypeError('file must be the name of a file');
  checkObject('options', options);
  const { maxFileBytes = 64 * 1024 * 1024, maxFiles = 5, maxBuffered = 100_000 } = options;
  count('maxFileBytes', maxFileBytes, 1);
  count('maxFiles', maxFiles, 1);
  count('maxBuffered', maxBuffered, 1);
  return (objects$) =>
    new Observable((subscriber) => {
      const recorder = new LineRecorder({ file, maxFileBytes, maxFiles, maxBuffered }, subscriber);
      const subscription = objects$.subscribe({
        next: (object) => {
          recorder.take(object);
        },
        error: (error: unknown) => {
          recorder.end(error);
        },
        complete: () => {
          recorder.end();
        },
      });
      return () => {
        subscription.unsubscribe();
        recorder.end();
      };
    });
}
