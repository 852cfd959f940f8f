import type { Observer } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import type { LogEntry } from '../state/log-entry.ts';
import type { PoolState, PoolStateJson } from '../state/pool-state.ts';
import { reduce } from '../state/reduce.ts';
import { revive } from '../state/replay.ts';
import { Snapshot } from '../state/snapshot.ts';
import { LogFiles } from './log-files.ts';
import type { Recording } from './recording.ts';

/** `RecordOptions` with the defaults filled in. */
interface LogWriterOptions {
  readonly file: string;
  readonly initial: PoolState | PoolStateJson | undefined;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxBuffered: number;
}

/** What is written next: events, the number of events dropped after them, and the state after both. */
interface Batch {
  readonly events: readonly PoolEvent[];
  readonly gap: number;
  readonly state: Snapshot;
}

/** How many entries are written at once. Formatting more would block the event loop for some milliseconds. */
const MOST_AT_ONCE = 1000;

/** Writes events to log files. Taking an event costs next to nothing; it is written when the disk has time. */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #observer: Observer<Recording>;
  readonly #files: LogFiles;
  /** The state after all events taken, dropped ones included, so that a snapshot can be written after any gap. */
  #state = new Snapshot();
  /** The state after the events that are on the disk. */
  #written: Snapshot;
  #begun = false;
  #buffered: PoolEvent[] = [];
  /** How many events were dropped since `#buffered` was full. */
  #gap = 0;
  #events = 0;
  #dropped = 0;
  #running = false;
  #ended = false;
  #finished = false;
  #error: unknown;

  constructor(options: LogWriterOptions, observer: Observer<Recording>) {
    this.#options = options;
    this.#observer = observer;
    this.#files = new LogFiles(options.file, options.maxFiles);
    if (options.initial !== undefined) this.#state = revive(options.initial);
    this.#written = this.#state.handOut();
    // Without `initial` the first file is begun later, so that no existing file is renamed before the first event is
    // known to be version 1.
    if (options.initial !== undefined) this.#run(this.#begin());
  }

  /** Takes an event, which is written later. An event that leaves out a version fails the recording. */
  take(event: PoolEvent): void {
    const { version } = this.#state;
    if (this.#ended || event.version <= version) return;
    if (event.version !== version + 1) {
      this.#fail(new RangeError(`version ${event.version} comes after ${version}: pass { initial: pool.state }`));
      return;
    }
    this.#state = reduce(this.#state, event);
    if (this.#buffered.length < this.#options.maxBuffered && this.#gap === 0) this.#buffered.push(event);
    else this.#gap++;
    if (!this.#running) this.#run(this.#writeAll());
  }

  /** Ends the recording: what is buffered is written, then the observer gets the completion, or the error. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#files.end();
    if (!this.#running) this.#run(this.#writeAll());
  }

  #run(work: Promise<void>): void {
    this.#running = true;
    work.then(
      () => {
        this.#running = false;
        if (this.#hasMore) this.#run(this.#writeAll());
        else if (this.#ended) this.#finish();
      },
      (error: unknown) => {
        this.#running = false;
        this.#fail(error);
      },
    );
  }

  get #hasMore(): boolean {
    return this.#buffered.length > 0 || this.#gap > 0;
  }

  /** Begins a file, with a snapshot if earlier events are missing in it. */
  async #begin(): Promise<void> {
    this.#begun = true;
    await this.#files.begin();
    // The first file begins with `opened` and needs no snapshot.
    if (this.#written.version > 0) await this.#files.write(lines([snapshotOf(this.#written)]));
  }

  async #writeAll(): Promise<void> {
    if (!this.#begun) await this.#begin();
    while (this.#hasMore) {
      const batch = this.#next();
      await this.#writeEvents(batch);
      if (batch.gap > 0) {
        await this.#files.write(lines([{ type: 'dropped', events: batch.gap }, snapshotOf(batch.state)]));
        this.#written = batch.state;
      }
      this.#emitProgress();
    }
  }

  async #writeEvents({ events, gap, state }: Batch): Promise<void> {
    let since = 0;
    for (let at = 0; at < events.length; at += MOST_AT_ONCE) {
      const end = Math.min(events.length, at + MOST_AT_ONCE);
      await this.#files.write(lines(events.slice(at, end)));
      const isFull = this.#files.bytes >= this.#options.maxFileBytes;
      if (end === events.length && gap === 0) {
        this.#written = state;
      } else if (isFull) {
        // The state between the two is computed only where a new file begins with it.
        this.#written = stateAfter(this.#written, events.slice(since, end));
        since = end;
      }
      if (isFull) await this.#begin();
    }
    this.#events += events.length;
  }

  #next(): Batch {
    const batch = { events: this.#buffered, gap: this.#gap, state: this.#state.handOut() };
    this.#buffered = [];
    this.#gap = 0;
    this.#dropped += batch.gap;
    return batch;
  }

  #emitProgress(): void {
    const { file } = this.#options;
    this.#observer.next({ file, events: this.#events, dropped: this.#dropped, files: this.#files.parts });
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#files.close().then(
      () => {
        if (this.#error === undefined) this.#observer.complete();
        else this.#observer.error(this.#error);
      },
      (error: unknown) => {
        this.#observer.error(error);
      },
    );
  }

  /** Ends the recording with an error and writes nothing more. */
  #fail(error: unknown): void {
    this.#ended = true;
    this.#error = error;
    this.#files.end();
    this.#buffered = [];
    this.#gap = 0;
    if (!this.#running) this.#finish();
  }
}

function snapshotOf(state: Snapshot): LogEntry {
  return { type: 'snapshot', state: state.toJSON() };
}

function stateAfter(state: Snapshot, events: readonly PoolEvent[]): Snapshot {
  return events.reduce<Snapshot>(reduce, state).handOut();
}

function lines(entries: readonly LogEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
