import type { Observer } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import type { LogEntry } from '../state/log-entry.ts';
import type { PoolState, PoolStateJson } from '../state/pool-state.ts';
import { reduce } from '../state/reduce.ts';
import { revive } from '../state/replay.ts';
import { Snapshot } from '../state/snapshot.ts';
import { LogFiles } from './log-files.ts';
import type { Recording } from './record-to.ts';

/** `RecordOptions`, resolved. */
export interface LogWriterOptions {
  readonly file: string;
  readonly initial: PoolState | PoolStateJson | undefined;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxBuffered: number;
}

/** What is written next, and the state after it. */
interface Batch {
  readonly entries: readonly LogEntry[];
  readonly events: number;
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
    this.#run(this.#begin(this.#state.handOut()));
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

  async #begin(state: Snapshot): Promise<void> {
    await this.#files.begin();
    // A log that begins with `opened` needs nothing before it.
    if (state.version > 0) await this.#files.write(lines([{ type: 'snapshot', state: state.toJSON() }]));
  }

  async #writeAll(): Promise<void> {
    while (this.#hasMore) {
      const { entries, events, state } = this.#next();
      for (let at = 0; at < entries.length; at += MOST_AT_ONCE) {
        await this.#files.write(lines(entries.slice(at, at + MOST_AT_ONCE)));
      }
      this.#events += events;
      if (this.#files.bytes >= this.#options.maxFileBytes) await this.#begin(state);
      this.#tell();
    }
  }

  #next(): Batch {
    const [held, gap, state] = [this.#held, this.#gap, this.#state.handOut()];
    this.#held = [];
    this.#gap = 0;
    this.#dropped += gap;
    if (gap === 0) return { entries: held, events: held.length, state };
    const entries: LogEntry[] = [
      ...held,
      { type: 'dropped', events: gap },
      { type: 'snapshot', state: state.toJSON() },
    ];
    return { entries, events: held.length, state };
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
    this.#held = [];
    this.#gap = 0;
    if (!this.#running) this.#finish();
  }
}

function lines(entries: readonly LogEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
