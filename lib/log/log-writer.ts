import type { Observer } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import type { LogEntry } from '../state/log-entry.ts';
import type { PoolState, PoolStateJson } from '../state/pool-state.ts';
import { reduce } from '../state/reduce.ts';
import { revive } from '../state/replay.ts';
import { Snapshot } from '../state/snapshot.ts';
import { LogFiles } from './log-files.ts';
import type { Recording } from './recording.ts';

/** `RecordOptions`, resolved. */
export interface LogWriterOptions {
  readonly file: string;
  readonly initial: PoolState | PoolStateJson | undefined;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxBuffered: number;
}

/** What is written next: events, what was dropped after them, and the state after both. */
interface Batch {
  readonly events: readonly PoolEvent[];
  readonly gap: number;
  readonly state: Snapshot;
}

/** Entries that are written at once: to make lines of more would keep the event loop for some milliseconds. */
const MOST_AT_ONCE = 1000;

/** Takes events, which costs next to nothing, and writes them when the disk has time. */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #observer: Observer<Recording>;
  readonly #files: LogFiles;
  /** After all that was taken, what is dropped included: a snapshot can be written at any gap. */
  #state = new Snapshot();
  /** After what is on the disk. */
  #written: Snapshot;
  #begun = false;
  #held: PoolEvent[] = [];
  /** Events dropped since `#held` was full. */
  #gap = 0;
  #events = 0;
  #dropped = 0;
  #running = false;
  #ended = false;
  #over = false;
  #error: unknown;

  constructor(options: LogWriterOptions, observer: Observer<Recording>) {
    this.#options = options;
    this.#observer = observer;
    this.#files = new LogFiles(options.file, options.maxFiles);
    if (options.initial !== undefined) this.#state = revive(options.initial);
    this.#written = this.#state.handOut();
    // Else nothing is set aside before it is known that the events begin with the first.
    if (options.initial !== undefined) this.#run(this.#begin());
  }

  /** Takes an event, which is written later. */
  take(event: PoolEvent): void {
    const { version } = this.#state;
    if (this.#ended || event.version <= version) return;
    if (event.version !== version + 1) {
      this.#fail(new RangeError(`version ${event.version} comes after ${version}: pass { initial: pool.state }`));
      return;
    }
    this.#state = reduce(this.#state, event);
    if (this.#held.length < this.#options.maxBuffered && this.#gap === 0) this.#held.push(event);
    else this.#gap++;
    if (!this.#running) this.#run(this.#writeAll());
  }

  /** No more events come. What is held is written, then the observer is told of the end, or of the error. */
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
    return this.#held.length > 0 || this.#gap > 0;
  }

  /** Begins a file. */
  async #begin(): Promise<void> {
    this.#begun = true;
    await this.#files.begin();
    // A log that begins with `opened` needs nothing before it.
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
      this.#tell();
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
        // The state on the way is worked out only where a file begins with it.
        this.#written = after(this.#written, events.slice(since, end));
        since = end;
      }
      if (isFull) await this.#begin();
    }
    this.#events += events.length;
  }

  #next(): Batch {
    const batch = { events: this.#held, gap: this.#gap, state: this.#state.handOut() };
    this.#held = [];
    this.#gap = 0;
    this.#dropped += batch.gap;
    return batch;
  }

  #tell(): void {
    const { file } = this.#options;
    this.#observer.next({ file, events: this.#events, dropped: this.#dropped, files: this.#files.parts });
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
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

  /** Writes no more. */
  #fail(error: unknown): void {
    this.#ended = true;
    this.#error = error;
    this.#files.end();
    this.#held = [];
    this.#gap = 0;
    if (!this.#running) this.#finish();
  }
}

function snapshotOf(state: Snapshot): LogEntry {
  return { type: 'snapshot', state: state.toJSON() };
}

/** The state after these events. */
function after(state: Snapshot, events: readonly PoolEvent[]): Snapshot {
  return events.reduce<Snapshot>(reduce, state).handOut();
}

function lines(entries: readonly LogEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
