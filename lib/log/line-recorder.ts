import type { Observer } from 'rxjs';
import type { Recording } from './recording.ts';
import { RollingFile } from './rolling-file.ts';

/** `LineOptions` with the defaults filled in. */
interface RecorderOptions {
  readonly file: string;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxBuffered: number;
}

/** How many objects are written at once. Formatting more would block the event loop for some milliseconds. */
const MOST_AT_ONCE = 1000;

/** Writes objects to files, a line each. Taking one costs next to nothing; it is written when the disk has time. */
export class LineRecorder {
  readonly #options: RecorderOptions;
  readonly #observer: Observer<Recording>;
  readonly #file: RollingFile;
  #buffered: object[] = [];
  /** How many were dropped since `#buffered` was full. */
  #gap = 0;
  #events = 0;
  #dropped = 0;
  #files = 1;
  #isWriting = true;
  #isEnded = false;
  #error: unknown;

  constructor(options: RecorderOptions, observer: Observer<Recording>) {
    this.#options = options;
    this.#observer = observer;
    this.#file = new RollingFile(options.file, options.maxFiles);
    this.#goOn(this.#open());
  }

  /** Takes an object, which must not change any more. */
  take(object: object): void {
    if (this.#isEnded) return;
    if (this.#buffered.length < this.#options.maxBuffered && this.#gap === 0) this.#buffered.push(object);
    else this.#gap++;
    if (!this.#isWriting) this.#goOn(this.#writeAll());
  }

  /** Ends the recording: what is buffered is written, then the observer gets the completion, or the error. */
  end(error?: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#error = error;
    this.#file.end();
    if (!this.#isWriting) this.#goOn(this.#writeAll());
  }

  /** Goes on with what has come meanwhile, until there is nothing left. */
  #goOn(work: Promise<void>): void {
    this.#isWriting = true;
    work.then(
      () => {
        this.#isWriting = false;
        if (this.#buffered.length > 0 || this.#gap > 0) this.#goOn(this.#writeAll());
        else if (this.#isEnded) this.#close();
      },
      (error: unknown) => {
        this.#isEnded = true;
        this.#error = error;
        this.#file.end();
        this.#close();
      },
    );
  }

  async #open(): Promise<void> {
    await this.#file.goOn();
    this.#emit();
  }

  async #writeAll(): Promise<void> {
    const [objects, gap] = [this.#buffered, this.#gap];
    this.#buffered = [];
    this.#gap = 0;
    for (let at = 0; at < objects.length; at += MOST_AT_ONCE) await this.#write(objects.slice(at, at + MOST_AT_ONCE));
    if (gap > 0) await this.#write([{ type: 'dropped', events: gap }]);
    this.#events += objects.length;
    this.#dropped += gap;
    this.#emit();
  }

  async #write(objects: readonly object[]): Promise<void> {
    if (this.#file.bytes >= this.#options.maxFileBytes) {
      await this.#file.begin();
      this.#files++;
    }
    await this.#file.write(objects.map((object) => `${JSON.stringify(object)}\n`).join(''));
  }

  #emit(): void {
    const { file } = this.#options;
    this.#observer.next({ file, events: this.#events, dropped: this.#dropped, files: this.#files });
  }

  #close(): void {
    const told = (error: unknown): void => {
      if (error === undefined) this.#observer.complete();
      else this.#observer.error(error);
    };
    this.#file.close().then(() => {
      told(this.#error);
    }, told);
  }
}
